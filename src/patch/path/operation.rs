//! One operation of a `FHIRPath` Patch: read, and done.

use serde_json::Value;

use super::edit::{self, list_of};
use super::find::{list, only, places, shape, ways};
use super::given::Given;
use crate::patch::document::Surroundings;
use crate::patch::fault::PatchFault;

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    action: Action,
    path: String,
}

#[derive(Debug, Clone)]
enum Action {
    Add { name: String, value: Given },
    Insert { index: usize, value: Given },
    Delete,
    Replace { value: Given },
    Move { source: usize, destination: usize },
}

/// Reads the operations of a patch.
pub(in crate::patch) fn read(parameters: &Value) -> Result<Vec<Operation>, PatchFault> {
    let is_parameters =
        parameters.get("resourceType").and_then(Value::as_str) == Some("Parameters");
    let all = list_of(parameters.get("parameter"));
    if !is_parameters || all.is_empty() {
        return Err(PatchFault::malformed(
            "FHIRPath Patch phải là Parameters có ít nhất một parameter tên 'operation'.",
            "A FHIRPath Patch is a Parameters with at least one parameter 'operation'.",
        ));
    }
    let read = |(number, parameter): (usize, &Value)| {
        let what = text(parameter, "type").unwrap_or("?").to_owned();
        let path = text(parameter, "path").unwrap_or("?").to_owned();
        Operation::read(parameter)
            .map_err(|fault| fault.of(number, &format!("{what} {path}")).at(&element(number)))
    };
    all.iter().enumerate().map(read).collect()
}

fn element(number: usize) -> String {
    format!("Parameters.parameter[{number}]")
}

const PARTS: [&str; 7] = ["type", "path", "name", "value", "index", "source", "destination"];

fn part<'p>(parameter: &'p Value, name: &str) -> Option<&'p Value> {
    let mut parts = list_of(parameter.get("part")).iter();
    parts.find(|part| part.get("name").and_then(Value::as_str) == Some(name))
}

/// The text of a part, whichever type of text it has.
fn text<'p>(parameter: &'p Value, name: &str) -> Option<&'p str> {
    let Value::Object(members) = part(parameter, name)? else { return None };
    members.iter().find(|(key, _)| key.starts_with("value"))?.1.as_str()
}

fn needed<T>(found: Option<T>, name: &str) -> Result<T, PatchFault> {
    found.ok_or_else(|| {
        PatchFault::malformed(
            format!("thiếu part '{name}'."),
            format!("the part '{name}' is missing."),
        )
    })
}

fn number(parameter: &Value, name: &str) -> Result<usize, PatchFault> {
    let Value::Object(members) = needed(part(parameter, name), name)? else {
        return needed(None, name);
    };
    let value = members.iter().find(|(key, _)| key.starts_with("value"));
    let value = value.and_then(|(_, value)| usize::try_from(value.as_u64()?).ok());
    value.ok_or_else(|| {
        PatchFault::malformed(
            format!("part '{name}' phải có valueInteger từ 0 trở lên."),
            format!("the part '{name}' must have a valueInteger of 0 or more."),
        )
    })
}

impl Operation {
    fn read(parameter: &Value) -> Result<Self, PatchFault> {
        let name_of = |value: &Value| value.get("name").and_then(Value::as_str).map(str::to_owned);
        if name_of(parameter).as_deref() != Some("operation") {
            return Err(PatchFault::malformed(
                "parameter phải tên là 'operation'.",
                "the parameter must be called 'operation'.",
            ));
        }
        let parts = list_of(parameter.get("part")).iter();
        let names = parts.map(|part| name_of(part).unwrap_or_default());
        if let Some(strange) = names.into_iter().find(|name| !PARTS.contains(&name.as_str())) {
            let known = PARTS.join(", ");
            return Err(PatchFault::malformed(
                format!("part '{strange}' không có nghĩa; chỉ có: {known}."),
                format!("the part '{strange}' means nothing; there are: {known}."),
            ));
        }
        let path = needed(text(parameter, "path"), "path")?.to_owned();
        let value = || match part(parameter, "value").map(Given::read).transpose()?.flatten() {
            Some(value) => Ok(value),
            None => needed(None, "value"),
        };
        let action = match text(parameter, "type") {
            Some("add") => {
                let name = needed(text(parameter, "name"), "name")?.to_owned();
                Action::Add { name, value: value()? }
            }
            Some("insert") => {
                Action::Insert { index: number(parameter, "index")?, value: value()? }
            }
            Some("delete") => Action::Delete,
            Some("replace") => Action::Replace { value: value()? },
            Some("move") => Action::Move {
                source: number(parameter, "source")?,
                destination: number(parameter, "destination")?,
            },
            Some(_) | None => {
                return Err(PatchFault::malformed(
                    "type phải là add, insert, delete, replace hoặc move.",
                    "type must be add, insert, delete, replace or move.",
                ));
            }
        };
        Ok(Self { action, path })
    }

    /// A fault of this operation, told with its place and its path.
    pub(in crate::patch) fn blame(&self, number: usize, fault: PatchFault) -> PatchFault {
        let what = match self.action {
            Action::Add { .. } => "add",
            Action::Insert { .. } => "insert",
            Action::Delete => "delete",
            Action::Replace { .. } => "replace",
            Action::Move { .. } => "move",
        };
        fault.of(number, &format!("{what} {}", self.path)).at(&element(number))
    }

    /// Does it.
    pub(in crate::patch) fn apply(
        &self,
        surroundings: &Surroundings<'_>,
        root: &mut Value,
    ) -> Result<(), PatchFault> {
        let shapes = surroundings.shapes;
        match &self.action {
            Action::Add { name, value } => {
                let way = only(&self.path, ways(surroundings, root, &self.path)?)?;
                let shape = shape(shapes, root, &way)?;
                edit::add(shapes, shape, edit::at(root, &way)?, (name, value))
            }
            Action::Insert { index, value } => {
                let list = list(surroundings, root, &self.path)?;
                let shape = shape(shapes, root, &list.object)?;
                let element = value.element(shape, &list.key)?;
                let made = value.made(shapes, element)?;
                let object = edit::at(root, &list.object)?;
                within(*index, edit::length(object, &list.key) + 1, "index")?;
                edit::insert(object, &list.key, *index, made);
                Ok(())
            }
            Action::Delete => {
                let places = places(surroundings, root, &self.path)?;
                if places.is_empty() {
                    return Ok(());
                }
                edit::delete(root, &only(&self.path, places)?);
                Ok(())
            }
            Action::Replace { value } => {
                let place = only(&self.path, places(surroundings, root, &self.path)?)?;
                let shape = shape(shapes, root, &place.object)?;
                let name = shape.element(&place.key).map_or(&*place.key, |one| &*one.name);
                let element = value.element(shape, name)?;
                let made = value.made(shapes, element)?;
                edit::replace(edit::at(root, &place.object)?, &place, &element.key, made);
                Ok(())
            }
            Action::Move { source, destination } => {
                let list = list(surroundings, root, &self.path)?;
                let object = edit::at(root, &list.object)?;
                let length = edit::length(object, &list.key);
                within(*source, length, "source")?;
                within(*destination, length, "destination")?;
                edit::shift(object, &list.key, (*source, *destination));
                Ok(())
            }
        }
    }
}

fn within(index: usize, length: usize, name: &str) -> Result<(), PatchFault> {
    if index < length {
        return Ok(());
    }
    Err(PatchFault::unfit(
        format!("{name} là {index}, phải nhỏ hơn {length}."),
        format!("{name} is {index}, and must be less than {length}."),
    ))
}
