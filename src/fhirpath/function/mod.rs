//! The functions of <http://hl7.org/fhirpath/N1/#functions> and
//! <https://hl7.org/fhir/R4/fhirpath.html#functions>, a file for each group.
//!
//! A function is a line in the table of its group; [`table`] finds it by its name, [`signature`] is
//! what is known of it, and its call. [`xhtml`] reads narratives for `htmlChecks()`.

mod boundary;
mod collection;
mod conversion;
mod math;
mod resource;
pub(super) mod signature;
pub(super) mod table;
mod text;
mod time;
mod utility;
mod xhtml;
