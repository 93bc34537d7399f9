//! Limits of values: a derived definition may draw them closer,
//! <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.minValue_x_>.

use std::cmp::Ordering;

use serde_json::Value;

use super::narrowed::{Narrowed, shown};
use crate::fhir::date::{DateRange, Zone};
use crate::snapshot::fault::SnapshotFault;
use crate::snapshot::tree::element::{Element, code, is_choice, types};

/// One limit: the type of its value, as the name of its property ends, and the value.
type Limit<'e> = (&'e str, &'e Value);

/// Limits of the differential that lie beyond those of the base, or that leave nothing between them.
pub(super) fn check(element: Narrowed<'_>) -> Vec<SnapshotFault> {
    let is_moment =
        types(element.now).iter().any(|one| matches!(code(one), "date" | "dateTime" | "instant"));
    let mut faults = Vec::new();
    for (name, wider) in [("minValue", Ordering::Less), ("maxValue", Ordering::Greater)] {
        let (Some(base), Some(said)) = (limit(element.base, name), limit(element.said, name))
        else {
            continue;
        };
        // Least and most of a moment that are durations count from now: back, and on.
        let is_back = is_moment && name == "minValue" && base.0 == "Quantity";
        let order =
            compare(said, base, name).map(|order| if is_back { order.reverse() } else { order });
        if order == Some(wider) {
            faults.push(SnapshotFault::changed(
                &format!("{name}[x]"),
                &shown(Some(base.1)),
                &shown(Some(said.1)),
            ));
        }
    }
    let says = |name| limit(element.said, name).is_some();
    if let (Some(least), Some(most)) =
        (limit(element.now, "minValue"), limit(element.now, "maxValue"))
        && (says("minValue") || says("maxValue"))
        && !(is_moment && least.0 == "Quantity")
        && compare(least, most, "") == Some(Ordering::Greater)
    {
        faults.push(SnapshotFault::NothingBetween {
            least: shown(Some(least.1)).into(),
            most: shown(Some(most.1)).into(),
        });
    }
    let length = |of: &Element| of.get("maxLength").and_then(Value::as_u64);
    if let (Some(base), Some(said)) = (length(element.base), length(element.said))
        && said > base
    {
        faults.push(SnapshotFault::changed("maxLength", &base.to_string(), &said.to_string()));
    }
    faults
}

fn limit<'e>(element: &'e Element, choice: &str) -> Option<Limit<'e>> {
    element
        .iter()
        .find(|(name, _)| is_choice(name, choice))
        .and_then(|(name, value)| Some((name.strip_prefix(choice)?, value)))
}

/// How two limits stand to each other; none when that cannot be said. A date without its day is its
/// whole month: as a least its beginning counts, as a most its end, and between both what is certain.
fn compare((kind, a): Limit<'_>, (other, b): Limit<'_>, name: &str) -> Option<Ordering> {
    if kind != other {
        return None;
    }
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Value::String(a), Value::String(b)) if kind == "Time" => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => {
            let zone = Zone::default();
            let (a, b) = (DateRange::parse(a, zone)?, DateRange::parse(b, zone)?);
            Some(match name {
                "minValue" => a.low.cmp(&b.low),
                "maxValue" => a.high.cmp(&b.high),
                _ => a.low.cmp(&b.high),
            })
        }
        (Value::Object(_), Value::Object(_)) => {
            let unit = |of: &Value| {
                let part = |name: &str| of.get(name).cloned();
                (part("system"), part("code").or_else(|| part("unit")))
            };
            let value = |of: &Value| of.get("value").and_then(Value::as_f64);
            (unit(a) == unit(b)).then(|| value(a)?.partial_cmp(&value(b)?)).flatten()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(type_of: &str, base: Value, said: Value, faults: usize) {
        let (Value::Object(mut base), Value::Object(said)) = (base, said) else { unreachable!() };
        base.insert("type".into(), json!([{ "code": type_of }]));
        let mut now = base.clone();
        now.extend(said.clone());
        let element =
            Narrowed { base: &base, said: &said, now: &now, id: "A.b", is_new_slice: false };
        let found = super::check(element);
        assert_eq!(found.len(), faults, "{base:?} {said:?}: {found:?}");
    }

    #[test]
    fn limits_may_only_come_closer() {
        check("integer", json!({ "maxValueInteger": 5 }), json!({ "maxValueInteger": 9 }), 1);
        check("integer", json!({ "maxValueInteger": 5 }), json!({ "maxValueInteger": 4 }), 0);
        check("integer", json!({ "minValueInteger": 5 }), json!({ "minValueInteger": 4 }), 1);
        check("integer", json!({ "minValueInteger": 5 }), json!({ "maxValueInteger": 4 }), 1);
        check("string", json!({ "maxLength": 5 }), json!({ "maxLength": 6 }), 1);
        check("string", json!({ "maxLength": 5 }), json!({ "maxLength": 5 }), 0);
        check("date", json!({ "maxValueDate": "2020" }), json!({ "maxValueDate": "2020-06" }), 0);
        check("date", json!({ "maxValueDate": "2020" }), json!({ "maxValueDate": "2021" }), 1);
        check("date", json!({ "minValueDate": "2020-06" }), json!({ "minValueDate": "2020" }), 1);
        check(
            "time",
            json!({ "minValueTime": "08:00:00" }),
            json!({ "minValueTime": "07:00:00" }),
            1,
        );
    }

    #[test]
    fn quantities_are_compared_in_one_unit() {
        let of = |name: &str, value: f64, unit: &str| json!({ name: { "value": value, "system": "http://unitsofmeasure.org", "code": unit } });
        check("Quantity", of("maxValueQuantity", 5.0, "kg"), of("maxValueQuantity", 6.5, "kg"), 1);
        check("Quantity", of("maxValueQuantity", 5.0, "kg"), of("maxValueQuantity", 6.5, "g"), 0);
        // Durations back from now: two years reach further than one.
        check("date", of("minValueQuantity", 1.0, "a"), of("minValueQuantity", 2.0, "a"), 1);
        check("date", of("minValueQuantity", 2.0, "a"), of("minValueQuantity", 1.0, "a"), 0);
        check("date", of("maxValueQuantity", 1.0, "a"), of("maxValueQuantity", 2.0, "a"), 1);
    }
}
