//! Pages that the server makes for people.

pub mod guide;
pub mod start;
