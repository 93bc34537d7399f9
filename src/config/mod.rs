//! Settings: defaults < file < environment < command line.

mod check;
pub mod control;
mod fault;
pub mod full_text;
pub mod issuer;
mod level;
mod list;
pub mod load;
mod place;
pub mod rest;
pub mod settings;
