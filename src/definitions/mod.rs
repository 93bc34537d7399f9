//! The definitions of R4 4.0.1: what every type may hold, how it is searched, which codes it takes.
//!
//! [`registry`] is everything the server knows of R4, made once: [`shape`]s, [`search_parameter`]s,
//! [`compartment`]s, [`operation`]s, [`code_set`]s. [`library`] has the definitions themselves, by
//! URL, also those of the [`guide`], of packages ([`npm`]) and of clients. [`package`] unpacks what
//! is embedded, [`base`] says what the guide is called by.

pub mod base;
pub mod code_set;
pub mod compartment;
pub mod guide;
pub mod library;
pub mod npm;
pub mod operation;
pub mod package;
pub mod registry;
pub mod search_parameter;
pub mod shape;
mod terminology;
