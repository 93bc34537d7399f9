//! Search, <https://hl7.org/fhir/R4/search.html>: text → [`query`] → [`resolved`], which the store
//! answers.
//!
//! Each step has a type of its own. `query` knows the grammar of a query string and nothing else;
//! `resolve` looks names up in the definitions, reads the values and makes [`criteria`] of them.
//! Chains, includes and further modifiers enter there, as more kinds of criteria.
//!
//! [`criteria`]: crate::criteria

pub mod cursor;
pub mod fault;
pub mod query;
pub mod resolve;
pub mod resolved;
pub mod value;
