//! ICD-10 codes against the day of the visit, Circular 06/2026/TT-BYT.

use serde_json::Value;

use super::listed::rule;
use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::record::concept::codings;
use crate::mch::record::records::{Record, Records};

const ICD_10: [&str; 2] = ["http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-vn"];

/// Checks the diagnoses of a visit and of a living person.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    match at.kind() {
        "Condition" => death_only(at, at.resource.get("code"), "Condition.code", records, report),
        "Encounter" => {
            let all = at.resource.get("reasonCode").and_then(Value::as_array);
            for (index, reason) in all.into_iter().flatten().enumerate() {
                let element = format!("Encounter.reasonCode[{index}]");
                death_only(at, Some(reason), &element, records, report);
            }
        }
        _ => {}
    }
}

fn death_only(
    at: Record<'_>,
    concept: Option<&Value>,
    element: &str,
    records: &Records<'_>,
    report: &mut Report,
) {
    let Some(rule) = rule("mebe-code-death-only") else { return };
    let patient = records.target(at.resource.get("subject"));
    let died = patient.is_some_and(|patient| {
        let resource = patient.resource;
        resource.get("deceasedDateTime").is_some()
            || resource.get("deceasedBoolean").and_then(Value::as_bool) == Some(true)
    });
    let of_icd = codings(concept).filter(|(system, _)| ICD_10.contains(system));
    for (_, code) in of_icd.filter(|_| !died) {
        // A category stands for every code below it.
        let is_listed = rule.list("codes").any(|listed| {
            code.strip_prefix(listed).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        if is_listed {
            let seen = Text::new(format!("Mã {code}."), format!("The code is {code}."));
            report.add("mebe-code-death-only", element, seen);
        }
    }
}
