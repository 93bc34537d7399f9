//! Search, <https://hl7.org/fhir/R4/search.html>: text → [`query`] → [`resolved`] → [`plan`] → SQL.
//!
//! Each step has a type of its own. `query` knows the grammar of a query string and nothing else;
//! `resolve` looks names up in the definitions and reads the values; `plan` decides, by how many
//! rows each predicate has, where to start; `sql` writes it down. Chains, includes and further
//! modifiers enter at `resolve` as more kinds of predicate.

pub mod ahead;
pub mod asked;
pub mod cursor;
pub mod fault;
pub mod page;
pub mod plan;
pub mod predicate;
pub mod premise;
pub mod query;
pub mod resolve;
pub mod resolved;
mod sort;
mod sql;
pub mod value;
