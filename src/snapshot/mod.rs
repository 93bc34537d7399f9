//! Profiles: differential → snapshot, <https://hl7.org/fhir/R4/profiling.html>.
