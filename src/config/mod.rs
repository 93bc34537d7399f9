//! Settings: defaults < file < environment < command line.

mod check;
mod fault;
pub mod load;
pub mod rest;
pub mod settings;
