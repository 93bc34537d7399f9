//! What may become of one element: its values, limits, bindings, types, flags and invariants.

use serde_json::{Value, json};

use super::{R4, check, element, made, one};

#[test]
fn values_and_limits_only_narrow() {
    one(
        "Patient.gender",
        json!({ "fixedCode": "female" }),
        json!({ "fixedCode": "male" }),
        &["fixed[x]:"],
    );
    one("Patient.gender", json!({ "fixedCode": "female" }), json!({ "fixedCode": "female" }), &[]);
    let single = |code: &str| json!({ "coding": [{ "system": "http://a.b", "code": code }] });
    let pattern = |code: &str| json!({ "patternCodeableConcept": single(code) });
    one("Patient.maritalStatus", pattern("M"), pattern("S"), &["pattern[x]:"]);
    one("Patient.maritalStatus", pattern("M"), json!({ "fixedCodeableConcept": single("M") }), &[]);
    one(
        "Patient.maritalStatus",
        pattern("M"),
        json!({ "fixedCodeableConcept": single("S") }),
        &["pattern[x] → fixed[x]:"],
    );
    let integer = json!([{ "code": "integer" }]);
    one(
        "Patient.multipleBirth[x]",
        json!({ "type": integer, "maxValueInteger": 5 }),
        json!({ "maxValueInteger": 9 }),
        &["maxValue[x]:"],
    );
    one(
        "Patient.birthDate",
        json!({ "minValueDate": "2000-01-01" }),
        json!({ "minValueDate": "1999-12-31" }),
        &["minValue[x]:"],
    );
    one("Patient.language", json!({ "maxLength": 5 }), json!({ "maxLength": 6 }), &["maxLength:"]);
}

#[test]
fn values_below_a_value_agree_with_it() {
    let status = json!([element(
        "Patient.maritalStatus",
        &json!({ "patternCodeableConcept": { "coding": [{ "system": "http://a.b", "code": "M" }], "text": "x" } })
    )]);
    let below = |path: &str, more: Value| json!([element(path, &more)]);
    check(status.clone(), below("Patient.maritalStatus.text", json!({ "fixedString": "x" })), &[]);
    check(
        status.clone(),
        below("Patient.maritalStatus.text", json!({ "fixedString": "y" })),
        &["fixed[x]:"],
    );
    check(
        status,
        below("Patient.maritalStatus.coding.code", json!({ "fixedCode": "S" })),
        &["fixed[x]:"],
    );
    let below = json!([element("Patient.maritalStatus.text", &json!({ "fixedString": "y" }))]);
    let above = json!([element(
        "Patient.maritalStatus",
        &json!({ "patternCodeableConcept": { "text": "x" } })
    )]);
    check(below, above, &["fixed[x]:"]);
}

#[test]
fn bindings_only_become_stronger() {
    let bound = |strength: &str, set: &str| json!({ "binding": { "strength": strength, "valueSet": format!("http://hl7.org/fhir/ValueSet/{set}") } });
    let strengths = ["example", "preferred", "extensible", "required"];
    for (at, base) in strengths.iter().enumerate().skip(1) {
        // R4 itself binds the element, extensible.
        if at < 2 {
            continue;
        }
        for (now, derived) in strengths.iter().enumerate() {
            let expected: &[&str] = if now < at { &["The binding"] } else { &[] };
            one(
                "Patient.maritalStatus",
                bound(base, "marital-status"),
                bound(derived, "marital-status"),
                expected,
            );
        }
    }
    let made = made(
        &json!([element(
            "Patient.contact.relationship",
            &bound("required", "patient-contactrelationship")
        )]),
        &json!([element("Patient.contact.relationship", &bound("required", "marital-status"))]),
    );
    let binding = made.bindings.first().expect("a binding that codes decide");
    assert_eq!(&*binding.id, "Patient.contact.relationship");
    assert!(binding.now.ends_with("marital-status"));
}

