//! What is said of a value that cannot be what its item means.

use std::sync::Arc;

use crate::fhir::issue::{Issue, IssueCode, Rule, Text};
use crate::mch::catalogue::{Answer, Item, catalogue};

use super::number::{Measured, Which, told};
use super::reached::{Reached, Whose};

/// A finding about items, said by a rule of the catalogue.
pub(super) fn issue(key: &str, code: IssueCode, element: String, text: Text) -> Issue {
    let profile = Arc::from(format!("{}/item-catalogue", catalogue().canonical));
    let rule = Rule { profile, key: Some(key.into()) };
    Issue::error(code, text).at(element).by(rule)
}

/// The items, by their labels.
fn names(items: &[&Item]) -> Text {
    let mut seen: Vec<&Item> = Vec::new();
    for item in items {
        if seen.iter().all(|known| known.label.vi != item.label.vi) && seen.len() < 3 {
            seen.push(item);
        }
    }
    let join = |label: fn(&Item) -> &str| {
        let names: Vec<String> =
            seen.iter().map(|item| format!("“{}” ({})", label(item), item.id)).collect();
        names.join(", ")
    };
    Text::new(join(|item| &item.label.vi), join(|item| &item.label.en))
}

fn types(items: &[&Item]) -> String {
    let mut types: Vec<&str> = Vec::new();
    for name in items.iter().flat_map(|item| &item.value.types) {
        if !types.contains(&name.as_str()) {
            types.push(name);
        }
    }
    types.join(", ")
}

/// Another kind of value.
pub(super) fn other_kind(at: &Reached<'_>, found: &str) -> Text {
    let (names, types) = (names(&at.items), types(&at.items));
    Text::new(
        format!("{}: giá trị phải thuộc kiểu {types}, ở đây lại là {found}.", names.vi),
        format!("{}: the value is of type {types}, not {found}.", names.en),
    )
}

/// How many answers of a list are told.
const TOLD: usize = 12;

/// An answer that is not one of the item's.
pub(super) fn other_answer(at: &Reached<'_>, found: &str, list: &str, answers: &[Answer]) -> Text {
    let names = names(&at.items);
    let told = |label: fn(&Answer) -> &str| {
        let told = answers.iter().take(TOLD);
        let told: Vec<String> =
            told.map(|answer| format!("{} ({})", answer.code, label(answer))).collect();
        let rest = if answers.len() > TOLD { " …" } else { "" };
        format!("{}{rest}", told.join(", "))
    };
    let (vi, en) = (told(|answer| &answer.label.vi), told(|answer| &answer.label.en));
    Text::new(
        format!("{}: “{found}” không phải là câu trả lời của {list}; hãy chọn {vi}.", names.vi),
        format!("{}: “{found}” is not an answer of {list}; choose {en}.", names.en),
    )
}

/// A fraction of what is counted.
pub(super) fn part_of_one(at: &Reached<'_>, found: &Measured<'_>) -> Text {
    let (names, value) = (names(&at.items), found.told());
    Text::new(
        format!("{}: phải là số nguyên, không phải {value}.", names.vi),
        format!("{}: it is a whole number, not {value}.", names.en),
    )
}

/// A unit of something else.
pub(super) fn other_dimension(at: &Reached<'_>, found: &Measured<'_>) -> Text {
    let names = names(&at.items);
    let mut units: Vec<&str> = at.items.iter().flat_map(|item| item.value.all_units()).collect();
    units.sort_unstable();
    units.dedup();
    let units = if units.is_empty() { "1".to_owned() } else { units.join(", ") };
    let unit = found.unit.unwrap_or_default();
    Text::new(
        format!("{}: đơn vị '{unit}' không đo đại lượng này; hãy dùng {units}.", names.vi),
        format!("{}: the unit '{unit}' measures something else; use {units}.", names.en),
    )
}

/// A number outside the range of each item.
pub(super) fn outside(at: &Reached<'_>, found: &Measured<'_>, which: Which, whose: Whose) -> Text {
    let (names, value) = (names(&at.items), found.told());
    let mut ranges: Vec<String> = at.items.iter().map(|item| told(item, which, whose)).collect();
    ranges.sort();
    ranges.dedup();
    let ranges = ranges.join(" / ");
    let text = match which {
        Which::Possible => Text::new(
            format!("{}: {value} là giá trị không thể có; khoảng có thể là {ranges}.", names.vi),
            format!("{}: {value} is not possible; the possible range is {ranges}.", names.en),
        ),
        Which::Plausible => Text::new(
            format!("{}: {value} rất hiếm gặp (thường {ranges}); xin kiểm tra lại.", names.vi),
            format!("{}: {value} is unusual (mostly {ranges}); please look again.", names.en),
        ),
    };
    let Some(unit) = found.meant(&at.items, whose) else { return text };
    Text::new(
        format!("{} Có phải đơn vị là '{unit}'?", text.vi),
        format!("{} Is the unit '{unit}'?", text.en),
    )
}

/// A half without its other half.
pub(super) fn half(present: &Item, missing: &Item) -> Text {
    let (present, missing) = (&present.label, &missing.label);
    Text::new(
        format!(
            "Có “{}” nhưng thiếu “{}”. Nếu không đo được, hãy ghi dataAbsentReason.",
            present.vi, missing.vi
        ),
        format!(
            "“{}” comes without “{}”. If it was not measured, say so with dataAbsentReason.",
            present.en, missing.en
        ),
    )
}

/// The higher of two that is below the lower.
pub(super) fn upside_down(
    (high, higher): (&Reached<'_>, &Measured<'_>),
    (low, lower): (&Reached<'_>, &Measured<'_>),
) -> Text {
    let (high, low) = (names(&high.items), names(&low.items));
    let (higher, lower) = (higher.told(), lower.told());
    Text::new(
        format!("{} là {higher}, không thể thấp hơn {} là {lower}.", high.vi, low.vi),
        format!("{} is {higher} and cannot be below {}, {lower}.", high.en, low.en),
    )
}

/// A half that stands alone, in an Observation of its own.
pub(super) fn alone(present: &Item, missing: &Item) -> Text {
    let (present, missing) = (&present.label, &missing.label);
    Text::new(
        format!(
            "“{}” nên ghi cùng “{}” trong một Observation có hai thành phần (component).",
            present.vi, missing.vi
        ),
        format!(
            "“{}” belongs with “{}” into one Observation with two components.",
            present.en, missing.en
        ),
    )
}

/// Words without a code.
pub(super) fn uncoded(kind: &str) -> Text {
    let (vi, en) = match kind {
        "Immunization" => {
            ("vắc xin: mã CVX hoặc mã của Sổ (mch-vaccine)", "CVX or the booklet's mch-vaccine")
        }
        _ => (
            "mã LOINC hoặc mã mục của Sổ (mch-booklet-item)",
            "LOINC or the booklet's mch-booklet-item",
        ),
    };
    Text::new(
        format!(
            "Chỉ có chữ, không có mã: không kiểm tra được gì và không ai tìm ra theo mã. Hãy thêm {vi}."
        ),
        format!(
            "There are only words and no code: nothing could be checked, and no search by code finds it. Add a code of {en}."
        ),
    )
}

/// Nobody whom it is about.
pub(super) fn nobody(at: &Reached<'_>) -> Text {
    let names = names(&at.items);
    Text::new(
        format!("{}: phải ghi là của ai (subject).", names.vi),
        format!("{}: it must say whom it is about (subject).", names.en),
    )
}
