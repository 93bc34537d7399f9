//! The cell of a recorded item: what was recorded, and which colour it has.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use serde_json::Value;

use super::colours::{Colour, Of};
use super::number::Measured;
use super::reached::{Object, reached};
use super::value::value;
use crate::fhir::member::members;
use crate::mch::catalogue::{Item, Sentence, catalogue};
use crate::mch::record::concept::codings;

/// What was recorded of one thing, and the items it may be.
#[derive(Debug)]
pub(in crate::mch) struct Recorded<'r> {
    pub(in crate::mch) items: Vec<&'static Item>,
    holder: &'r Object,
    /// Whether a code of the booklet says which item it is.
    pub(in crate::mch) is_ours: bool,
    /// Whether it is a component of an Observation.
    pub(in crate::mch) is_part: bool,
}

/// What has to be known besides the value.
pub(in crate::mch) trait Around {
    /// The least and the most completed weeks of pregnancy.
    fn weeks(&self) -> Option<(i64, i64)>;
    /// The z-score of the head circumference.
    fn head(&self) -> Option<f64>;
    /// The difference of an item's parts.
    fn difference(&self, item: &Item) -> Option<f64>;
    /// Whether another item has an answer.
    fn is_answered(&self, item: &str, code: &str) -> bool;
}

/// A colour, and why.
#[derive(Debug, Clone)]
pub(in crate::mch) struct Cell {
    pub(in crate::mch) is_yellow: bool,
    /// A danger sign that is there.
    pub(in crate::mch) is_danger: bool,
    pub(in crate::mch) value: Sentence,
    pub(in crate::mch) limit: String,
    pub(in crate::mch) class: Option<&'static str>,
}

/// What an Observation records. Nothing where it was not done.
pub(in crate::mch) fn recorded(observation: &Value) -> Vec<Recorded<'_>> {
    let Some(object) = observation.as_object() else { return Vec::new() };
    let (_, found) = reached(catalogue(), object);
    let found = found.into_iter().filter(|one| !one.holder.contains_key("dataAbsentReason"));
    let recorded = found.map(|one| Recorded {
        is_ours: one.is_ours(),
        is_part: one.component.is_some(),
        items: one.items.iter().filter_map(|item| catalogue().item(&item.id)).collect(),
        holder: one.holder,
    });
    recorded.collect()
}

impl Recorded<'_> {
    /// The number that was recorded, as it is written.
    pub(in crate::mch) fn number(&self) -> Option<f64> {
        let (_, found) = value(self.holder)?;
        found.get("value").unwrap_or(found).as_f64()
    }

    /// The colour of the cell of an item; none where the catalogue gives none.
    pub(in crate::mch) fn cell(&self, item: &'static Item, around: &dyn Around) -> Option<Cell> {
        if let Some(judged) = item.judged
            && !judged.holds(around.weeks()?)
        {
            return None;
        }
        if let Some(cell) = self.of_components(item) {
            return Some(cell);
        }
        let (kind, found) = value(self.holder)?;
        match found {
            Value::Bool(is) => self.of_truth(item, *is),
            Value::Number(_) => self.of_number(item, kind, found, around),
            Value::Object(_) if kind == "Quantity" => self.of_number(item, kind, found, around),
            Value::Object(_) if kind == "CodeableConcept" => answered(item, found),
            _ => None,
        }
    }

    fn of_truth(&self, item: &'static Item, is: bool) -> Option<Cell> {
        let colour = item.colours.iter().find(|one| one.when.boolean == Some(is))?;
        let (vi, en) = if is { ("có", "yes") } else { ("không", "no") };
        let is_yellow = colour.colour == "yellow";
        Some(Cell {
            is_yellow,
            is_danger: item.danger && is,
            value: Sentence { vi: vi.into(), en: en.into() },
            limit: String::new(),
            class: colour.class.as_deref(),
        })
    }

    fn of_number(
        &self,
        item: &'static Item,
        kind: &str,
        found: &Value,
        around: &dyn Around,
    ) -> Option<Cell> {
        let measured = Measured::read(kind, found)?;
        let (mut white, mut yellow) = (None, None);
        for colour in item.colours.iter().filter(|one| one.when.component.is_none()) {
            let fits = match colour.of {
                None => fits(colour, |limit| measured.compared(item, limit)),
                Some(Of::Hcfa) => fits(colour, |limit| against(around.head(), limit)),
                Some(Of::Difference) => {
                    fits(colour, |limit| against(around.difference(item), limit))
                }
                Some(Of::Weeks) => {
                    let (least, most) = around.weeks()?;
                    let at = |weeks: i64| {
                        fits(colour, |limit| measured.compared(item, limit + Decimal::from(weeks)))
                    };
                    at(least) && at(most)
                }
            };
            let is_excepted = || {
                colour.unless.as_ref().is_some_and(|one| around.is_answered(&one.item, &one.code))
            };
            if fits && !is_excepted() {
                let place = if colour.colour == "yellow" { &mut yellow } else { &mut white };
                place.get_or_insert(colour);
            }
        }
        let colour = yellow.or(white)?;
        Some(cell(colour, &measured.told(), item.value.unit.as_deref()))
    }

    /// The worst of the components that the item's colours name.
    fn of_components(&self, item: &'static Item) -> Option<Cell> {
        let named = item.colours.iter().filter(|one| one.when.component.is_some());
        let mut cells = named.filter_map(|colour| {
            let code = colour.when.component.as_deref()?;
            let components = self.holder.get("component").and_then(Value::as_array)?;
            let one = components.iter().find(|one| {
                codings(one.get("code")).any(|(_, of)| of == code)
                    && one.get("dataAbsentReason").is_none()
            })?;
            let (kind, found) = value(one.as_object()?)?;
            let measured = Measured::read(kind, found)?;
            let item = catalogue().items("http://loinc.org", code).into_iter().next()?;
            let fits = fits(colour, |limit| measured.compared(item, limit));
            let told = measured.told();
            fits.then(|| cell(colour, &told, item.value.unit.as_deref()))
        });
        let first = cells.next()?;
        Some(
            cells.fold(
                first,
                |worst, one| if one.is_yellow && !worst.is_yellow { one } else { worst },
            ),
        )
    }
}

