//! Criteria → SQL: the only place where what is searched for becomes a statement.
//!
//! ```text
//! criteria ─► conjuncts ─► plan ─► statement ─► page
//! ```
//!
//! [`leaf`] turns one parameter into conditions on its table, [`join`] what is said of other resources
//! (chain, has, compartment) into scans and tests, [`nested`] everything else (any, not, missing) into
//! tests of a candidate; [`plan`] decides, by how many rows each part has, where to start; [`statement`] writes it down and [`page`] runs it. [`beside`] finds what comes along with a page. Every column is qualified by an
//! [`alias`] of its own scope, so that whatever nests, nests safely.

pub mod ahead;
mod alias;
pub mod beside;
mod conjuncts;
mod join;
mod leaf;
mod nested;
pub mod page;
mod plan;
pub mod populated;
mod rows;
pub mod search;
pub mod sort;
mod statement;
mod value;

pub(super) use value::words::{of_postgres, of_sqlite};
