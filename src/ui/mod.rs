//! Pages that the server makes for people.

pub mod start;
