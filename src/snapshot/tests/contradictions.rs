//! What a derived definition may not say, kind by kind, and what it may: each beside its base.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::snapshot::service::{Snapshot, Snapshots};

const HERE: &str = "http://example.org/StructureDefinition/";
const R4: &str = "http://hl7.org/fhir/StructureDefinition/";

fn definition(name: &str, base: &str, kind: &str, elements: &Value) -> Value {
    json!({
        "resourceType": "StructureDefinition", "url": format!("{HERE}{name}"), "name": name,
        "status": "draft", "kind": "resource", "abstract": false, "type": kind,
        "baseDefinition": base, "derivation": "constraint", "differential": { "element": elements },
    })
}

fn snapshots(definitions: &[Value]) -> Snapshots {
    let registry = Registry::r4().expect("R4");
    let kind = ResourceKind::STRUCTURE_DEFINITION;
    for definition in definitions {
        let id = ResourceId::parse(definition["name"].as_str().expect("a name")).expect("an id");
        registry.library.store(kind, &id, 1, Some(&definition.to_string()));
    }
    Snapshots::new(Arc::new(registry))
}

fn made(base: &Value, derived: &Value) -> Snapshot {
    let kind = base[0]["path"].as_str().and_then(|path| path.split('.').next()).expect("a type");
    let first = definition("base", &format!("{R4}{kind}"), kind, base);
    let second = definition("derived", &format!("{HERE}base"), kind, derived);
    let snapshots = snapshots(std::slice::from_ref(&first));
    let own = snapshots.generate(&first).expect("a snapshot");
    let own: Vec<_> = own.issues.iter().filter(|issue| issue.severity.refuses()).collect();
    assert!(own.is_empty(), "{own:?}");
    snapshots.generate(&second).expect("a snapshot")
}

/// The errors of a differential on a base, by what their English texts begin with.
#[track_caller]
fn check(base: Value, derived: Value, expected: &[&str]) {
    let made = made(&base, &derived);
    let found: Vec<&str> = made
        .issues
        .iter()
        .filter(|issue| issue.severity.refuses())
        .map(|issue| issue.text.en.as_str())
        .collect();
    assert_eq!(found.len(), expected.len(), "{derived}: {found:#?}");
    for (text, begins) in found.iter().zip(expected) {
        assert!(text.starts_with(begins), "{text}");
    }
}

fn element(path: &str, more: &Value) -> Value {
    let mut element = json!({ "id": path, "path": path });
    let object = element.as_object_mut().expect("an object");
    object.extend(more.as_object().expect("an object").clone());
    element
}

/// One element, in the base and in the derived definition.
#[track_caller]
fn one(path: &str, base: Value, derived: Value, expected: &[&str]) {
    check(json!([element(path, &base)]), json!([element(path, &derived)]), expected);
}

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

#[test]
fn a_snapshot_alone_is_held_against_its_base() {
    let mut profile = definition("p", &format!("{R4}Patient"), "Patient", &json!([]));
    let object = profile.as_object_mut().expect("an object");
    object.remove("differential");
    let wider = json!([{ "id": "Patient", "path": "Patient" },
        { "id": "Patient.gender", "path": "Patient.gender", "max": "*" }]);
    object.insert("snapshot".into(), json!({ "element": wider }));
    let made = snapshots(&[]).generate(&profile).expect("it is there");
    let texts: Vec<&str> = made.issues.iter().map(|issue| issue.text.en.as_str()).collect();
    assert!(matches!(texts.as_slice(), [text] if text.starts_with("max * is more")), "{texts:?}");
}

#[test]
fn a_constraint_is_of_the_type_of_its_base() {
    let other =
        definition("p", &format!("{R4}Patient"), "Observation", &json!([{ "path": "Patient" }]));
    let made = snapshots(&[]).generate(&other).expect("a snapshot");
    let texts: Vec<&str> = made.issues.iter().map(|issue| issue.text.en.as_str()).collect();
    assert_eq!(texts, ["The type is 'Observation', but that of the base definition is 'Patient'."]);
}

/// What HL7 publishes contradicts nothing.
#[test]
fn published_definitions_are_right() {
    let registry = Registry::r4().expect("R4");
    let kind = ResourceKind::STRUCTURE_DEFINITION;
    let names = registry.library.names(kind);
    let registry = Arc::new(registry);
    let snapshots = Snapshots::new(Arc::clone(&registry));
    let mut wrong = Vec::new();
    for name in &names {
        let canonical = match &name.version {
            Some(version) => format!("{}|{version}", name.url),
            None => name.url.to_string(),
        };
        match snapshots.snapshot(&canonical) {
            Ok(made) => wrong.extend(
                made.issues
                    .iter()
                    .filter(|issue| issue.severity.refuses())
                    .map(|issue| format!("{canonical} {:?}: {}", issue.expression, issue.text.en)),
            ),
            Err(issue) => wrong.push(format!("{canonical}: {}", issue.text.en)),
        }
    }
    assert!(names.len() > 1000, "{}", names.len());
    assert!(wrong.is_empty(), "{} {wrong:#?}", wrong.len());
}
