//! Kinds of values: which type may stand for which, <https://hl7.org/fhir/R4/observation.html>.
//!
//! Three kinds mean different things and none can stand for another: numbers, words, and times. A
//! word may be a code, a text, or yes and no; a number of things may be a quantity without a unit.

use serde_json::Value;

use super::reached::Object;
use crate::mch::catalogue::{Asked, Catalogue, Item};

/// How a value's type stands to what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Same,
    /// It can be understood.
    Close,
    Wrong,
}

/// The value of an Observation or a component, with its type.
pub(super) fn value(holder: &Object) -> Option<(&str, &Value)> {
    holder.iter().find_map(|(key, value)| {
        let name = key.strip_prefix("value")?;
        let name = match name {
            "Integer" => "integer",
            "Boolean" => "boolean",
            "String" => "string",
            "DateTime" => "dateTime",
            "Time" => "time",
            other => other,
        };
        (!name.is_empty()).then_some((name, value))
    })
}

/// How a type fits the best of the items; none when one of them takes whatever comes.
pub(super) fn fit(catalogue: &Catalogue, items: &[&Item], found: &str) -> Option<Fit> {
    if items.iter().any(|item| item.value.group || item.value.types.is_empty()) {
        return None;
    }
    items.iter().map(|item| fit_one(catalogue, &item.value, found)).min()
}

fn fit_one(catalogue: &Catalogue, asked: &Asked, found: &str) -> Fit {
    let asks = |name: &str| asked.types.iter().any(|known| known == name);
    if asks(found) {
        return Fit::Same;
    }
    let is_close = match found {
        "Quantity" => asks("integer"),
        "Range" | "SampledData" | "Ratio" => asks("Quantity"),
        "Period" => asks("dateTime"),
        "string" => asks("CodeableConcept") || asks("boolean"),
        "CodeableConcept" => asks("boolean") || asks("string"),
        // Yes and no can stand for an answer out of two, and "not done" beside them.
        "boolean" => {
            let answers = asked.list.as_deref().and_then(|list| catalogue.answers(list));
            asks("string") || asks("CodeableConcept") && answers.is_some_and(|all| all.len() <= 3)
        }
        _ => false,
    };
    if is_close { Fit::Close } else { Fit::Wrong }
}
