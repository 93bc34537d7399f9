//! `PostgreSQL`, through sea-orm: a pool to read with, and one writer a server.
//!
//! The writer's transaction locks the end of the log of changes first, so that several servers on one
//! database write one after the other and `seq` has no gaps and no late arrivals.

mod apply;
mod audit;
mod changes;
pub(super) mod connection;
mod group;
mod lookup;
pub(super) mod pulse;
pub(super) mod reader;
mod windows;
pub(super) mod writer;
