//! The logical schema of Mebe, one migration a file: the same tables, columns and keys on `SQLite`
//! and on `PostgreSQL`.
//!
//! On `SQLite` the index tables are `WITHOUT ROWID`: the primary key is the table. On `PostgreSQL`
//! they are heaps with the same primary key, and text compares by bytes (collation `C`), as it does
//! on `SQLite`, so that prefixes are ranges.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod dialect;
mod m20261122_000001_resources;
mod m20261122_000002_search_index;
mod m20261130_000003_checksums;
mod m20261130_000004_compartments;
mod m20261201_000005_references;
mod m20261201_000006_parameters;
mod m20261201_000007_history;
mod m20261201_000008_by_resource;
mod m20261201_000009_quantities;
mod m20261201_000010_kept_answers;
mod m20261201_000011_patients_of_resource;
mod m20261201_000012_authority;
mod m20261201_000013_audit;
mod m20261201_000014_words;
mod m20261201_000015_due_windows;

/// Runs the migrations.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_resources::Migration),
            Box::new(m20261122_000002_search_index::Migration),
            Box::new(m20261130_000003_checksums::Migration),
            Box::new(m20261130_000004_compartments::Migration),
            Box::new(m20261201_000005_references::Migration),
            Box::new(m20261201_000006_parameters::Migration),
            Box::new(m20261201_000007_history::Migration),
            Box::new(m20261201_000008_by_resource::Migration),
            Box::new(m20261201_000009_quantities::Migration),
            Box::new(m20261201_000010_kept_answers::Migration),
            Box::new(m20261201_000011_patients_of_resource::Migration),
            Box::new(m20261201_000012_authority::Migration),
            Box::new(m20261201_000013_audit::Migration),
            Box::new(m20261201_000014_words::Migration),
            Box::new(m20261201_000015_due_windows::Migration),
        ]
    }
}

/// The names of all migrations, in order.
pub fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}
