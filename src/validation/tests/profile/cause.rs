//! What a reference tells of its target.

use serde_json::{Value, json};

use super::ask::{BASE, check, observation, patient, profile, url};

#[test]
fn a_type_is_met_whatever_else_is_wrong() {
    let anybody = json!([{ "code": "Reference", "targetProfile": [format!("{BASE}Patient")] }]);
    profile(
        "of-anybody",
        "Observation",
        json!([{ "path": "Observation" }, { "path": "Observation.subject", "type": anybody }]),
    );
    profile(
        "gendered",
        "Patient",
        json!([{ "path": "Patient" }, { "path": "Patient.gender", "min": 1 }]),
    );
    let contained = patient(json!({ "id": "p", "meta": { "profile": [url("gendered")] } }));
    let pointing =
        observation(json!({ "contained": [contained], "subject": { "reference": "#p" } }));
    // What is wrong with the patient is said of the patient, and nothing of R4's own type.
    check(
        &pointing,
        &["of-anybody"],
        &[("required Observation.contained[0].gender", "Patient.gender is missing")],
    );
}

#[test]
fn a_reference_tells_what_is_wrong_with_its_target() {
    let target =
        json!([{ "code": "Reference", "targetProfile": [url("lettered"), url("numbered")] }]);
    for (id, element) in [("lettered", "name"), ("numbered", "identifier")] {
        let path = format!("Patient.{element}");
        profile(id, "Patient", json!([{ "path": "Patient" }, { "path": path, "min": 1 }]));
    }
    profile(
        "of-lettered",
        "Observation",
        json!([
            { "path": "Observation" },
            { "path": "Observation.subject", "type": target.clone() },
            { "path": "Observation.focus", "type": target },
        ]),
    );
    let pointing = |patient: Value| {
        observation(json!({ "contained": [patient], "subject": { "reference": "#p" },
            "focus": [{ "reference": "#p" }, { "reference": "#p" }] }))
    };
    let numbered = patient(json!({ "id": "p", "identifier": [{ "value": "1" }] }));
    check(&pointing(numbered), &["of-lettered"], &[]);
    check(
        &pointing(patient(json!({ "id": "p" }))),
        &["of-lettered"],
        &[(
            "structure Observation.subject",
            "Patient.name: Patient.name is missing: the profile asks for it. (Other references to this resource: 2.)",
        )],
    );
    // One that claims what is asked for is told of itself.
    let claiming = patient(json!({ "id": "p", "meta": { "profile": [url("lettered")] } }));
    check(
        &pointing(claiming),
        &["of-lettered"],
        &[("required Observation.contained[0].name", "Patient.name is missing")],
    );
}
