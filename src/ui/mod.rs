//! Pages that the server makes for people.

pub mod address;
pub mod guide;
pub mod resource;
pub mod start;
