//! What requests cost the database, counted and not timed: steps of `SQLite`'s machine, rows that
//! `PostgreSQL` read.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

use super::backend::Backend;
use super::server::Server;

/// What has been counted so far. The server is started again on `PostgreSQL`: it is when its
/// connections end that they tell.
pub(crate) async fn effort(server: &mut Server) -> i64 {
    match server.database.backend {
        Backend::Sqlite => settled(server).await,
        Backend::Postgres => {
            server.stop().await;
            let read = rows(&server.database.url).await;
            server.start_again(&[]).await;
            read
        }
    }
}

async fn settled(server: &Server) -> i64 {
    let mut before = -1;
    loop {
        let log = server.log();
        let steps = log
            .lines()
            .filter_map(|line| line.split_once("steps=")?.1.split(' ').next()?.parse::<i64>().ok());
        let now: i64 = steps.sum();
        if now == before {
            return now;
        }
        before = now;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn rows(url: &str) -> i64 {
    const READ: &str = "SELECT ((SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes) \
         + (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables))::bigint";
    let db = Database::connect(url).await.expect("a connection");
    let mut before = -1;
    loop {
        let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, READ)).await;
        let now: i64 = row.expect("rows").expect("a row").try_get_by_index(0).expect("a number");
        if now == before {
            db.close().await.expect("an end");
            return now;
        }
        before = now;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
