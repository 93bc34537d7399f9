//! FHIR XML ↔ the JSON tree, <https://hl7.org/fhir/R4/xml.html>.
//!
//! [`read`] makes of an XML text the tree that the same resource has in JSON: which elements
//! repeat, which are numbers and which belong to a choice is known from the shapes of the
//! definitions. [`mod@write`] goes the other way. What one writes the other reads as the same tree.
//!
//! An XML text is data from strangers: document type definitions, entities other than the five of
//! XML, and nesting beyond the limits of [`syntax::tokens`] are refused. Comments and processing
//! instructions outside of narratives are skipped; narratives are kept byte for byte, but for
//! CDATA.
//!
//! [`syntax`] knows XML, but no FHIR. Reading, [`object`] puts elements under [`keys`],
//! [`primitive`] and [`narrative`] their values, [`path`] says where it is and [`finding`] what has
//! no place there. Writing, [`writer`] goes the other way. [`links`] are those of narratives.

mod finding;
mod keys;
pub mod links;
mod narrative;
mod object;
mod path;
mod primitive;
pub mod read;
mod syntax;
pub mod write;
mod writer;

#[cfg(test)]
mod tests;
