//! The subcommands of `mebe`, a file each.

mod access;
mod authorization;
pub mod command;
mod database;
mod fhirpath;
mod log;
mod migrate;
mod package;
mod serve;
mod terminology;
mod terminology_files;
mod validate;
mod verify;
