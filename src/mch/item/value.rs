//! Kinds of values: which type may stand for which, <https://hl7.org/fhir/R4/observation.html>.
//!
//! Three kinds mean different things and none can stand for another: numbers, words, and times. A
//! word may be a code, a text, or yes and no; a number of things may be a quantity without a unit.
//! What is meant and only told in another way is not refused: a text with the number in it, a code
//! for a score, a number that lost its unit.

use serde_json::Value;

use super::reached::{Object, Reached};
use crate::mch::catalogue::{Catalogue, Item, ItemValue};

/// The profile of results of a laboratory.
const LABORATORY: &str = "mch-laboratory";

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

/// How a value fits the best of the items; none when one of them takes whatever comes.
pub(super) fn fit(catalogue: &Catalogue, at: &Reached<'_>, found: (&str, &Value)) -> Option<Fit> {
    if at.items.iter().any(|item| item.value.group || item.value.types.is_empty()) {
        return None;
    }
    let best = at.items.iter().map(|item| fit_one(catalogue, item, found)).min()?;
    // Whether a history or a disease is told by yes, a number or a year is up to who tells it.
    let is_open = at.by_concept && !at.items.iter().any(|item| asks(&item.value, "Quantity"));
    Some(if is_open { best.min(Fit::Close) } else { best })
}

fn asks(asked: &ItemValue, name: &str) -> bool {
    asked.types.iter().any(|known| known == name)
}

fn fit_one(catalogue: &Catalogue, item: &Item, (found, value): (&str, &Value)) -> Fit {
    let asks = |name: &str| asks(&item.value, name);
    if asks(found) {
        return Fit::Same;
    }
    let is_result = item.profile.as_deref() == Some(LABORATORY);
    let is_close = match found {
        // A laboratory may measure what it is asked to find, say in words why it did not, or only
        // that it looked.
        "Quantity" | "Range" | "Ratio" | "string" | "CodeableConcept" if is_result => true,
        "Quantity" => asks("integer"),
        "integer" | "Range" | "SampledData" | "Ratio" => asks("Quantity"),
        "Period" => asks("dateTime"),
        "string" => asks("CodeableConcept") || asks("boolean") || has_digit(value),
        "CodeableConcept" => asks("boolean") || asks("string") || asks("integer"),
        // Yes and no can stand for an answer out of two, and "not done" beside them.
        "boolean" => {
            let answers = item.value.list.as_deref().and_then(|list| catalogue.answers(list));
            asks("string")
                || is_result && asks("Quantity")
                || asks("CodeableConcept") && answers.is_none_or(|all| all.len() <= 3)
        }
        _ => false,
    };
    if is_close { Fit::Close } else { Fit::Wrong }
}

/// Whether a text can say a number or a day, such as "155 /min" and "39+5".
fn has_digit(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains(|sign: char| sign.is_ascii_digit()))
}
