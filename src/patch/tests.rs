//! Patches and what they make, without a server.

use std::sync::LazyLock;

use proptest::prelude::{any, proptest};
use serde_json::{Value, json};

use super::document::{Patch, Surroundings, Syntax};
use super::fault::PatchFault;
use crate::definitions::registry::Registry;
use crate::fhir::date::Zone;
use crate::fhir::time::Instant;

static R4: LazyLock<Registry> = LazyLock::new(|| Registry::r4().expect("R4"));

fn apply(patch: &Patch, resource: &Value) -> Result<Value, PatchFault> {
    let shapes = &R4.shapes;
    let surroundings = Surroundings { shapes, now: Instant::from_micros(0), zone: Zone::default() };
    patch.apply(&surroundings, resource)
}

/// What operations make of a resource; each is type, path and further parts.
#[track_caller]
fn check(resource: Value, operations: &[(&str, &str, Value)], expected: Option<Value>) {
    let operation = |(kind, path, more): &(&str, &str, Value)| {
        let mut parts = vec![
            json!({ "name": "type", "valueCode": kind }),
            json!({ "name": "path", "valueString": path }),
        ];
        parts.extend(more.as_array().cloned().unwrap_or_default());
        json!({ "name": "operation", "part": parts })
    };
    let operations: Vec<Value> = operations.iter().map(operation).collect();
    let parameters = json!({ "resourceType": "Parameters", "parameter": operations });
    let patched = Patch::of_parameters(&parameters).and_then(|patch| apply(&patch, &resource));
    assert_eq!(patched.clone().ok(), expected, "{patched:?}");
}

fn named(name: &str, mut value: Value) -> Value {
    value["name"] = json!("value");
    json!([{ "name": "name", "valueString": name }, value])
}

fn value(mut value: Value) -> Value {
    value["name"] = json!("value");
    json!([value])
}

fn at(index: usize, mut value: Value) -> Value {
    value["name"] = json!("value");
    json!([{ "name": "index", "valueInteger": index }, value])
}

fn from_to(source: usize, destination: usize) -> Value {
    json!([{ "name": "source", "valueInteger": source },
        { "name": "destination", "valueInteger": destination }])
}

fn names() -> Value {
    json!({ "resourceType": "Patient", "name": [{ "given": ["a", "b", "c"],
        "_given": [null, { "id": "x" }, null] }] })
}

#[test]
fn primitives_go_with_what_is_beside_them() {
    let given = |given: Value, extra: Value| {
        let mut patient = names();
        patient["name"][0] = json!({ "given": given });
        if !extra.is_null() {
            patient["name"][0]["_given"] = extra;
        }
        Some(patient)
    };
    let first = "Patient.name[0].given[0]";
    check(
        names(),
        &[("delete", first, json!([]))],
        given(json!(["b", "c"]), json!([{ "id": "x" }, null])),
    );
    let second = "Patient.name[0].given[1]";
    check(names(), &[("delete", second, json!([]))], given(json!(["a", "c"]), Value::Null));
    let change = ("replace", second, value(json!({ "valueString": "z" })));
    check(names(), &[change], given(json!(["a", "z", "c"]), Value::Null));
    let change =
        ("replace", first, value(json!({ "valueString": "z", "_valueString": { "id": "y" } })));
    check(
        names(),
        &[change],
        given(json!(["z", "b", "c"]), json!([{ "id": "y" }, { "id": "x" }, null])),
    );
    let change = ("move", "Patient.name[0].given", from_to(1, 0));
    check(names(), &[change], given(json!(["b", "a", "c"]), json!([{ "id": "x" }, null, null])));
    let change = ("insert", "Patient.name[0].given", at(1, json!({ "valueString": "z" })));
    check(
        names(),
        &[change],
        given(json!(["a", "z", "b", "c"]), json!([null, null, { "id": "x" }, null])),
    );
    let change = ("add", "Patient.name[0]", named("given", json!({ "valueString": "z" })));
    check(
        names(),
        &[change],
        given(json!(["a", "b", "c", "z"]), json!([null, { "id": "x" }, null, null])),
    );
}

