//! Profiles, compiled: a snapshot becomes a tree of checks beside the shapes of R4,
//! <https://hl7.org/fhir/R4/profiling.html>.
//!
//! Only what a profile adds to the base definition is kept: the walk checks the base by its shapes.
//! [`cache`] keeps compiled profiles, [`held`] those of one walk, [`compile`] makes them from the
//! [`outline`] of a definition, [`criterion`] finds what tells the slices of an element apart.

pub(super) mod base;
pub(super) mod bound;
pub(super) mod cache;
mod compile;
pub(super) mod constraint;
mod criterion;
pub(super) mod due;
mod fixed_part;
mod global;
mod ground;
pub(super) mod guard;
pub(super) mod held;
pub(super) mod node;
mod outline;
pub(super) mod range;
pub(super) mod slicing;
pub(super) mod usage_context;
