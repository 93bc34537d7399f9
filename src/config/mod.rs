//! Settings: defaults < file < environment < command line.

pub mod load;
pub mod settings;
