//! Profiles: differential → snapshot, <https://hl7.org/fhir/R4/profiling.html>.
//!
//! [`service`] is what the other rooms ask. It makes the base's snapshot a [`tree`] of elements,
//! lets the differential, a tree too, [`constrain`] it, and writes it out as a list again.

pub mod service;

mod cardinality;
mod choice;
mod constrain;
mod constraint;
#[cfg(test)]
mod contradictions;
mod discriminator;
mod element;
mod fault;
mod generator;
mod merge;
mod narrow;
mod narrow_limit;
mod narrow_slicing;
mod narrow_type;
mod narrow_value;
mod place;
#[cfg(test)]
mod published;
mod slicing;
mod specialize;
mod text;
mod tree;
mod type_profile;
mod types;
mod unfold;
mod work;
