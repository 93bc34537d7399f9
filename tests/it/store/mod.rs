//! What the database promises, seen from outside.

use crate::harness::backend::Database;

mod audit;
mod authority;
mod away;
mod changes;
mod checksum;
mod compartment;
mod definitions;
mod log;
mod parameters;
mod revision;
mod two_servers;

/// Quantities as they were before they had base units.
const QUANTITIES: &str = "CREATE TABLE sp_quantity (param_id integer NOT NULL, \
     low double precision NOT NULL, high double precision NOT NULL, rid bigint NOT NULL, \
     code text NOT NULL, system bigint NOT NULL)";

/// Takes back what the migration of compartments and later ones made, and what a server wrote at
/// its start.
async fn without_compartments(database: &Database) {
    for sql in [
        "DROP INDEX sp_token_by_resource",
        "DROP INDEX sp_uri_by_resource",
        "DROP TABLE sp_quantity",
        QUANTITIES,
        "DROP TABLE compartment",
        "DROP TABLE job",
        "DROP TABLE consumer",
        "ALTER TABLE resource DROP COLUMN owner",
        "ALTER TABLE resource_version DROP COLUMN owner",
        "ALTER TABLE change_log DROP COLUMN owner",
        "ALTER TABLE change_log DROP COLUMN more",
        "ALTER TABLE search_parameter DROP COLUMN state",
        "ALTER TABLE search_parameter DROP COLUMN definition",
        "ALTER TABLE search_parameter DROP COLUMN job",
        "ALTER TABLE log_end DROP COLUMN generation",
        "DELETE FROM setting",
        "DELETE FROM search_parameter",
        "DELETE FROM seaql_migrations WHERE version LIKE '%_000004_%' OR version LIKE '%_000006_%' \
         OR version LIKE '%_000008_%' OR version LIKE '%_000009_%' OR version LIKE '%_000011_%'",
    ] {
        database.run(sql).await;
    }
}
