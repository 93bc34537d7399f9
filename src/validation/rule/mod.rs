//! Rules that the specification states in words for single types, beyond what their definitions
//! say, <https://hl7.org/fhir/R4/resourcelist.html>.
//!
//! [`dispatch`] is called by the walk; each type with rules has a file of its own.

mod absolute;
mod amount;
mod attachment;
mod bundle;
pub(super) mod canonical;
mod capability_statement;
mod code_system;
mod coded;
mod concept_map;
mod cost;
pub(super) mod dispatch;
mod extension_definition;
mod finding;
mod identifier;
mod ids;
mod known;
mod measure;
mod measure_report;
mod narrative;
mod quantity;
mod questionnaire;
mod response;
mod search_parameter;
mod snomed;
mod structure_definition;
mod system;
mod value_set;
mod value_set_parameter;
