//! Every modifier on a parameter of every type: it is answered, or refused by a text that names the
//! modifier and tells which there are, <https://hl7.org/fhir/R4/search.html#modifiers>.

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(each_is_answered_or_refused_by_name);

/// A parameter of each type, a value that it takes, and the modifiers that go with it.
const PARAMETERS: [(&str, &str, &[&str]); 17] = [
    ("Patient?family", "a", &["missing", "exact", "contains"]),
    ("Patient?name", "a", &["missing", "exact", "contains"]),
    ("Patient?address", "a", &["missing", "exact", "contains"]),
    ("Patient?gender", "male", &["missing", "not", "text", "in", "not-in", "above", "below"]),
    (
        "Patient?identifier",
        "a",
        &["missing", "not", "text", "in", "not-in", "above", "below", "of-type"],
    ),
    ("Patient?phone", "0912", &["missing", "not", "text", "in", "not-in", "above", "below"]),
    ("Patient?_tag", "a", &["missing", "not", "text", "in", "not-in", "above", "below"]),
    ("Observation?subject", "Patient/a", &["missing", "identifier", "Patient"]),
    ("Observation?patient", "a", &["missing", "identifier", "Patient"]),
    ("Patient?birthdate", "2026", &["missing"]),
    ("RiskAssessment?probability", "0.5", &["missing"]),
    ("Observation?value-quantity", "5", &["missing"]),
    ("Observation?code-value-quantity", "a$5", &["missing"]),
    ("ValueSet?url", "http://a.example/x", &["missing", "above", "below"]),
    ("Location?near", "21|105|5|km", &[]),
    ("Patient?_id", "a", &[]),
    ("Patient?_lastUpdated", "2026", &[]),
];

const MODIFIERS: [&str; 14] = [
    "missing",
    "exact",
    "contains",
    "not",
    "text",
    "in",
    "not-in",
    "above",
    "below",
    "of-type",
    "identifier",
    "Patient",
    "Group",
    "nonsense",
];

const GENDERS: &str = "http://hl7.org/fhir/ValueSet/administrative-gender";
const MALE: &str = "http://hl7.org/fhir/administrative-gender|male";

async fn each_is_answered_or_refused_by_name(server: Server) {
    for (parameter, plain, known) in PARAMETERS {
        server.get(&format!("/{parameter}={plain}")).await.is(200);
        for modifier in MODIFIERS {
            // R4 lets both lead to Groups.
            let is_of_group = modifier == "Group" && known.contains(&"Patient");
            let is_uri = parameter.starts_with("ValueSet");
            let value = match modifier {
                "missing" => "true",
                "in" | "not-in" => GENDERS,
                "above" | "below" if !is_uri => MALE,
                "of-type" => "http://a.example|a|1",
                "Patient" | "Group" => "a",
                _ => plain,
            };
            let asked = format!("/{parameter}:{modifier}={value}");
            let answer = server.get(&asked).await;
            if known.contains(&modifier) || is_of_group {
                answer.is(200);
                continue;
            }
            let said = answer.is(400).json().to_string();
            assert!(said.contains(&format!("':{modifier}'")), "{asked}: {said}");
            for other in known.iter().filter(|other| **other != "Patient") {
                assert!(
                    said.contains(&format!(":{other}")),
                    "{asked} does not tell of {other}: {said}"
                );
            }
        }
    }
}
