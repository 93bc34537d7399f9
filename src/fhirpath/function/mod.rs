//! The functions of <http://hl7.org/fhirpath/N1/#functions> and
//! <https://hl7.org/fhir/R4/fhirpath.html#functions>, a file for each group.
//!
//! A function is a line in the table of its group; [`signature`] finds it by its name.

mod aggregate;
mod boundary;
mod combine;
mod component;
mod conversion;
mod encoding;
mod existence;
mod filter;
mod interval;
mod math;
mod pattern;
mod resource;
pub(super) mod signature;
mod sort;
mod string;
mod subset;
pub(super) mod table;
mod tree;
mod utility;
mod xhtml;
