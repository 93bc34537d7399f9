//! What the database promises, seen from outside.

mod revision;
