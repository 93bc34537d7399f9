//! Windows of what is to be done, kept for lists of many people: which of them hold on a day, and
//! whose have to be worked out anew.
//!
//! [`mark`] follows the log and marks whom a change is about, [`keep`] writes what was worked out, and
//! [`read`] reads it; [`question`] writes the statements that are asked. Nothing here knows how windows
//! come about.

pub mod keep;
pub mod mark;
pub mod question;
pub mod read;
