//! Narratives, <https://hl7.org/fhir/R4/narrative.html>: what they link to and in which languages
//! they are. Which elements and attributes they may have is an invariant of the definition (txt-1).

pub(super) mod check;
mod language;
mod link;
mod reading;
mod structure;
