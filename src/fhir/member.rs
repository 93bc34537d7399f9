//! Members of JSON objects: how every room looks into a resource.

use serde_json::{Map, Value};

/// Below this many members, comparing all keys is faster than hashing one.
const FEW: usize = 12;

/// The value of an object's key.
pub fn member<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    of(value.as_object()?, key)
}

/// The value of a key of an object.
pub fn of<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    if object.len() > FEW {
        return object.get(key);
    }
    object.iter().find(|(found, _)| *found == key).map(|(_, value)| value)
}

/// The values of two of an object's keys.
pub fn two<'a>(value: &'a Value, key: &str, other: &str) -> (Option<&'a Value>, Option<&'a Value>) {
    let Some(object) = value.as_object() else { return (None, None) };
    if object.len() > FEW {
        return (object.get(key), object.get(other));
    }
    let mut both = (None, None);
    for (found, value) in object {
        if found == key {
            both.0 = Some(value);
        } else if found == other {
            both.1 = Some(value);
        }
    }
    both
}

/// The text of an object's key.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    member(value, key)?.as_str()
}

/// The values of an object's key: those of its array, or the one it has.
pub fn members<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    match member(value, key) {
        Some(Value::Array(values)) => values,
        Some(value) => std::slice::from_ref(value),
        None => &[],
    }
}
