//! Settings: defaults < file < environment < command line.

mod check;
pub mod control;
mod fault;
pub mod issuer;
mod level;
pub mod load;
mod place;
pub mod rest;
pub mod settings;
