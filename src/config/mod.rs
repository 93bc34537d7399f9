//! Settings: defaults < file < environment < command line.

mod fault;
pub mod load;
pub mod settings;
