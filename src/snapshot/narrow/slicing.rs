//! How slices are told apart: a derived definition may close a slicing, order it and tell more
//! apart, <https://hl7.org/fhir/R4/profiling.html#slicing>.

use serde_json::{Map, Value};

use super::narrowed::{Narrowed, shown};
use crate::snapshot::fault::SnapshotFault;
use crate::snapshot::tree::element::types;

/// What a differential loosens of a slicing that the base has.
pub(in crate::snapshot) fn check(element: Narrowed<'_>) -> Vec<SnapshotFault> {
    let of = |name: &str| element.base.get(name).and_then(Value::as_object);
    let (Some(base), Some(said)) =
        (of("slicing"), element.said.get("slicing").and_then(Value::as_object))
    else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    let text =
        |of: &'_ Map<String, Value>| of.get("rules").and_then(Value::as_str).map(str::to_owned);
    if let (Some(was), Some(is)) = (text(base), text(said))
        && openness(&is) > openness(&was)
        && !has_one_type(element)
    {
        faults.push(SnapshotFault::changed("slicing.rules", &was, &is));
    }
    let flag = |of: &Map<String, Value>| of.get("ordered").and_then(Value::as_bool);
    if flag(base) == Some(true) && flag(said) == Some(false) {
        faults.push(SnapshotFault::changed("slicing.ordered", "true", "false"));
    }
    let told = discriminators(said);
    if !told.is_empty()
        && let Some(lost) = discriminators(base).iter().find(|known| !tells(told, known))
    {
        faults.push(SnapshotFault::changed("slicing.discriminator", &shown(Some(lost)), "-"));
    }
    faults
}

/// The slicing of the base with what the differential says of it: discriminators pile up.
pub(in crate::snapshot) fn merged(base: &Value, said: &Value) -> Value {
    let (Some(base), Some(said)) = (base.as_object(), said.as_object()) else {
        return said.clone();
    };
    let mut all: Vec<Value> = discriminators(base).to_vec();
    for new in discriminators(said) {
        if !tells(&all, new) {
            all.push(new.clone());
        }
    }
    let mut slicing = base.clone();
    slicing.extend(said.iter().map(|(name, value)| (name.clone(), value.clone())));
    if !all.is_empty() {
        slicing.insert("discriminator".into(), all.into());
    }
    Value::Object(slicing)
}

fn discriminators(slicing: &Map<String, Value>) -> &[Value] {
    slicing.get("discriminator").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn tells(list: &[Value], one: &Value) -> bool {
    let same = |name: &str, other: &Value| other.get(name) == one.get(name);
    list.iter().any(|other| same("type", other) && same("path", other))
}

fn openness(rules: &str) -> u8 {
    match rules {
        "closed" => 0,
        "openAtEnd" => 1,
        _ => 2,
    }
}

/// A choice of one type has no other slices, whatever is said of them.
fn has_one_type(element: Narrowed<'_>) -> bool {
    element.id.ends_with("[x]") && types(element.base).len() == 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(base: Value, said: Value, faults: usize) {
        let (base, said) = (json!({ "slicing": base }), json!({ "slicing": said }));
        let (Value::Object(base), Value::Object(said)) = (base, said) else { unreachable!() };
        let found = super::check(Narrowed {
            base: &base,
            said: &said,
            now: &said,
            id: "A.b",
            is_new_slice: false,
        });
        assert_eq!(found.len(), faults, "{base:?} {said:?}: {found:?}");
    }

    #[test]
    fn a_slicing_may_be_closed_ordered_and_finer() {
        let by = |path: &str| json!({ "type": "value", "path": path });
        check(json!({ "rules": "open" }), json!({ "rules": "closed" }), 0);
        check(json!({ "rules": "closed" }), json!({ "rules": "openAtEnd" }), 1);
        check(json!({ "rules": "openAtEnd" }), json!({ "rules": "open" }), 1);
        check(json!({ "ordered": true, "rules": "open" }), json!({ "rules": "open" }), 0);
        check(json!({ "ordered": true }), json!({ "ordered": false }), 1);
        check(json!({ "ordered": false }), json!({ "ordered": true }), 0);
        let (one, two) =
            (json!({ "discriminator": [by("a")] }), json!({ "discriminator": [by("a"), by("b")] }));
        check(one.clone(), two.clone(), 0);
        check(two.clone(), one.clone(), 1);
        check(two, json!({ "rules": "closed" }), 0);
        let merged = merged(&one, &json!({ "discriminator": [by("b")], "rules": "open" }));
        assert_eq!(merged, json!({ "discriminator": [by("a"), by("b")], "rules": "open" }));
    }
}
