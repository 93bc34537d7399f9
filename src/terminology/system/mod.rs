//! Code systems and their concepts.
//!
//! A [`source`] is where the concepts of a system are: in memory ([`code_system`], made by
//! [`read_concept`]; [`listed`] by a value set), in a [`grammar`], or in the database. [`external`]
//! says which ones are never whole. [`subsume`] and [`closure`] say what is above what, [`names`]
//! and [`spelling`] what was probably meant.

pub mod closure;
pub(super) mod code_system;
pub mod concept;
pub(super) mod external;
pub mod grammar;
pub(super) mod listed;
pub(super) mod names;
pub(super) mod read_concept;
pub mod source;
pub(super) mod spelling;
pub mod subsume;