fn cell(colour: &'static Colour, told: &str, unit: Option<&str>) -> Cell {
    let unit = unit.filter(|_| colour.of.is_none()).unwrap_or_default();
    let limits = colour.when.limits().map(|(sign, limit)| format!("{sign} {limit} {unit}"));
    let limit = limits.map(|one| one.trim().to_owned()).collect::<Vec<_>>().join(", ");
    Cell {
        is_yellow: colour.colour == "yellow",
        is_danger: false,
        value: Sentence { vi: told.into(), en: told.into() },
        limit,
        class: colour.class.as_deref(),
    }
}

/// Whether a value lies within all limits of a colour; not where there are none, or one cannot be
/// compared.
fn fits(colour: &Colour, compare: impl Fn(Decimal) -> Option<Ordering>) -> bool {
    let mut limits = colour.when.limits().peekable();
    limits.peek().is_some()
        && limits.all(|(sign, limit)| {
            compare(limit).is_some_and(|order| match sign {
                "≥" => order != Ordering::Less,
                "≤" => order != Ordering::Greater,
                "<" => order == Ordering::Less,
                _ => order == Ordering::Greater,
            })
        })
}

fn against(value: Option<f64>, limit: Decimal) -> Option<Ordering> {
    value?.partial_cmp(&f64::try_from(limit).ok()?)
}

/// The colour of a coded answer.
fn answered(item: &'static Item, concept: &Value) -> Option<Cell> {
    let list = item.value.list.as_deref();
    let answers =
        list.and_then(|list| Some((catalogue().system(list), catalogue().answers(list)?)));
    let answer = answers.and_then(|(system, answers)| {
        let mut codes = codings(Some(concept)).filter(|(of, _)| *of == system);
        codes.find_map(|(_, code)| answers.iter().find(|answer| answer.code == code))
    });
    if let Some(answer) = answer {
        let value = Sentence { vi: answer.label.vi.clone(), en: answer.label.en.clone() };
        let is_yellow = answer.colour.as_deref()? == "yellow";
        return Some(Cell {
            is_yellow,
            is_danger: false,
            value,
            limit: String::new(),
            class: None,
        });
    }
    // A danger sign may be told by naming it.
    let text = concept.get("text").and_then(Value::as_str);
    let named = text.or_else(|| members(concept, "coding").first()?.get("display")?.as_str());
    let named = named.filter(|_| item.danger && list.is_none())?;
    let is_none =
        matches!(named.trim().to_lowercase().as_str(), "không" | "không có" | "no" | "none");
    let value = Sentence { vi: named.into(), en: named.into() };
    Some(Cell {
        is_yellow: !is_none,
        is_danger: !is_none,
        value,
        limit: String::new(),
        class: None,
    })
}
