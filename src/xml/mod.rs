//! FHIR XML ↔ the JSON tree, <https://hl7.org/fhir/R4/xml.html>.
