//! `SQLite`: one writer thread, and connections to read with that are used where the request is
//! handled, because a read by key costs less than handing it to another thread.

pub(super) mod apply;
mod audit;
mod bind;
mod changes;
pub(super) mod connection;
mod log;
mod lookup;
mod mover;
pub(super) mod pool;
pub(super) mod reader;
mod steps;
mod windows;
pub(super) mod writer;
