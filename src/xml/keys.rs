//! Values → the keys of an object: arrays, and what stands beside a primitive,
//! <https://hl7.org/fhir/R4/json.html#primitive>.

use serde_json::{Map, Value};

use crate::definitions::shape::Element;

pub(super) type Object = Map<String, Value>;

/// Whether an element is there, with a value or with what is beside one.
pub(super) fn has(object: &Object, key: &str) -> bool {
    object.contains_key(key) || object.contains_key(&format!("_{key}"))
}

/// Puts a value into its key.
pub(super) fn put(object: &mut Object, element: &Element, value: Value) {
    if !element.repeats {
        object.insert((*element.key).to_owned(), value);
        return;
    }
    let list = object.entry(&*element.key).or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(items) = list {
        items.push(value);
    }
}

/// Puts a value into its key, and its `id` and extensions into the key beside it.
pub(super) fn put_primitive(
    object: &mut Object,
    element: &Element,
    value: Option<Value>,
    extras: Object,
) {
    if value.is_none() && extras.is_empty() {
        return;
    }
    if let Some(value) = value.or(element.repeats.then_some(Value::Null)) {
        put(object, element, value);
    }
    if extras.is_empty() {
        return;
    }
    let beside = format!("_{}", element.key);
    if !element.repeats {
        object.insert(beside, Value::Object(extras));
        return;
    }
    let count = object.get(&*element.key).and_then(Value::as_array).map_or(1, Vec::len);
    if let Value::Array(items) = object.entry(beside).or_insert_with(|| Value::Array(Vec::new())) {
        items.resize(count - 1, Value::Null);
        items.push(Value::Object(extras));
    }
}

/// Makes `_given` as long as `given`, and drops the latter when it has no value at all.
pub(super) fn align(object: &mut Object) {
    let beside: Vec<String> = object.keys().filter(|key| key.starts_with('_')).cloned().collect();
    for beside in beside {
        let Some(key) = beside.strip_prefix('_') else { continue };
        let Some(Value::Array(values)) = object.get(key) else { continue };
        let (count, is_bare) = (values.len(), values.iter().all(Value::is_null));
        if is_bare {
            object.shift_remove(key);
        }
        if let Some(Value::Array(extras)) = object.get_mut(&beside) {
            extras.resize(count, Value::Null);
        }
    }
}
