//! The items of an element: values, and what primitives have beside them,
//! <https://hl7.org/fhir/R4/json.html#primitive>.

use serde_json::{Map, Value};

use crate::definitions::shape::{Content, Element};
use crate::fhir::member::of;

/// A JSON object.
pub(in crate::validation) type Object = Map<String, Value>;

/// What the keys of an element hold.
#[derive(Clone, Copy)]
pub(in crate::validation) struct Items<'a> {
    values: &'a [Value],
    /// What `_birthDate` holds.
    extras: &'a [Value],
}

/// One of them.
#[derive(Clone, Copy)]
pub(in crate::validation) struct Item<'a> {
    /// None: it has only extensions.
    pub(in crate::validation) value: Option<&'a Value>,
    pub(in crate::validation) extra: Option<&'a Value>,
}

impl<'a> Items<'a> {
    pub(in crate::validation) fn new(value: Option<&'a Value>, sibling: Option<&'a Value>) -> Self {
        let list = |value: Option<&'a Value>| match value {
            Some(Value::Array(items)) => items.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        Self { values: list(value), extras: list(sibling) }
    }

    /// What an object holds of an element.
    pub(in crate::validation) fn of(object: &'a Object, element: &Element) -> Self {
        let extras = match element.content {
            Content::Primitive(_) => sibling(object, &element.key),
            _ => None,
        };
        Self::new(of(object, &element.key), extras)
    }

    pub(in crate::validation) fn len(self) -> usize {
        self.values.len().max(self.extras.len())
    }

    pub(in crate::validation) fn item(self, at: usize) -> Item<'a> {
        let there = |list: &'a [Value]| list.get(at).filter(|value| !value.is_null());
        Item { value: there(self.values), extra: there(self.extras) }
    }

    pub(in crate::validation) fn iter(self) -> impl Iterator<Item = Item<'a>> {
        (0..self.len()).map(move |at| self.item(at))
    }
}

/// `birthDate` of `_birthDate`.
pub(in crate::validation) fn bare(key: &str) -> Option<&str> {
    // Asked of every key; to strip a `char` is to compare slices.
    if key.as_bytes().first() == Some(&b'_') { key.get(1..) } else { None }
}

/// The value of `_birthDate` for `birthDate`.
pub(super) fn sibling<'a>(object: &'a Object, key: &str) -> Option<&'a Value> {
    let is_it = |(found, _): &(&String, _)| bare(found) == Some(key);
    object.iter().find(is_it).map(|(_, value)| value)
}
