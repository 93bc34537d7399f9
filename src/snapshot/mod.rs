//! Profiles: differential → snapshot, <https://hl7.org/fhir/R4/profiling.html>.
//!
//! [`service`] is what the other rooms ask.

pub mod service;
