//! Search, <https://hl7.org/fhir/R4/search.html>: text → [`query`] → [`resolved`], which the store
//! answers.
//!
//! Each step has a type of its own. `query` knows the grammar of a query string and nothing else;
//! `resolve` looks names up in the definitions, reads the values and makes [`criteria`] of them.
//! `joined` is the grammar of names that lead to other resources, `filtered` that of `_filter`.
//!
//! [`criteria`]: crate::criteria

pub mod cursor;
pub mod fault;
pub mod filtered;
pub mod joined;
pub mod query;
pub mod resolve;
pub mod resolved;
pub mod value;
pub mod view;