#[test]
fn extensions_are_added_to_primitives_and_removed() {
    let born = || json!({ "resourceType": "Patient", "birthDate": "2001" });
    let extension = json!({ "valueExtension": { "url": "u:x", "valueCode": "c" } });
    let mut extended = born();
    extended["_birthDate"] = json!({ "extension": [{ "url": "u:x", "valueCode": "c" }] });
    let change = ("add", "Patient.birthDate", named("extension", extension.clone()));
    check(born(), &[change], Some(extended.clone()));
    let change = ("delete", "Patient.birthDate.extension[0]", json!([]));
    check(extended.clone(), &[change], Some(born()));
    let change = ("delete", "Patient.birthDate", json!([]));
    check(extended, &[change], Some(json!({ "resourceType": "Patient" })));
    let only = json!({ "resourceType": "Patient", "_birthDate": { "id": "x" } });
    let change = ("replace", "Patient.birthDate", value(json!({ "valueDate": "2002" })));
    check(only.clone(), &[change], Some(json!({ "resourceType": "Patient", "birthDate": "2002" })));
    check(
        only,
        &[("delete", "Patient.birthDate", json!([]))],
        Some(json!({ "resourceType": "Patient" })),
    );
    let parts = json!({ "part": [{ "name": "url", "valueUri": "u:x" }, { "name": "value", "valueCode": "c" }] });
    let made =
        json!({ "resourceType": "Patient", "extension": [{ "url": "u:x", "valueCode": "c" }] });
    let change = ("add", "Patient", named("extension", parts));
    check(json!({ "resourceType": "Patient" }), &[change], Some(made));
}

#[test]
fn choices_are_known_by_the_type_of_the_value() {
    let observation =
        |key: &str, value: Value| json!({ "resourceType": "Observation", key: value });
    let old = || observation("valueString", json!("x"));
    let quantity = json!({ "valueQuantity": { "value": 1 } });
    let new = observation("valueQuantity", json!({ "value": 1 }));
    check(old(), &[("replace", "Observation.value", value(quantity.clone()))], Some(new.clone()));
    let empty = json!({ "resourceType": "Observation" });
    for name in ["value", "value[x]", "valueQuantity"] {
        check(
            empty.clone(),
            &[("add", "Observation", named(name, quantity.clone()))],
            Some(new.clone()),
        );
    }
    check(old(), &[("add", "Observation", named("value", quantity))], None);
    check(empty, &[("add", "Observation", named("value", json!({ "valueUri": "u:x" })))], None);
    check(
        old(),
        &[("delete", "Observation.value", json!([]))],
        Some(json!({ "resourceType": "Observation" })),
    );
}

#[test]
fn values_are_put_together_of_parts() {
    let contact = json!({ "part": [
        { "name": "relationship", "valueCodeableConcept": { "text": "r" } },
        { "name": "relationship", "part": [{ "name": "text", "valueString": "s" }] },
        { "name": "name", "valueHumanName": { "text": "n" } },
        { "name": "telecom", "part": [{ "name": "value", "valueString": "1" }, { "name": "rank", "valuePositiveInt": 2 }] },
        { "name": "gender", "valueCode": "female" }] });
    let patient = json!({ "resourceType": "Patient" });
    let made = json!({ "relationship": [{ "text": "r" }, { "text": "s" }], "name": { "text": "n" },
        "telecom": [{ "value": "1", "rank": 2 }], "gender": "female" });
    let expected = json!({ "resourceType": "Patient", "contact": [made] });
    check(
        patient.clone(),
        &[("add", "Patient", named("contact", contact.clone()))],
        Some(expected.clone()),
    );
    check(patient.clone(), &[("insert", "Patient.contact", at(0, contact))], Some(expected));
    let twice = json!({ "part": [{ "name": "gender", "valueCode": "a" }, { "name": "gender", "valueCode": "b" }] });
    check(patient.clone(), &[("add", "Patient", named("contact", twice))], None);
    let strange = json!({ "part": [{ "name": "nope", "valueCode": "a" }] });
    check(patient.clone(), &[("add", "Patient", named("contact", strange))], None);
    let contained = json!({ "resource": { "resourceType": "Group", "id": "g" } });
    let expected =
        json!({ "resourceType": "Patient", "contained": [{ "resourceType": "Group", "id": "g" }] });
    let inside = ("add", "Patient.contained[0]", named("active", json!({ "valueBoolean": true })));
    let mut active = expected.clone();
    active["contained"][0]["active"] = json!(true);
    let change = ("add", "Patient", named("contained", contained));
    check(patient.clone(), std::slice::from_ref(&change), Some(expected));
    check(patient, &[change, inside], Some(active));
}

#[test]
fn what_is_left_empty_goes_too() {
    let patient = json!({ "resourceType": "Patient", "contact": [{ "name": { "given": ["a"] } }] });
    let bare = json!({ "resourceType": "Patient" });
    check(patient, &[("delete", "Patient.contact.name.given", json!([]))], Some(bare.clone()));
    // What is not there is deleted already.
    check(bare.clone(), &[("delete", "Patient.name", json!([]))], Some(bare));
}

