//! What composite parameters see, <https://hl7.org/fhir/R4/search.html#composite>: one row for
//! each combination of what the parts give for the same node.

use std::borrow::Cow;

use serde_json::Value;
use smallvec::SmallVec;

use super::data_type::{self, DataType};
use super::extract::Context;
use super::{date, number, quantity, reference, text, token, uri};
use crate::definitions::search_parameter::ParamId;
use crate::fhirpath::path::item::Item;
use crate::index::plan::{Part, Rule, type_of};
use crate::index::row::{Composite, Rows, micros_as_float};

/// The most rows of composites that one resource has: without a bound, parts of many values each
/// could multiply into more rows than fit in memory.
const MOST: usize = 10_000;

/// One value that a part gives.
#[derive(Debug)]
struct Slot<'a> {
    text: Option<(i64, Cow<'a, str>)>,
    range: Option<(f64, f64)>,
}

type Slots<'a> = SmallVec<[Slot<'a>; 2]>;

/// One value of each part.
type Chosen<'s, 'a> = SmallVec<[&'s Slot<'a>; 3]>;

/// Adds the rows that one node gives.
pub(in crate::index) fn extract(
    (param, parts): (ParamId, &[Part]),
    (root, node): (Item<'_>, Item<'_>),
    context: Context<'_>,
    rows: &mut Rows,
) {
    let mut found: SmallVec<[Slots<'_>; 2]> = SmallVec::new();
    for part in parts {
        let slots = slots(part, (root, node), context);
        if slots.is_empty() {
            return;
        }
        found.push(slots);
    }
    combine(param, &found, &mut Chosen::new(), &mut rows.composites);
}

/// Adds a row for each way to choose one value of each of the parts that are left.
fn combine<'s, 'a>(
    param: ParamId,
    parts: &'s [Slots<'a>],
    chosen: &mut Chosen<'s, 'a>,
    rows: &mut Vec<Composite>,
) {
    let Some((slots, rest)) = parts.split_first() else {
        if rows.len() < MOST {
            rows.push(row(param, chosen));
        }
        return;
    };
    for slot in slots {
        chosen.push(slot);
        combine(param, rest, chosen, rows);
        chosen.pop();
        if rows.len() >= MOST {
            return;
        }
    }
}

fn row(param: ParamId, chosen: &Chosen<'_, '_>) -> Composite {
    let texts = chosen.iter().filter_map(|slot| slot.text.as_ref());
    let mut texts = texts.map(|(number, text)| (*number, text.clone().into_owned()));
    let mut ranges = chosen.iter().filter_map(|slot| slot.range);
    let (low, high) = match (ranges.next(), ranges.next()) {
        (Some((low, _)), Some((high, _))) => (low, high),
        (only, _) => only.unwrap_or_default(),
    };
    let (first, second) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    Composite { param, first, second, low, high }
}

/// Everything a part gives for the node.
fn slots<'a>(
    part: &'a Part,
    (root, node): (Item<'a>, Item<'a>),
    context: Context<'_>,
) -> Slots<'a> {
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

fn fill<'a>(
    rule: &Rule,
    (kind, value): (DataType, &'a Value),
    context: Context<'_>,
    slots: &mut Slots<'a>,
) {
    let text = |number, text: &'a str| Slot { text: Some((number, text.into())), range: None };
    let range = |(low, high)| Slot { text: None, range: Some((low, high)) };
    match rule {
        Rule::Token { .. } => {
            token::each(kind, value, |system, code| slots.push(text(system, code)))
        }
        Rule::Text => text::each(kind, value, |part| {
            let folded = text::folded(part).map(|(folded, _)| (0, folded.into()));
            slots.extend(folded.map(|folded| Slot { text: Some(folded), range: None }));
        }),
        Rule::Uri => uri::each(kind, value, |uri| slots.push(text(0, uri))),
        Rule::Reference => {
            reference::each(kind, value, context.base, |kind, target| {
                slots.push(text(kind, target));
            });
        }
        Rule::Number => slots.extend(number::of(kind, value).map(range)),
        Rule::Date => {
            let time = date::of(kind, value, context.zone);
            slots.extend(
                time.map(|time| range((micros_as_float(time.low), micros_as_float(time.high)))),
            );
        }
        Rule::Quantity => {
            if let Some(amount) = quantity::of(kind, value) {
                amount.each(|system, unit, range| {
                    slots.push(Slot { text: Some((system, unit.into())), range: Some(range) });
                });
            }
        }
        Rule::Near | Rule::Composite(_) => {}
    }
}
