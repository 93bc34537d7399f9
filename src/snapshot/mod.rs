//! Profiles: differential → snapshot, <https://hl7.org/fhir/R4/profiling.html>.
//!
//! [`service`] is what the other rooms ask. [`generator`] makes the base's snapshot a [`tree`] of
//! elements, lets the differential, a tree too, [`constrain`] it, and writes it out as a list again.
//! What is said of one element is put together in [`merge`], and held against the base in [`narrow`].

pub mod binding;
mod constrain;
mod discriminator;
mod fault;
mod generator;
mod limit;
mod merge;
mod narrow;
mod others;
pub mod service;
mod slicing;
mod specialize;
mod tree;
mod unfold;
mod work;

#[cfg(test)]
mod tests;
