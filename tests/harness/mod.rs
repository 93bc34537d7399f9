//! What the black-box tests are made of: a real server with a database of its own, and a client.
//!
//! Every case runs on `SQLite` and on `PostgreSQL`: [`on_both`] makes two tests of one function.

pub(crate) mod backend;
pub(crate) mod call;
pub(crate) mod cluster;
pub(crate) mod effort;
pub(crate) mod family;
pub(crate) mod port;
pub(crate) mod server;
pub(crate) mod settled;
pub(crate) mod token;

/// Makes tests of functions that take a [`server::Server`]: each runs on both databases.
macro_rules! on_both {
    ($($case:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                let server = $crate::harness::server::Server::start($crate::harness::backend::Backend::Sqlite).await;
                super::$case(server.expect("SQLite is always here")).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                let server = $crate::harness::server::Server::start($crate::harness::backend::Backend::Postgres).await;
                if let Some(server) = server {
                    super::$case(server).await;
                }
            })*
        }
    };
}
pub(crate) use on_both;
