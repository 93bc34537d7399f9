//! Operations, <https://hl7.org/fhir/R4/operations.html>, a file each; [`table`] has them all.
//!
//! A [`call`] is what every operation is given, [`parameters`] reads what comes with it, [`asked`] holds
//! it to what may be asked of records of people. What is
//! asked of codes is in [`terminology`], `$fhirpath` in [`fhirpath`], `$immds-forecast` in
//! [`immunization`], the booklet and other documents of a person in [`document`], what CDS Hooks ask for
//! in [`decision`], forms in [`questionnaire`], `$everything` in [`record`], what else is worked out of the records of mother and
//! child in `booklet`.

mod asked;
pub(crate) mod booklet;
pub mod call;
pub mod decision;
pub mod document;
pub mod fhirpath;
pub mod guide_package;
mod immunization;
mod observation;
pub mod openapi;
pub mod parameters;
pub mod questionnaire;
mod record;
mod reindex;
mod resource;
mod snapshot;
pub mod table;
pub mod terminology;
mod validate;
mod validate_request;