#[test]
fn paths_may_say_which_is_meant() {
    let identifier = |values: &[&str]| {
        let all: Vec<Value> = values.iter().map(|value| json!({ "value": value })).collect();
        json!({ "resourceType": "Patient", "identifier": all })
    };
    let path = "Patient.identifier.where(value = 'b')";
    check(identifier(&["a", "b"]), &[("delete", path, json!([]))], Some(identifier(&["a"])));
    let change = ("replace", path, value(json!({ "valueIdentifier": { "value": "c" } })));
    check(identifier(&["a", "b"]), &[change], Some(identifier(&["a", "c"])));
    let change = ("replace", "identifier.last().value", value(json!({ "valueString": "c" })));
    check(identifier(&["a", "b"]), &[change], Some(identifier(&["a", "c"])));
    // Two of them, none of them, nothing of the resource, the resource itself.
    let new = || value(json!({ "valueString": "c" }));
    for path in ["Patient.identifier", "Patient.name", "'a'", "Patient", "Group.member"] {
        check(identifier(&["a", "b"]), &[("replace", path, new())], None);
    }
    check(identifier(&["a", "b"]), &[("delete", "Patient", json!([]))], None);
    check(identifier(&["a"]), &[("move", "Patient.identifier", from_to(0, 1))], None);
    check(
        identifier(&["a"]),
        &[("insert", "Patient.active", at(0, json!({ "valueBoolean": true })))],
        None,
    );
}

#[test]
fn json_patches_are_done_as_the_rfc_has_them() {
    let done = |patch: Value, document: Value| {
        Patch::read(Syntax::Json, patch).and_then(|patch| apply(&patch, &document)).ok()
    };
    let foo = |value: Value| json!({ "foo": value });
    for (document, patch, expected) in [
        (
            foo(json!("bar")),
            json!([{ "op": "add", "path": "/baz", "value": "qux" }]),
            Some(json!({ "baz": "qux", "foo": "bar" })),
        ),
        (
            foo(json!([1, 2])),
            json!([{ "op": "add", "path": "/foo/1", "value": 3 }]),
            Some(foo(json!([1, 3, 2]))),
        ),
        (
            foo(json!([1])),
            json!([{ "op": "add", "path": "/foo/-", "value": 3 }]),
            Some(foo(json!([1, 3]))),
        ),
        (
            foo(json!([1, 2])),
            json!([{ "op": "move", "from": "/foo/0", "path": "/foo/1" }]),
            Some(foo(json!([2, 1]))),
        ),
        (foo(json!(1)), json!([{ "op": "add", "path": "/a/b", "value": 3 }]), None),
        (foo(json!(1)), json!([{ "op": "test", "path": "/foo", "value": "1" }]), None),
        (
            json!({ "a/b": 1, "m~n": 2 }),
            json!([{ "op": "test", "path": "/a~1b", "value": 1 }, { "op": "test", "path": "/m~0n", "value": 2 }]),
            Some(json!({ "a/b": 1, "m~n": 2 })),
        ),
        (
            foo(json!({ "bar": 1 })),
            json!([{ "op": "move", "from": "/foo", "path": "/foo/bar" }]),
            None,
        ),
        (
            foo(Value::Null),
            json!([{ "op": "replace", "path": "/foo", "value": "x" }]),
            Some(foo(json!("x"))),
        ),
    ] {
        assert_eq!(done(patch.clone(), document), expected, "{patch}");
    }
}

#[test]
fn merge_patches_are_done_as_the_rfc_has_them() {
    for (document, patch, expected) in [
        (json!({ "a": "b" }), json!({ "a": "c" }), json!({ "a": "c" })),
        (json!({ "a": "b", "b": "c" }), json!({ "a": null }), json!({ "b": "c" })),
        (json!({ "a": ["b"] }), json!({ "a": "c" }), json!({ "a": "c" })),
        (
            json!({ "a": { "b": "c" } }),
            json!({ "a": { "b": "d", "c": null } }),
            json!({ "a": { "b": "d" } }),
        ),
        (json!({ "e": null }), json!({ "a": 1 }), json!({ "e": null, "a": 1 })),
        (json!({}), json!({ "a": { "bb": { "ccc": null } } }), json!({ "a": { "bb": {} } })),
    ] {
        let patch = Patch::read(Syntax::Merge, patch).expect("a patch");
        assert_eq!(apply(&patch, &document), Ok(expected));
    }
}

proptest! {
    /// Whatever is moved can be moved back, and what is inserted can be deleted.
    #[test]
    fn what_is_done_can_be_undone(from in 0_usize..3, to in 0_usize..3, text in any::<u16>()) {
        let list = "Patient.name[0].given";
        check(names(), &[("move", list, from_to(from, to)), ("move", list, from_to(to, from))], Some(names()));
        let item = format!("{list}[{to}]");
        let insert = ("insert", list, at(to, json!({ "valueString": text.to_string() })));
        check(names(), &[insert, ("delete", item.as_str(), json!([]))], Some(names()));
    }
}
