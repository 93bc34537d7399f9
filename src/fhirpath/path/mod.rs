//! The short way, for search parameters: a path whose types are all known beforehand.
//!
//! [`compiler`] and [`steps`] make a [`program`] of the tree, in which every name is a JSON key;
//! [`evaluator`] runs it over borrowed JSON, and what it gives are [`item`]s. [`types`] finds the
//! types that expressions name.

pub mod compiler;
mod evaluator;
pub mod item;
pub mod program;
mod steps;
mod types;
