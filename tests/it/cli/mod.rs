//! The command line, a file for each subcommand.

mod migrate;
mod serve;
mod verify;
