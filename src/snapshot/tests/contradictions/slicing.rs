//! What may become of slices and of what tells them apart.

use serde_json::{Value, json};

use super::{check, element, one};

fn sliced(slicing: Value, slices: &[(&str, Value)]) -> Value {
    let mut all = vec![element("Patient.identifier", &json!({ "slicing": slicing }))];
    for (name, more) in slices {
        let id = format!("Patient.identifier:{name}");
        let mut slice = json!({ "id": id, "path": "Patient.identifier", "sliceName": name });
        slice
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        all.push(slice);
    }
    Value::Array(all)
}

#[test]
fn slicings_only_close() {
    let by = |path: &str, rules: &str, ordered: bool| json!({ "discriminator": [{ "type": "value", "path": path }], "rules": rules, "ordered": ordered });
    let two = [("A", json!({ "max": "1" })), ("B", json!({ "max": "1" }))];
    let base = |rules: &str, ordered: bool| sliced(by("system", rules, ordered), &two);
    let again = |rules: &str, ordered: bool| sliced(by("system", rules, ordered), &[]);
    check(base("closed", false), again("open", false), &["slicing.rules:"]);
    check(base("closed", false), again("openAtEnd", false), &["slicing.rules:"]);
    check(base("openAtEnd", false), again("open", false), &["slicing.rules:"]);
    check(base("open", false), again("closed", false), &[]);
    check(base("open", true), again("open", false), &["slicing.ordered:"]);
    check(base("open", false), again("open", true), &[]);
    check(base("open", false), sliced(by("use", "open", false), &[]), &["slicing.discriminator:"]);
    let backwards = [("B", json!({ "min": 1 })), ("A", json!({ "min": 1 }))];
    check(
        base("open", true),
        sliced(by("system", "open", true), &backwards),
        &["The slicing is ordered"],
    );
    let inserted = [("C", json!({})), ("A", json!({ "min": 1 }))];
    check(
        base("openAtEnd", false),
        sliced(by("system", "openAtEnd", false), &inserted),
        &["The slicing is ordered"],
    );
    let third = [("C", json!({}))];
    check(
        base("closed", false),
        sliced(by("system", "closed", false), &third),
        &["The slicing of the base definition is closed"],
    );
    check(
        base("open", false),
        sliced(by("system", "open", false), &[("A", json!({ "max": "2" }))]),
        &["max 2 is more"],
    );
    let unknown = [("C", json!({ "sliceIsConstraining": true }))];
    check(
        base("open", false),
        sliced(by("system", "open", false), &unknown),
        &["The base definition has no slice 'C'"],
    );
    let needed = [("A", json!({ "min": 1 })), ("B", json!({ "min": 1 }))];
    let base = sliced(by("system", "open", false), &needed);
    check(
        base,
        json!([element("Patient.identifier", &json!({ "max": "1" }))]),
        &["The slices need at least 2"],
    );
}

#[test]
fn discriminators_lead_to_elements() {
    let told = |kind: &str, path: &str| json!({ "slicing": { "discriminator": [{ "type": kind, "path": path }], "rules": "open" } });
    let check = |element_path: &str, path: &str, is_there: bool| {
        let expected: &[&str] = if is_there { &[] } else { &["The discriminator"] };
        one(element_path, json!({ "short": "x" }), told("value", path), expected);
    };
    for (element, path) in [
        ("Patient.telecom", "nonsense"),
        ("Patient.telecom", "system.nonsense"),
        ("Patient.identifier", "type.coding.cod"),
        ("Patient.generalPractitioner", "resolve().nonsense"),
        ("Patient.identifier", "resolve()"),
        ("Observation.component", "value.ofType(HumanName)"),
        ("Observation.component", "code.ofType(Quantity)"),
        ("Patient.name", "extension('http://a.b').nonsense.x"),
    ] {
        check(element, path, element == "Patient.name");
    }
    for (element, path) in [
        ("Patient.telecom", "$this"),
        ("Patient.telecom", "system"),
        ("Patient.identifier", "type.coding.code"),
        ("Patient.identifier", "assigner.resolve().name"),
        ("Patient.generalPractitioner", "resolve()"),
        ("Patient.generalPractitioner", "resolve().identifier.system"),
        ("Observation.component", "value"),
        ("Observation.component", "value.ofType(Quantity).code"),
        ("Observation.component", "referenceRange.low"),
        ("Patient.extension", "url"),
        ("Patient.contained", "name"),
        (
            "Patient.name",
            "extension('http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier').value",
        ),
    ] {
        check(element, path, true);
    }
    one(
        "Patient.name",
        json!({ "short": "x" }),
        told(
            "value",
            "extension('http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier').nope",
        ),
        &["The discriminator"],
    );
}
