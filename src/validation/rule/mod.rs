//! Rules that the specification states in words for single types, beyond what their definitions
//! say, <https://hl7.org/fhir/R4/resourcelist.html>.
//!
//! [`dispatch`] is called by the walk; each type with rules has a file or a folder of its own, those
//! that define something are in [`definition`].

mod absolute;
mod amount;
mod attachment;
mod bundle;
pub(super) mod canonical;
mod coded;
mod definition;
pub(super) mod dispatch;
mod finding;
mod identifier;
mod ids;
mod known;
mod measure_report;
mod narrative;
mod quantity;
mod response;
mod snomed;
mod system;
