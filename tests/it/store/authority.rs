//! The rows of the authorization server: all changes or none, once only what serves once.

use mebe::store::authority::Authority;
use mebe::store::authority::row::{Change, Kind, Row};
use mebe::store::database::Location;

use crate::harness::backend::{Backend, Database};

async fn opened(backend: Backend) -> Option<(Database, Authority)> {
    let database = Database::create(backend)?;
    let location = Location::parse(&database.url).expect("a place");
    location.migrate().await.expect("a schema");
    let authority = Authority::open(&location).await.expect("a connection");
    Some((database, authority))
}

fn row(kind: Kind, id: &str, parent: Option<&str>, body: &str) -> Row {
    let (id, parent) = (id.to_owned(), parent.map(str::to_owned));
    Row { kind, id, parent, body: body.to_owned(), until: None }
}

fn until(row: Row, until: i64) -> Row {
    Row { until: Some(until), ..row }
}

const TOMORROW: i64 = 4_000_000_000_000_000;

async fn rows_are_changed_together(authority: &Authority) {
    let change = async |changes| authority.change(changes).await.expect("a change");
    let one = row(Kind::Account, "chị", None, "{}");
    let child = |id| row(Kind::Grant, id, Some("chị"), "{\"role\":1}");
    let before = authority.revision().await.expect("a number");
    assert!(change(vec![Change::Add(one.clone()), Change::Set(child("1"))]).await);
    assert_eq!(authority.get(Kind::Account, "chị").await.expect("rows"), Some(one.clone()));
    assert_eq!(authority.get(Kind::Client, "chị").await.expect("rows"), None);
    assert!(authority.revision().await.expect("a number") > before);
    // The second fails, so the first is not made either.
    assert!(!change(vec![Change::Set(child("2")), Change::Add(one.clone())]).await);
    assert_eq!(authority.list(Kind::Grant, Some("chị")).await.expect("rows"), [child("1")]);
    let other = row(Kind::Account, "chị", None, "{\"a\":1}");
    let replace = |was: &str| Change::Replace { row: other.clone(), was: was.to_owned() };
    assert!(!change(vec![replace("{ }")]).await);
    assert!(change(vec![replace("{}")]).await && !change(vec![replace("{}")]).await);
    assert_eq!(authority.list(Kind::Account, None).await.expect("rows"), [other]);
    assert!(change(vec![Change::Set(child("3")), Change::Set(child("2"))]).await);
    let all = authority.list(Kind::Grant, None).await.expect("rows");
    assert_eq!(all, [child("1"), child("2"), child("3")]);
    let remove = Change::RemoveChildren { kind: Kind::Grant, parent: "chị".into() };
    assert!(change(vec![remove, Change::Remove { kind: Kind::Client, id: "x".into() }]).await);
    assert!(authority.list(Kind::Grant, None).await.expect("rows").is_empty());
}

async fn what_serves_once_is_taken_once(authority: &Authority) {
    let change = async |changes| authority.change(changes).await.expect("a change");
    let revision = authority.revision().await.expect("a number");
    let code = until(row(Kind::Code, "c", Some("x"), "{}"), TOMORROW);
    let take = || Change::Take { kind: Kind::Code, id: "c".into() };
    assert!(change(vec![Change::Add(code.clone())]).await);
    let takers = (0..8).map(async |_| authority.change(vec![take()]).await.expect("a change"));
    let taken = futures_util::future::join_all(takers).await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    let used = row(Kind::Used, "jti", None, "{}");
    let adders = (0..8)
        .map(async |_| authority.change(vec![Change::Add(used.clone())]).await.expect("a change"));
    let added = futures_util::future::join_all(adders).await;
    assert_eq!(added.iter().filter(|added| **added).count(), 1);
    assert_eq!(authority.revision().await.expect("a number"), revision, "nobody remembers them");
}

async fn what_is_past_is_not_there(authority: &Authority) {
    let change = async |changes| authority.change(changes).await.expect("a change");
    let past = until(row(Kind::Launch, "l", Some("x"), "{}"), 1);
    assert!(change(vec![Change::Set(past.clone())]).await);
    assert_eq!(authority.get(Kind::Launch, "l").await.expect("rows"), None);
    assert!(authority.list(Kind::Launch, Some("x")).await.expect("rows").is_empty());
    assert!(!change(vec![Change::Take { kind: Kind::Launch, id: "l".into() }]).await);
    assert!(!change(vec![Change::Replace { row: past.clone(), was: "{}".into() }]).await);
    let now = until(past, TOMORROW);
    assert!(change(vec![Change::Add(now.clone())]).await, "one that is past is in nobody's way");
    assert_eq!(authority.get(Kind::Launch, "l").await.expect("rows"), Some(now));
}

async fn holds_on(backend: Backend) {
    let Some((database, authority)) = opened(backend).await else { return };
    rows_are_changed_together(&authority).await;
    what_serves_once_is_taken_once(&authority).await;
    what_is_past_is_not_there(&authority).await;
    // Another process sees all of it.
    let location = Location::parse(&database.url).expect("a place");
    let other = Authority::open(&location).await.expect("a connection");
    assert_eq!(other.revision().await.expect("rows"), authority.revision().await.expect("rows"));
    authority.close().await.expect("an end");
    other.close().await.expect("an end");
    let location = Location::parse(&database.url).expect("a place");
    location.take_down().await.expect("nothing is left");
}

#[tokio::test]
async fn rows_of_sqlite() {
    holds_on(Backend::Sqlite).await;
}

#[tokio::test]
async fn rows_of_postgres() {
    holds_on(Backend::Postgres).await;
}
