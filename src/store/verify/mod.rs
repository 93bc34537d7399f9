//! Checks a database as it lies, without writing: `mebe verify`.
//!
//! | file | what must hold |
//! |---|---|
//! | [`mod@file`] | on `SQLite`, the file itself is sound |
//! | [`schema`] | every table and every index is there, and as it was made |
//! | [`log`] | every change is in the log in order, and each version is what was written, by its checksum, and has its owner |
//! | [`index`] | the search index and the compartments hold exactly the rows that the resources give; bodies say what their rows say |
//! | [`audit`] | every record of the audit follows from those before, and the chain ends where it is said to |
//! | [`parameters`] | search parameters, the widest dates, settings |

mod audit;
mod authority;
mod cell;
pub mod check;
mod file;
mod index;
mod listed;
mod log;
mod parameters;
pub mod report;
mod schema;
pub mod source;
mod words;
