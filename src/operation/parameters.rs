//! Reads `Parameters`, <https://hl7.org/fhir/R4/parameters.html>.
//!
//! Values that came in a query are texts, and so are those of some clients: a boolean or a number
//! is read from either.

use serde_json::Value;

/// The parameters of a call.
#[derive(Debug, Clone, Copy)]
pub struct Parameters<'a> {
    list: &'a [Value],
}

impl<'a> Parameters<'a> {
    /// Takes a `Parameters` resource; any other has none.
    pub fn new(resource: &'a Value) -> Self {
        let list = resource.get("parameter").and_then(Value::as_array);
        Self { list: list.map(Vec::as_slice).unwrap_or_default() }
    }

    /// The parts of a parameter.
    pub fn of_parts(parameter: &'a Value) -> Self {
        let list = parameter.get("part").and_then(Value::as_array);
        Self { list: list.map(Vec::as_slice).unwrap_or_default() }
    }

    /// Every parameter.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.list.iter().filter_map(|part| Some((part.get("name")?.as_str()?, part)))
    }

    /// The parameters of a name.
    pub fn all(&self, name: &'a str) -> impl Iterator<Item = &'a Value> {
        self.iter().filter(move |(other, _)| *other == name).map(|(_, part)| part)
    }

    /// The value of the first parameter of a name.
    pub fn value(&self, name: &'a str) -> Option<&'a Value> {
        self.all(name).find_map(value_of)
    }

    /// A text.
    pub fn text(&self, name: &'a str) -> Option<&'a str> {
        self.value(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// Every text of a name.
    pub fn texts(&self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all(name).filter_map(|part| value_of(part)?.as_str())
    }

    /// A boolean.
    pub fn truth(&self, name: &'a str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A number that is not negative; `Err` for any other value.
    pub fn number(&self, name: &'a str) -> Result<Option<usize>, &'a Value> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text.parse().map(Some).map_err(|_not_a_number| value)
    }

    /// A resource.
    pub fn resource(&self, name: &'a str) -> Option<&'a Value> {
        self.all(name).find_map(|part| part.get("resource"))
    }
}

/// The `value[x]` of a parameter.
pub fn value_of(part: &Value) -> Option<&Value> {
    let part = part.as_object()?;
    part.iter().find(|(key, _)| key.starts_with("value")).map(|(_, value)| value)
}
