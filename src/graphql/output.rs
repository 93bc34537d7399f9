//! What becomes the answer: values under names, which several places may add to.

use async_graphql_parser::Pos;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::fault::Fault;

/// How values stand under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// One, as it is.
    Alone,
    Listed,
    /// `@singleton`: one of a list.
    Single,
}

/// An object in the making.
#[derive(Debug, Default)]
pub(super) struct Output {
    slots: Vec<Slot>,
    places: FxHashMap<String, usize>,
}

#[derive(Debug)]
struct Slot {
    key: String,
    values: Vec<Value>,
    standing: Standing,
    pos: Pos,
}

impl Output {
    /// Adds values under a name; none where there are none.
    pub(super) fn add(
        &mut self,
        key: String,
        values: Vec<Value>,
        (standing, pos): (Standing, Pos),
    ) {
        if values.is_empty() {
            return;
        }
        if let Some(slot) = self.places.get(&key).and_then(|place| self.slots.get_mut(*place)) {
            slot.values.extend(values);
            if slot.standing == Standing::Alone {
                slot.standing = standing;
            }
            return;
        }
        self.places.insert(key.clone(), self.slots.len());
        self.slots.push(Slot { key, values, standing, pos });
    }

    /// The object.
    pub(super) fn end(self) -> Result<Value, Fault> {
        let mut object = Map::new();
        for Slot { key, mut values, standing, pos } in self.slots {
            let value = match standing {
                Standing::Listed => Value::Array(values),
                Standing::Alone | Standing::Single if values.len() == 1 => {
                    values.pop().unwrap_or_default()
                }
                Standing::Alone | Standing::Single => {
                    return Err(several(&key, values.len()).at(pos));
                }
            };
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

fn several(key: &str, count: usize) -> Fault {
    Fault::unfit(
        format!(
            "'{key}' chỉ được có một giá trị (@singleton), nhưng có {count}. Hãy bỏ @singleton, hoặc thêm @first hay điều kiện."
        ),
        format!(
            "'{key}' may have one value (@singleton), but there are {count}. Leave @singleton out, or add @first or a condition."
        ),
    )
}
