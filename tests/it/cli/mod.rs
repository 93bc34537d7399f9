//! The command line, a file for each subcommand.

mod fhirpath;
mod migrate;
mod serve;
mod validate;
mod verify;
