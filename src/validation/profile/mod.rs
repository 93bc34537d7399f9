//! Profiles, <https://hl7.org/fhir/R4/profiling.html>: what is asked of a resource beyond its shape.
//!
//! Only what a profile adds to the base definition is kept: the walk checks the base by its shapes.
//! [`compile`] makes a snapshot a [`tree`] of nodes, [`check`] holds values to them. [`cache`] keeps
//! compiled profiles, [`held`] those of one walk. [`global`] and [`vital_sign`] name profiles that
//! nobody need claim.

pub(super) mod cache;
mod check;
mod compile;
mod global;
pub(super) mod held;
pub(super) mod tree;
pub(super) mod vital_sign;
