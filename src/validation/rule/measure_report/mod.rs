//! Reports against their measures, <https://hl7.org/fhir/R4/measurereport.html>: a report says what
//! was counted, its measure says what there is to count. Their parts are matched by code.

pub(super) mod check;
mod matching;
mod score;
