//! `$immds-forecast`, by the names of HL7's Immunization Decision Support Forecast guide,
//! <https://hl7.org/fhir/us/immds/>: which doses count, and what comes next.
//!
//! [`sent`] judges what comes with the request, [`stored`] what is recorded of a patient, which
//! [`reading`] reads. [`request`] reads parameters, [`answer`] writes what was found.

pub(super) mod answer;
pub(super) mod reading;
pub(super) mod request;
pub(super) mod sent;
pub(super) mod stored;
