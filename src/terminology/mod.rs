//! Codes: are they in a value set, does their system know them, what do they mean?
//!
//! [`service`] knows the code systems and value sets of [`crate::definitions::library`] and of
//! publishers, and never leaves the process. What the other rooms ask it: [`membership`] in value
//! sets, the [`meaning`] of a code, [`search_codes`] for token searches, [`member_of`] for
//! `FHIRPath`. A [`scope`] is what one question can see, with its [`version`]s.
//!
//! - [`system`]: code systems and their concepts; [`publisher`] reads those of LOINC, SNOMED CT,
//!   ICD-10.
//! - [`value_set`]: value sets taken apart, searched and expanded; [`filter`] and [`ecl`] are what
//!   they ask of concepts.
//! - [`validate`]: whether codes are right; [`finding`] has what is said then, [`language`] which
//!   display is right.
//! - [`map`]: concept maps and translation.

pub mod ecl;
pub mod error;
pub mod filter;
pub mod finding;
pub mod language;
pub mod map;
mod meaning;
mod member_of;
mod membership;
pub mod publisher;
pub mod scope;
pub mod search_codes;
pub mod service;
pub mod system;
pub mod validate;
pub mod value_set;
pub mod version;

#[cfg(test)]
mod tests;
