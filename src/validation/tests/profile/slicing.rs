//! Slices, <https://hl7.org/fhir/R4/profiling.html#slicing>.

use serde_json::{Value, json};

use super::ask::{check, observation, patient, profile, with};

fn sliced(id: &str, discriminator: Value, slicing: Value, slices: &[Value]) {
    let head = json!({ "path": "Patient.identifier",
        "slicing": with(json!({ "discriminator": [discriminator], "rules": "open" }), slicing) });
    let mut elements = vec![json!({ "path": "Patient" }), head];
    elements.extend(slices.iter().cloned());
    profile(id, "Patient", Value::Array(elements));
}

/// A slice of `Patient.identifier` by its system.
fn by_system(name: &str, system: &str, more: Value) -> [Value; 2] {
    let slice = json!({ "path": "Patient.identifier", "sliceName": name });
    let path = "Patient.identifier.system";
    [with(slice, more), json!({ "path": path, "min": 1, "fixedUri": system })]
}

fn identified(systems: &[&str]) -> Value {
    let systems: Vec<Value> =
        systems.iter().map(|system| json!({ "system": system, "value": "1" })).collect();
    patient(json!({ "identifier": systems }))
}

#[test]
fn slices_have_their_number_order_and_rules() {
    let value = json!({ "type": "value", "path": "system" });
    let slices = [
        by_system("a", "urn:a", json!({ "min": 1, "max": "1" })),
        by_system("b", "urn:b", json!({ "min": 0, "max": "2" })),
    ]
    .concat();
    sliced("open", value.clone(), json!({}), &slices);
    check(&identified(&["urn:x", "urn:b", "urn:a", "urn:b"]), &["open"], &[]);
    check(
        &identified(&["urn:b", "urn:b", "urn:b"]),
        &["open"],
        &[
            ("required Patient.identifier", "The identifier with the system urn:a is missing"),
            ("structure Patient.identifier", "identifier with the system urn:b: there are 3"),
        ],
    );
    check(&patient(json!({})), &["open"], &[("required Patient.identifier", "urn:a is missing")]);
    sliced("closed", value.clone(), json!({ "rules": "closed" }), &slices);
    check(
        &identified(&["urn:a", "urn:x"]),
        &["closed"],
        &[("structure Patient.identifier[1]", "in no slice")],
    );
    sliced("ordered", value.clone(), json!({ "ordered": true }), &slices);
    check(&identified(&["urn:a", "urn:x", "urn:b"]), &["ordered"], &[]);
    check(
        &identified(&["urn:b", "urn:a"]),
        &["ordered"],
        &[("structure Patient.identifier[1]", "order")],
    );
    sliced("end", value, json!({ "rules": "openAtEnd" }), &slices);
    check(&identified(&["urn:a", "urn:x"]), &["end"], &[]);
    check(
        &identified(&["urn:x", "urn:a"]),
        &["end"],
        &[("structure Patient.identifier[1]", "after all slices")],
    );
}

#[test]
fn slices_are_told_by_pattern_presence_and_default() {
    let exists = json!({ "type": "exists", "path": "period" });
    sliced(
        "exists",
        exists,
        json!({}),
        &[
            json!({ "path": "Patient.identifier", "sliceName": "timed", "max": "1" }),
            json!({ "path": "Patient.identifier.period", "min": 1 }),
            json!({ "path": "Patient.identifier", "sliceName": "untimed", "max": "1" }),
            json!({ "path": "Patient.identifier.period", "max": "0" }),
        ],
    );
    let timed = json!({ "value": "1", "period": { "start": "2024" } });
    let untimed = json!({ "value": "1" });
    check(&patient(json!({ "identifier": [timed, untimed] })), &["exists"], &[]);
    check(
        &patient(json!({ "identifier": [timed, timed] })),
        &["exists"],
        &[("structure Patient.identifier", "identifier with period: there are 2")],
    );
    let pattern = json!({ "type": "pattern", "path": "type" });
    sliced(
        "pattern",
        pattern,
        json!({ "rules": "closed" }),
        &[
            json!({ "path": "Patient.identifier", "sliceName": "mr" }),
            json!({ "path": "Patient.identifier.type",
            "patternCodeableConcept": { "coding": [{ "system": "http://s.s", "code": "MR" }] } }),
            json!({ "path": "Patient.identifier.value", "min": 1 }),
            json!({ "path": "Patient.identifier", "sliceName": "@default" }),
            json!({ "path": "Patient.identifier.assigner", "min": 1 }),
        ],
    );
    let mr = json!({ "coding": [{ "system": "http://s.s", "code": "MR", "display": "d" }] });
    check(
        &patient(json!({ "identifier": [{ "type": mr }, { "value": "1" }] })),
        &["pattern"],
        &[
            ("required Patient.identifier[0].value", "identifier:mr.value"),
            ("required Patient.identifier[1].assigner", "@default"),
        ],
    );
}

#[test]
fn slices_of_slices() {
    let slices = [
        json!({ "path": "Patient.identifier", "sliceName": "a",
            "slicing": { "discriminator": [{ "type": "value", "path": "use" }], "rules": "closed" } }),
        json!({ "path": "Patient.identifier.system", "min": 1, "fixedUri": "urn:a" }),
        json!({ "path": "Patient.identifier", "sliceName": "a/old", "max": "1" }),
        json!({ "path": "Patient.identifier.use", "min": 1, "fixedCode": "old" }),
    ];
    sliced("within", json!({ "type": "value", "path": "system" }), json!({}), &slices);
    let item = |system: &str, code: &str| json!({ "system": system, "use": code });
    check(
        &patient(json!({ "identifier": [item("urn:a", "old"), item("urn:b", "usual")] })),
        &["within"],
        &[],
    );
    check(
        &patient(
            json!({ "identifier": [item("urn:a", "old"), item("urn:a", "old"), item("urn:a", "usual")] }),
        ),
        &["within"],
        &[
            ("structure Patient.identifier", "there are 2"),
            ("structure Patient.identifier[2]", "in no slice"),
        ],
    );
}

#[test]
fn choices_are_sliced_by_type() {
    profile(
        "typed",
        "Observation",
        json!([
            { "path": "Observation" },
            { "path": "Observation.value[x]",
              "slicing": { "discriminator": [{ "type": "type", "path": "$this" }], "rules": "closed" } },
            { "path": "Observation.value[x]", "sliceName": "valueQuantity", "type": [{ "code": "Quantity" }] },
            { "path": "Observation.value[x].code", "min": 1 },
        ]),
    );
    check(
        &observation(
            json!({ "valueQuantity": { "value": 1, "system": "http://s.s", "code": "g" } }),
        ),
        &["typed"],
        &[],
    );
    check(
        &observation(json!({ "valueQuantity": { "value": 1 } })),
        &["typed"],
        &[("required Observation.value.code", "code is missing")],
    );
    check(
        &observation(json!({ "valueString": "x" })),
        &["typed"],
        &[("structure Observation.value", "in no slice")],
    );
}