#[test]
fn types_targets_and_profiles_come_from_those_of_the_base() {
    let refers = |targets: &[&str]| {
        let targets: Vec<String> = targets.iter().map(|target| format!("{R4}{target}")).collect();
        json!({ "type": [{ "code": "Reference", "targetProfile": targets }] })
    };
    let path = "Patient.managingOrganization";
    one(path, refers(&["Organization"]), refers(&["Patient"]), &["type.targetProfile:"]);
    one(path, refers(&["Organization"]), refers(&["Organization"]), &[]);
    one(
        path,
        refers(&["Organization"]),
        json!({ "type": [{ "code": "Reference" }] }),
        &["type.targetProfile:"],
    );
    let path = "Observation.subject";
    one(path, refers(&["Patient", "Group"]), refers(&["Group"]), &[]);
    one(path, refers(&["Patient"]), refers(&["Patient", "Group"]), &["type.targetProfile:"]);
    one(path, refers(&["Patient"]), refers(&["HumanName"]), &["Nothing can refer to"]);
    let quantity = |profile: &str| json!({ "type": [{ "code": "Quantity", "profile": [format!("{R4}{profile}")] }] });
    one(
        "Observation.value[x]",
        quantity("MoneyQuantity"),
        quantity("SimpleQuantity"),
        &["type.profile:"],
    );
    let any = json!({ "type": [{ "code": "Quantity" }] });
    one("Observation.value[x]", quantity("MoneyQuantity"), any.clone(), &["type.profile:"]);
    one("Observation.value[x]", quantity("SimpleQuantity"), any, &[]);
    one("Observation.value[x]", quantity("SimpleQuantity"), quantity("MoneyQuantity"), &[]);
    one("Observation.value[x]", quantity("SimpleQuantity"), quantity("SimpleQuantity"), &[]);
    one(
        "Observation.value[x]",
        json!({ "min": 1 }),
        quantity("HumanName"),
        &["'http://hl7.org/fhir/StructureDefinition/HumanName' is no profile of the type Quantity"],
    );
    let ways = |ways: &[&str]| json!({ "type": [{ "code": "Reference", "targetProfile": [format!("{R4}Organization")], "aggregation": ways }] });
    let path = "Patient.managingOrganization";
    one(path, ways(&["contained", "bundled"]), ways(&["bundled"]), &[]);
    one(path, ways(&["bundled"]), ways(&["contained"]), &["type.aggregation:"]);
    let versioned = |how: &str| json!({ "type": [{ "code": "Reference", "targetProfile": [format!("{R4}Organization")], "versioning": how }] });
    one(path, versioned("specific"), versioned("either"), &["type.versioning:"]);
    one(path, versioned("either"), versioned("specific"), &[]);
}

#[test]
fn flags_and_invariants_stay() {
    one(
        "Patient.gender",
        json!({ "mustSupport": true }),
        json!({ "mustSupport": false }),
        &["mustSupport:"],
    );
    one("Patient.gender", json!({ "mustSupport": false }), json!({ "mustSupport": true }), &[]);
    one("Patient.active", json!({ "min": 1 }), json!({ "isModifier": false }), &["isModifier:"]);
    one("Patient.active", json!({ "min": 1 }), json!({ "isModifier": false, "min": 1 }), &[]);
    one(
        "Patient.gender",
        json!({ "min": 1 }),
        json!({ "isModifier": true, "isModifierReason": "x" }),
        &["isModifier:"],
    );
    one("Patient.gender", json!({ "min": 1 }), json!({ "isSummary": false }), &["isSummary:"]);
    let rule = |severity: &str, expression: &str| json!({ "constraint": [{ "key": "a-1", "severity": severity, "human": "x", "expression": expression }] });
    one(
        "Patient.name",
        rule("error", "text.exists()"),
        rule("error", "true"),
        &["constraint 'a-1':"],
    );
    one(
        "Patient.name",
        rule("error", "text.exists()"),
        rule("warning", "text.exists()"),
        &["constraint 'a-1':"],
    );
    one("Patient.name", rule("warning", "text.exists()"), rule("error", "text.exists()"), &[]);
}
