//! The ids of the patients whom a stored resource is about: what is written down of who saw it.
//!
//! Rows have patients as numbers, which do not lead back to an id. A body says the ids; where it names
//! several, its rows say which of them it is about, and who only wrote it.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

use super::compartment::Role;
use super::indexer::Indexer;
use super::row::Rows;

const PATIENT: &str = "Patient/";
const REFERENCE: &str = "\"reference\":\"";

/// The ids of the patients whom a resource is about, by its body as it is stored.
pub fn patients(
    indexer: &Indexer,
    (kind, id): (ResourceKind, &str),
    body: &str,
    rows: Option<&Rows>,
) -> Vec<String> {
    if kind == ResourceKind::PATIENT {
        return vec![id.to_owned()];
    }
    let named = named(body, &indexer.base);
    if named.len() < 2 {
        return named.into_iter().map(str::to_owned).collect();
    }
    let made;
    let rows = match rows {
        Some(rows) => rows,
        None => {
            let Ok(resource) = serde_json::from_str::<Value>(body) else { return Vec::new() };
            made = indexer.rows_under(kind, Some(id), &resource);
            &made
        }
    };
    let is_about = |id: &&str| {
        let number = indexer.patient(id);
        let own = rows.members.iter().find(|member| member.patient == number);
        own.is_some_and(|member| member.role != Role::Listed)
    };
    named.into_iter().filter(is_about).map(str::to_owned).collect()
}

/// The ids of patients that references of a body lead to, each once.
fn named<'b>(body: &'b str, base: &str) -> Vec<&'b str> {
    let mut all = Vec::new();
    for (at, _) in body.match_indices(PATIENT) {
        let before = body.get(..at).unwrap_or_default();
        let before = match before.strip_suffix('/').and_then(|it| it.strip_suffix(base)) {
            Some(absolute) => absolute,
            None => before,
        };
        if !before.ends_with(REFERENCE) {
            continue;
        }
        let rest = body.get(at + PATIENT.len()..).unwrap_or_default();
        let id = rest.split(['"', '/', '#', '|', '?']).next().unwrap_or_default();
        if ResourceId::parse(id).is_some() && !all.contains(&id) {
            all.push(id);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::definitions::registry::Registry;
    use crate::fhir::date::Zone;
    use crate::index::patient::PatientKey;

    #[test]
    fn a_record_is_of_those_it_is_about() {
        let registry = Registry::r4().expect("R4");
        let base = "https://me.example/fhir";
        let indexer = Indexer::new(&registry, Zone::default(), base, PatientKey::new(b"secret"));
        let check = |resource: Value, expected: &[&str]| {
            let kind = resource["resourceType"].as_str().and_then(ResourceKind::parse);
            let body = resource.to_string();
            let found = patients(&indexer, (kind.expect("a type"), "x"), &body, None);
            assert_eq!(found, expected, "{body}");
        };
        let to = |id: &str| json!({ "reference": format!("Patient/{id}") });
        check(json!({ "resourceType": "Patient", "link": [{ "other": to("b") }] }), &["x"]);
        check(json!({ "resourceType": "Observation", "subject": to("a") }), &["a"]);
        check(
            json!({ "resourceType": "Observation", "subject": to("a"), "performer": [to("b")] }),
            &["a"],
        );
        let focused = json!({ "resourceType": "Observation", "subject": to("a/_history/2"),
            "focus": [{ "reference": format!("{base}/Patient/c") }], "performer": [to("b")] });
        check(focused, &["a", "c"]);
        let elsewhere = json!({ "reference": "https://his.example/Patient/a" });
        check(json!({ "resourceType": "Observation", "subject": elsewhere }), &[]);
        check(json!({ "resourceType": "Organization", "name": "Patient/a" }), &[]);
    }
}
