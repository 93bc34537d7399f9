//! Two servers on one `PostgreSQL`: what one writes, the other rests nothing on unseen.

use serde_json::json;

use crate::harness::backend::{Backend, Database};
use crate::harness::server::Server;

/// Another server on the same database.
async fn beside(server: &Server) -> Server {
    let folder = tempfile::TempDir::with_prefix("mebe-test-").unwrap();
    let database =
        Database { url: server.database.url.clone(), folder, backend: Backend::Postgres };
    Server::start_on(database, &[]).await
}

/// Patients born on these days, created at once by both in turn, each unless there is one; the
/// statuses of the replies.
async fn at_once(servers: [&Server; 2], days: impl Iterator<Item = u32>) -> Vec<u16> {
    let creates = days.zip(servers.into_iter().cycle()).map(async |(day, server)| {
        let date = format!("2001-01-{day:02}");
        let patient = json!({ "resourceType": "Patient", "birthDate": date });
        let condition = format!("birthdate={date}");
        server.post("/Patient", patient).header("if-none-exist", &condition).await.status
    });
    let mut statuses = futures_util::future::join_all(creates).await;
    statuses.sort_unstable();
    statuses
}

#[tokio::test]
async fn creates_at_both_make_one_resource_each() {
    let Some(one) = Server::start(Backend::Postgres).await else { return };
    let other = beside(&one).await;
    let same = at_once([&one, &other], std::iter::repeat_n(1, 40)).await;
    let expected = [vec![200; 39], vec![201]].concat();
    assert_eq!(same, expected);
    assert_eq!(at_once([&one, &other], 2..32).await, [201; 30]);
    one.assert_sound();
}
