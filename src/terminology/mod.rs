//! Codes: are they in a value set, does their system know them, what do they mean?
//!
//! [`service`] is what the other rooms ask. It answers from the definitions of
//! [`crate::definitions::library`] and never leaves the process.

pub mod answered;
pub mod checks;
mod circle;
pub mod closure;
mod code_system;
mod collect;
pub mod concept;
pub mod concept_map;
pub mod concept_maps;
mod display_check;
mod display_finding;
pub mod ecl;
pub mod equivalence;
pub mod error;
pub mod expand;
mod expanded;
mod external;
pub mod filter;
mod filter_rule;
pub mod finding;
mod flat_set;
mod found;
pub mod grammar;
mod implicit;
mod import;
pub mod language;
mod language_tag;
mod listed_system;
mod meaning;
mod member_of;
mod membership;
mod names;
mod own_filter;
mod presence;
pub mod present;
pub mod publisher;
mod read_concept;
mod resolve;
pub mod scope;
pub mod search_codes;
pub mod service;
pub mod source;
mod spelling;
mod status;
pub mod subsume;
mod system_finding;
#[cfg(test)]
mod tests;
pub mod translate;
pub mod validate;
pub mod value_set;
pub mod version;
mod window;
mod words;
