//! Settings: defaults < file < environment < command line.

mod check;
pub mod control;
mod fault;
pub mod issuer;
mod level;
mod listed;
pub mod load;
pub mod rest;
pub mod settings;
