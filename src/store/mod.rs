//! The database: one logical schema on `SQLite` and on `PostgreSQL`.
//!
//! All changes go through one writer a database. It takes every request that waits, decides each
//! against the rows as they are ([`decide`]), writes the effects of all in one transaction and
//! answers after the commit is on disk. Reads never wait for the writer.

pub mod alone;
mod bulk;
mod by_key;
pub mod cell;
pub mod changes;
mod checksum;
mod clock;
pub mod database;
mod decide;
pub mod error;
mod fill;
pub mod find;
mod health;
mod index_table;
pub mod lookup;
mod postgres;
mod queue;
mod rebuild;
mod recent;
pub mod revision;
pub mod room;
pub mod row;
mod schema;
mod sqlite;
pub mod stored_definitions;
mod table;
pub mod terminology;
pub mod verify;
pub mod write;
