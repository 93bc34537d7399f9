//! Code systems that were imported from their publishers' files, in a `SQLite` file of their own.
//!
//! [`import`] writes one version of a system in one transaction; [`source`] answers from it.

pub mod import;
mod pool;
mod row;
mod schema;
mod selection;
pub mod source;
mod writing;
