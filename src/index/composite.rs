//! What composite parameters see, <https://hl7.org/fhir/R4/search.html#composite>: one row for
//! each combination of what the parts give for the same node.

use serde_json::Value;
use smallvec::SmallVec;

use super::data_type::{self, DataType};
use super::extract::Context;
use super::plan::{Part, Rule, type_of};
use super::row::{Composite, Rows};
use super::{date, number, quantity, reference, text, token, uri};
use crate::definitions::search_parameter::ParamId;
use crate::fhirpath::item::Item;

/// What one part gives.
#[derive(Debug, Clone)]
enum Slot {
    Text(i64, String),
    Range(f64, f64),
    Quantity(i64, String, f64, f64),
}

type Slots = SmallVec<[Slot; 2]>;

/// A row that is being filled.
#[derive(Debug, Clone, Default)]
struct Draft {
    texts: SmallVec<[(i64, String); 2]>,
    ranges: SmallVec<[(f64, f64); 2]>,
}

/// Adds the rows that one node gives.
pub(super) fn extract(
    (param, parts): (ParamId, &[Part]),
    (root, node): (Item<'_>, Item<'_>),
    context: Context<'_>,
    rows: &mut Rows,
) {
    let mut drafts: SmallVec<[Draft; 2]> = SmallVec::from_iter([Draft::default()]);
    for part in parts {
        let slots = slots(part, (root, node), context);
        if slots.is_empty() {
            return;
        }
        drafts = drafts
            .iter()
            .flat_map(|draft| slots.iter().map(|slot| draft.clone().with(slot.clone())))
            .collect();
    }
    rows.composites.extend(drafts.into_iter().map(|draft| draft.row(param)));
}

impl Draft {
    fn with(mut self, slot: Slot) -> Self {
        match slot {
            Slot::Text(number, text) => self.texts.push((number, text)),
            Slot::Range(low, high) => self.ranges.push((low, high)),
            Slot::Quantity(system, code, low, high) => {
                self.texts.push((system, code));
                self.ranges.push((low, high));
            }
        }
        self
    }

    fn row(self, param: ParamId) -> Composite {
        let mut texts = self.texts.into_iter();
        let (low, high) = match self.ranges.as_slice() {
            [] => (0.0, 0.0),
            [(low, high)] => (*low, *high),
            [(low, _), (high, _), ..] => (*low, *high),
        };
        let (first, second) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        Composite { param, first, second, low, high }
    }
}

/// Everything a part gives for the node.
fn slots(part: &Part, (root, node): (Item<'_>, Item<'_>), context: Context<'_>) -> Slots {
    let mut slots = Slots::new();
    for item in part.path.evaluate(root, node) {
        let Some(value) = item.value() else { continue };
        let found = match type_of(&part.types, item) {
            DataType::Extension => data_type::of_extension(value),
            kind => Some((kind, value)),
        };
        if let Some((kind, value)) = found {
            fill(&part.rule, (kind, value), context, &mut slots);
        }
    }
    slots
}

fn fill(rule: &Rule, (kind, value): (DataType, &Value), context: Context<'_>, slots: &mut Slots) {
    match rule {
        Rule::Token => token::each(kind, value, |system, code| {
            slots.push(Slot::Text(system, code.to_owned()));
        }),
        Rule::Text => text::each(kind, value, |part| {
            slots.extend(text::folded(part).map(|(folded, _)| Slot::Text(0, folded)));
        }),
        Rule::Uri => uri::each(kind, value, |uri| slots.push(Slot::Text(0, uri.to_owned()))),
        Rule::Reference => {
            let target = reference::of(kind, value, context.base);
            slots.extend(target.map(|(kind, target)| Slot::Text(kind, target.to_owned())));
        }
        Rule::Number => {
            slots.extend(number::of(kind, value).map(|(low, high)| Slot::Range(low, high)));
        }
        Rule::Date => {
            let range = date::of(kind, value, context.zone);
            slots.extend(range.map(|range| Slot::Range(float(range.low), float(range.high))));
        }
        Rule::Quantity => quantity::each(kind, value, |system, code, low, high| {
            slots.push(Slot::Quantity(system, code.to_owned(), low, high));
        }),
        Rule::Near | Rule::Composite(_) => {}
    }
}

/// Microseconds as a float: exact for every time until the year 2255.
#[expect(clippy::as_conversions, reason = "there is no lossless conversion, and none is needed")]
fn float(micros: i64) -> f64 {
    match micros {
        i64::MIN => f64::NEG_INFINITY,
        i64::MAX => f64::INFINITY,
        micros => micros as f64,
    }
}
