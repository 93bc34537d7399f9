//! Resources that define something, <https://hl7.org/fhir/R4/conformance-module.html>: that what they
//! say can be held to.

pub(super) mod capability_statement;
pub(super) mod code_system;
pub(super) mod concept_map;
pub(super) mod cost;
mod extension_definition;
pub(super) mod measure;
pub(super) mod questionnaire;
pub(super) mod search_parameter;
mod search_parameter_use;
pub(super) mod structure_definition;
pub(super) mod value_set;
mod value_set_parameter;
