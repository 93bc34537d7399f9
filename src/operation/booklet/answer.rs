//! Writes what the operations of the booklet answer: `Parameters` that are marked as computed.

use serde_json::{Map, Value, json};

use crate::definitions::base::BASE;
use crate::fhir::date::calendar::iso;
use crate::mch::record::days::Days;

/// `Parameters`, or the parts of one parameter, while they are put together.
#[derive(Debug, Default)]
pub(super) struct Answer {
    list: Vec<Value>,
}

impl Answer {
    /// Adds a value of a type such as `Integer`.
    pub(super) fn value(&mut self, name: &str, kind: &str, value: impl Into<Value>) {
        let mut parameter = Map::new();
        parameter.insert("name".into(), name.into());
        parameter.insert(format!("value{kind}"), value.into());
        self.list.push(Value::Object(parameter));
    }

    /// Adds a code.
    pub(super) fn code(&mut self, name: &str, code: &str) {
        self.value(name, "Code", code);
    }

    /// Adds a text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.value(name, "String", text);
    }

    /// Adds a count.
    pub(super) fn integer(&mut self, name: &str, number: i64) {
        self.value(name, "Integer", number);
    }

    /// Adds a number with two decimals, as WHO writes z-scores; none that is not finite.
    pub(super) fn decimal(&mut self, name: &str, number: f64) {
        let text = format!("{number:.2}");
        let text = if text == "-0.00" { "0.00" } else { text.as_str() };
        if let Ok(number) = serde_json::from_str::<serde_json::Number>(text) {
            self.value(name, "Decimal", Value::Number(number));
        }
    }

    /// Adds a record by its address.
    pub(super) fn reference(&mut self, name: &str, address: &str) {
        self.value(name, "Reference", json!({ "reference": address }));
    }

    /// Adds a day.
    pub(super) fn date(&mut self, name: &str, day: i64) {
        self.value(name, "Date", iso(day));
    }

    /// Adds a day, or the first and the last one that it can be.
    pub(super) fn days(&mut self, name: &str, days: Days) {
        if days.is_exact() {
            return self.date(name, days.first);
        }
        self.date(&format!("{name}Earliest"), days.first);
        self.date(&format!("{name}Latest"), days.last);
    }

    /// Adds a count, or the least and the most that it can be.
    pub(super) fn span(&mut self, name: &str, (least, most): (i64, i64)) {
        if least == most {
            return self.integer(name, least);
        }
        self.integer(&format!("{name}Earliest"), least);
        self.integer(&format!("{name}Latest"), most);
    }

    /// Adds a resource.
    pub(super) fn resource(&mut self, name: &str, resource: Value) {
        self.list.push(json!({ "name": name, "resource": resource }));
    }

    /// Adds a parameter with parts.
    pub(super) fn parts(&mut self, name: &str, parts: Self) {
        self.list.push(json!({ "name": name, "part": parts.list }));
    }

    /// The resource, made by an edition of the schedule.
    pub(super) fn finish(self, version: &str) -> Value {
        json!({
            "resourceType": "Parameters",
            "meta": { "tag": [computed(version)] },
            "parameter": self.list,
        })
    }
}

/// The tag of what was computed and nobody recorded, by an edition of the schedule.
pub(super) fn computed(version: &str) -> Value {
    json!({
        "system": format!("{BASE}/CodeSystem/mch-tag"),
        "version": version,
        "code": "computed",
        "display": "Máy tính ra",
    })
}
