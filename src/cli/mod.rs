//! The subcommands of `mebe`, a file each.

pub mod command;
mod log;
mod migrate;
mod serve;
mod verify;
