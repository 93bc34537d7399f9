//! What is told in words alone, of which nothing can be checked.

use serde_json::Value;

use super::demand::is_withdrawn;
use super::reached::Object;
use super::said::{self, issue};
use crate::fhir::issue::{Issue, IssueCode};
use crate::mch::record::concept::codings;

/// A warning for each result or vaccine that has a text and no code.
pub fn uncoded(resource: &Object) -> Vec<Issue> {
    let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    let name = match kind {
        "Observation" | "DiagnosticReport" => "code",
        "Immunization" => "vaccineCode",
        _ => return Vec::new(),
    };
    if is_withdrawn(resource) {
        return Vec::new();
    }
    let parts = resource.get("component").and_then(Value::as_array).into_iter().flatten();
    let parts = parts
        .enumerate()
        .filter_map(|(at, part)| Some((format!("{kind}.component[{at}].code"), part.get("code")?)));
    let whole = resource.get(name).map(|concept| (format!("{kind}.{name}"), concept));
    let without = whole.into_iter().chain(parts).filter(|(_, concept)| is_words_alone(concept));
    let told = without.map(|(place, _)| {
        issue("mebe-uncoded", IssueCode::BusinessRule, place, said::uncoded(kind))
    });
    told.map(Issue::warning).collect()
}

fn is_words_alone(concept: &Value) -> bool {
    concept.get("text").is_some() && codings(Some(concept)).next().is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(resource: &Value, expected: &[&str]) {
        let found = uncoded(resource.as_object().expect("an object"));
        let places: Vec<_> = found.iter().filter_map(|issue| issue.expression.as_deref()).collect();
        assert_eq!(places, expected, "{resource}");
        assert!(found.iter().all(|issue| !issue.severity.refuses()));
    }

    #[test]
    fn words_alone_are_told_of() {
        let loinc =
            json!({ "coding": [{ "system": "http://loinc.org", "code": "718-7" }], "text": "Hb" });
        let words = json!({ "text": "Huyết sắc tố" });
        let display = json!({ "coding": [{ "display": "BCG" }], "text": "BCG" });
        let result = |code: &Value| json!({ "resourceType": "Observation", "code": code });
        check(&result(&loinc), &[]);
        check(&result(&words), &["Observation.code"]);
        let dose = |code: &Value| json!({ "resourceType": "Immunization", "vaccineCode": code });
        check(&dose(&display), &["Immunization.vaccineCode"]);
        check(&dose(&loinc), &[]);
        let parts = json!({ "resourceType": "Observation", "code": loinc, "component": [{ "code": loinc }, { "code": words }] });
        check(&parts, &["Observation.component[1].code"]);
        let withdrawn =
            json!({ "resourceType": "Observation", "status": "entered-in-error", "code": words });
        check(&withdrawn, &[]);
        check(&json!({ "resourceType": "Procedure", "code": words }), &[]);
    }
}
