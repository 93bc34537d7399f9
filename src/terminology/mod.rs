//! Codes: are they in a value set, does their system know them, what do they mean?
//!
//! [`service`] is what the other rooms ask. It answers from the definitions of
//! [`crate::definitions::library`] and never leaves the process.

pub mod concept;
pub mod concept_map;
pub mod concept_maps;
pub mod equivalence;
pub mod filter;
pub mod publisher;
pub mod service;
pub mod source;
pub mod translate;
