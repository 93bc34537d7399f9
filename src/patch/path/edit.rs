//! Changes of one object of the tree. What primitives have beside them goes with them.

use serde_json::{Map, Value};

use super::given::{Given, Made};
use super::place::{ElementPlace, WayStep, beside, object};
use crate::definitions::shape::{Shape, Shapes};
use crate::patch::fault::PatchFault;

/// The items of a list.
pub(super) fn list_of(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Adds a value to an object: at the end of a list, or where there is none yet.
pub(super) fn add(
    shapes: &Shapes,
    shape: &Shape,
    object: &mut Map<String, Value>,
    (name, given): (&str, &Given),
) -> Result<(), PatchFault> {
    let element = given.element(shape, name)?;
    let made = given.made(shapes, element)?;
    if element.repeats {
        let end = length(object, &element.key);
        insert(object, &element.key, end, made);
        return Ok(());
    }
    // Of a choice, whatever its type.
    let is_same = |key: &str| shape.element(key).is_some_and(|one| one.name == element.name);
    let found = object.keys().find(|key| is_same(key.strip_prefix('_').unwrap_or(key)));
    if let Some(found) = found {
        return Err(PatchFault::unfit(
            format!("{found} đã có và không lặp lại. Hãy dùng replace."),
            format!("{found} is there already and does not repeat. Use replace."),
        ));
    }
    set(object, &element.key, made);
    Ok(())
}

fn set(object: &mut Map<String, Value>, key: &str, made: Made) {
    match made.value {
        Value::Null => drop(object.shift_remove(key)),
        value => drop(object.insert(key.to_owned(), value)),
    }
    match made.extra {
        Some(extra) => drop(object.insert(beside(key), extra)),
        None => drop(object.shift_remove(&beside(key))),
    }
}

/// How many items a list has, those with extensions alone included.
pub(super) fn length(object: &Map<String, Value>, key: &str) -> usize {
    list_of(object.get(key)).len().max(list_of(object.get(&beside(key))).len())
}

/// Puts a value into a list.
pub(super) fn insert(object: &mut Map<String, Value>, key: &str, at: usize, made: Made) {
    let length = length(object, key);
    let mut put = |key: &str, value: Value| {
        let list = object.entry(key).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.resize(length, Value::Null);
            list.insert(at.min(length), value);
        }
    };
    put(key, made.value);
    put(&beside(key), made.extra.unwrap_or_default());
    tidy(object, key);
}

/// Moves an item of a list.
pub(super) fn shift(object: &mut Map<String, Value>, key: &str, (from, to): (usize, usize)) {
    let length = length(object, key);
    for key in [key.to_owned(), beside(key)] {
        if let Some(Value::Array(list)) = object.get_mut(&key) {
            list.resize(length, Value::Null);
            let item = list.remove(from);
            list.insert(to, item);
        }
    }
    tidy(object, key);
}

/// Puts another value in the place of one, at the key of the new one's type.
pub(super) fn replace(
    object: &mut Map<String, Value>,
    place: &ElementPlace,
    key: &str,
    made: Made,
) {
    match place.index {
        Some(at) => {
            take(object, &place.key, at);
            insert(object, key, at, made);
        }
        None => {
            if *key != place.key {
                remove_member(object, &place.key);
            }
            set(object, key, made);
        }
    }
}

fn remove_member(object: &mut Map<String, Value>, key: &str) {
    object.shift_remove(key);
    object.shift_remove(&beside(key));
}

fn take(object: &mut Map<String, Value>, key: &str, at: usize) {
    for key in [key.to_owned(), beside(key)] {
        if let Some(Value::Array(list)) = object.get_mut(&key)
            && at < list.len()
        {
            list.remove(at);
        }
    }
}

/// Removes an element, and what is empty without it.
pub(super) fn delete(root: &mut Value, place: &ElementPlace) {
    let mut place = Some(place.clone());
    while let Some(gone) = place {
        let Some(above) = object(root, &gone.object) else { return };
        match gone.index {
            Some(at) => {
                take(above, &gone.key, at);
                tidy(above, &gone.key);
            }
            None => remove_member(above, &gone.key),
        }
        place = if above.is_empty() { ElementPlace::at(&gone.object) } else { None };
    }
}

/// Leaves out lists that say nothing.
fn tidy(object: &mut Map<String, Value>, key: &str) {
    let is_nothing = |list: Option<&Value>| list_of(list).iter().all(Value::is_null);
    for key in [key.to_owned(), beside(key)] {
        if matches!(object.get(&key), Some(Value::Array(_))) && is_nothing(object.get(&key)) {
            object.shift_remove(&key);
        }
    }
}

/// The object at a place, for a change.
pub(super) fn at<'v>(
    root: &'v mut Value,
    way: &[WayStep],
) -> Result<&'v mut Map<String, Value>, PatchFault> {
    object(root, way).ok_or_else(|| {
        PatchFault::unfit(
            "phần tử này không chứa phần tử khác.",
            "nothing can be below this element.",
        )
    })
}
