//! What a derived definition makes of an element: it may only narrow what the base says.
//!
//! [`properties`] goes through all that is said of a [`narrowed`] element; how often ([`cardinality`]), of which type
//! ([`types`], [`targets`]), with which [`value`] and [`limit`], and how slices are told apart
//! ([`slicing`]) have files of their own.

pub(super) mod cardinality;
mod limit;
pub(super) mod narrowed;
pub(super) mod properties;
pub(super) mod slicing;
mod targets;
pub(super) mod types;
pub(super) mod value;
