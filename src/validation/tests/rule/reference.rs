//! Rules of references and of what is contained.

use serde_json::{Value, json};

use super::{check, observation};

#[test]
fn references_point_at_what_may_be_pointed_at() {
    let subject = |reference: &str| observation(json!({ "encounter": { "reference": reference } }));
    for good in [
        "Encounter/1",
        "Encounter/1/_history/2",
        "http://a/Encounter/1",
        "urn:uuid:x",
        "http://a/x",
    ] {
        check(&subject(good), &[]);
    }
    let place = "Observation.encounter.reference";
    check(
        &subject("Patient/1"),
        &[(&format!("structure {place}"), "to Patient is not allowed here. Allowed: Encounter")],
    );
    check(&subject("http://a/Patient/1"), &[(&format!("structure {place}"), "not allowed")]);
    check(&subject("Encunter/1"), &[(&format!("value {place}"), "“Encounter”?")]);
    for bad in ["1", "Encounter/", "Encounter/a_b", "Encounter?status=x", "/Encounter/1"] {
        check(&subject(bad), &[(&format!("value {place}"), "is not a reference")]);
    }
    check(
        &observation(json!({ "encounter": { "type": "Patient", "display": "x" } })),
        &[("structure Observation.encounter.type", "not allowed")],
    );
    for named in ["Patient", "http://hl7.org/fhir/StructureDefinition/Patient"] {
        let subject = json!({ "reference": "Patient/1", "type": named });
        check(&observation(json!({ "subject": subject })), &[]);
    }
    for wrong in ["Pateint", "http://hl7.org/fhir/Patient"] {
        let subject = json!({ "identifier": { "value": "1" }, "type": wrong });
        check(
            &observation(json!({ "subject": subject })),
            &[("structure Observation.subject.type", "no type to refer to here. Allowed: Patient")],
        );
    }
    let anything = |named: &str| json!({ "type": named, "display": "x" });
    check(&observation(json!({ "focus": [anything("http://example.org/Model")] })), &[]);
    check(
        &observation(json!({ "focus": [anything("Model")] })),
        &[("structure Observation.focus[0].type", "every type of resource")],
    );
    check(
        &observation(json!({ "subject": { "reference": "Patient/1", "type": "Group" } })),
        &[(
            "value Observation.subject.type",
            "“type” is Group, but the reference points at Patient",
        )],
    );
    check(&observation(json!({ "subject": {} })), &[("structure Observation.subject", "empty")]);
}

#[test]
fn contained_resources_are_found_by_their_ids() {
    let contained = |inner: Value, reference: &str| {
        observation(json!({ "contained": [inner], "subject": { "reference": reference } }))
    };
    let mother = json!({ "resourceType": "Patient", "id": "mother" });
    check(&contained(mother.clone(), "#mother"), &[]);
    check(
        &contained(mother.clone(), "#father"),
        &[
            ("not-found Observation.subject.reference", "“#father”"),
            ("invariant Observation.contained[0]", "dom-3"),
        ],
    );
    check(
        &contained(mother.clone(), "#"),
        &[
            ("not-found Observation.subject.reference", "“#”"),
            ("invariant Observation.contained[0]", "dom-3"),
        ],
    );
    check(
        &contained(
            json!({ "resourceType": "Encounter", "id": "e", "status": "planned", "class": { "code": "AMB" } }),
            "#e",
        ),
        &[("structure Observation.subject.reference", "to Encounter is not allowed")],
    );
    check(
        &contained(json!({ "resourceType": "Patient", "gender": "x" }), "Patient/1"),
        &[
            ("required Observation.contained[0].id", "must have an id"),
            ("code-invalid Observation.contained[0].gender", "“x” is not in"),
        ],
    );
    check(
        &contained(json!({ "id": "a" }), "#a"),
        &[("structure Observation.contained[0].resourceType", "missing")],
    );
    let nested = json!({ "resourceType": "Patient", "id": "a", "contained": [mother] });
    check(
        &contained(nested, "#a"),
        &[("invariant Observation.contained[0].contained[0]", "dom-2")],
    );
    let container = json!({ "resourceType": "Group", "id": "g", "type": "person", "actual": true,
        "managingEntity": { "reference": "#o" } });
    let organization = json!({ "resourceType": "Organization", "id": "o", "name": "N", "partOf": { "reference": "#" } });
    check(
        &observation(
            json!({ "contained": [container, organization], "subject": { "reference": "#g" } }),
        ),
        &[],
    );
}

#[test]
fn contained_resources_have_an_id_each() {
    let patient = |id: &str| json!({ "resourceType": "Patient", "id": id });
    let subject = json!({ "reference": "#a" });
    let held = |other: &str| {
        let contained = json!([patient("a"), patient(other)]);
        let more =
            json!({ "contained": contained, "subject": subject, "focus": [{ "reference": "#b" }] });
        observation(more)
    };
    check(&held("b"), &[]);
    let mut twice = held("a");
    twice["focus"] = json!([subject]);
    check(&twice, &[("duplicate Observation.contained[1].id", "Two resources in “contained”")]);
}
