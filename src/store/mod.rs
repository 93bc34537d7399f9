//! The database: one logical schema on `SQLite` and on `PostgreSQL`.
//!
//! All changes go through one writer a database ([`writer`]). It takes every request that waits,
//! decides each against the rows as they are, writes the effects of all in one transaction and
//! answers after the commit is on disk. Reads never wait for the writer. What tables there are is
//! in [`schema`], how a search becomes a statement in [`find`], who did what with whose record in
//! [`audit`], what either database does in its own way in `sqlite` and `postgres`.

pub mod alone;
pub mod audit;
pub mod authority;
mod body;
pub mod cell;
pub mod changes;
pub mod database;
pub mod error;
pub mod find;
mod health;
pub mod jobs;
pub mod lookup;
mod parameters;
mod postgres;
pub mod revision;
pub mod room;
pub mod row;
mod schema;
mod setting;
mod sqlite;
pub mod stored_definitions;
pub mod terminology;
pub mod verify;
pub mod windows;
pub mod write;
mod writer;
