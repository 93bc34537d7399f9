//! What an expression gives, as text and as JSON.

use serde_json::{Number, Value, json};

use super::datum::Datum;
use super::kind::{Kind, System};
use super::quantity::{Quantity, Unit};
use crate::definitions::shape::Shapes;

impl Kind {
    /// The name of the type as FHIR writes it: `string` for a string, computed or not.
    pub fn written(self, shapes: &Shapes) -> String {
        match self {
            Self::System(System::Quantity) => "Quantity".to_owned(),
            Self::System(system) => {
                let mut letters = system.name().chars();
                let first = letters.next().map(|first| first.to_ascii_lowercase());
                first.into_iter().chain(letters).collect()
            }
            kind => kind.name(shapes).1,
        }
    }
}

impl Datum<'_> {
    /// The name of the type as FHIR writes it: `string` for a string, computed or not.
    pub fn type_name(&self, shapes: &Shapes) -> String {
        self.kind().written(shapes)
    }

    /// The value for a reader: a string as it is, anything of more parts as JSON.
    pub fn show(&self) -> String {
        match self {
            Self::Quantity(quantity) => quantity.to_string(),
            Self::TypeInfo(info) => format!("{}.{}", info.namespace, info.name),
            Self::Decimal(number) => number.to_string(),
            other => match other.json() {
                Value::String(text) => text,
                value => value.to_string(),
            },
        }
    }

    /// The value as JSON.
    pub fn json(&self) -> Value {
        match self {
            Self::Node(node) => node.value.clone(),
            Self::Boolean(value) => json!(value),
            Self::Integer(number) | Self::Long(number) => json!(number),
            Self::Decimal(number) => written(&number.to_string()),
            Self::String(text) => json!(&**text),
            Self::Temporal(temporal) => json!(temporal.to_string()),
            Self::Quantity(quantity) => quantity.json(),
            Self::TypeInfo(info) => json!({ "namespace": info.namespace, "name": info.name }),
        }
    }
}

impl Quantity {
    fn json(&self) -> Value {
        let value = written(&self.value.to_string());
        let code = self.unit.code();
        match &self.unit {
            Unit::Calendar(_) => json!({ "value": value, "unit": code }),
            Unit::Code(_) => json!({
                "value": value,
                "unit": code,
                "system": "http://unitsofmeasure.org",
                "code": code,
            }),
        }
    }
}

/// The number with the digits it is written with.
fn written(text: &str) -> Value {
    serde_json::from_str::<Number>(text).map_or(Value::Null, Value::Number)
}
