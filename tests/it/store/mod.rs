//! What the database promises, seen from outside.

mod away;
mod checksum;
mod log;
mod revision;
