//! Bundles: what their entries are called, how these refer to each other, and what each type of
//! Bundle must hold, <https://hl7.org/fhir/R4/bundle.html>.

pub(super) mod check;
mod document;
mod entry;
mod full_url;
mod link;
mod lookalike;
mod message;
mod reach;
mod search;
