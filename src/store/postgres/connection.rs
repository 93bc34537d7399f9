//! Opens the pool.

use std::time::Duration;

use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::store::error::StoreError;

/// Connects to a database.
pub(in crate::store) async fn connect(
    url: &str,
    connections: u32,
    limit: Duration,
) -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .statement_timeout(limit)
        // A plan made for other values can be a thousand times slower than one made for these.
        .map_sqlx_postgres_opts(|options| {
            options.options([("plan_cache_mode", "force_custom_plan")])
        });
    Ok(Database::connect(options).await?)
}
