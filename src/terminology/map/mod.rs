//! Concept maps: [`concept_map`] takes one apart, [`concept_maps`] are those of the library,
//! [`translate`] translates a code by them, [`equivalence`] is how close the translation is.

pub mod concept_map;
pub mod concept_maps;
pub mod equivalence;
pub mod translate;
