//! The command line, a file for each subcommand.

mod fhirpath;
mod migrate;
mod package;
mod serve;
mod terminology;
mod validate;
mod verify;
