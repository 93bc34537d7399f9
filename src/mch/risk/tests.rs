//! Colours of made-up records, at their limits.

use serde_json::{Value, json};

use super::*;
use crate::fhir::date::Zone;
use crate::fhir::date::calendar::{DAY, iso, whole_day};
use crate::mch::gestation::gestations;

const ITEM: &str = "https://mebe.example/fhir/CodeSystem/mch-booklet-item";

fn day(text: &str) -> i64 {
    whole_day(text).expect("a day")
}

fn observed(person: &str, code: &str, on: &str, value: &Value) -> Value {
    let mut made = json!({ "resourceType": "Observation", "status": "final",
        "code": { "coding": [{ "system": ITEM, "code": code }] },
        "subject": { "reference": person }, "effectiveDateTime": on });
    for (key, value) in value.as_object().expect("an object") {
        made[key] = value.clone();
    }
    made
}

/// What is found of a woman whose last period was on 1 January 2026, or of a child born then.
fn found(is_mother: bool, told: &[(&str, Value)], on: &str) -> Vec<(String, Level)> {
    turned(is_mother, told, on, 0)
}

/// The same, the records in another order.
fn turned(is_mother: bool, told: &[(&str, Value)], on: &str, turn: usize) -> Vec<(String, Level)> {
    let person = "Patient/p";
    let patient = json!({ "resourceType": "Patient", "gender": "female",
        "birthDate": if is_mother { "1998-01-01" } else { "2026-01-01" } });
    let period = json!({ "valueDateTime": "2026-01-01" });
    let mut all = vec![(person.to_owned(), patient)];
    if is_mother {
        all.push(("Observation/lmp".into(), observed(person, "P01", "2026-02-01", &period)));
    }
    for (place, (code, value)) in told.iter().enumerate() {
        all.push((format!("Observation/{place}"), observed(person, code, on, value)));
    }
    let turn = turn.min(all.len());
    all.rotate_left(turn);
    let each = all.iter().map(|(address, resource)| Record { address, resource });
    let records = Records::new(each, "http://x", Zone::default(), day(on) * DAY).put_together();
    let pregnancies = gestations(&records, person, day(on));
    let pregnancy = pregnancies.first();
    let asked = Asked { person, is_mother, pregnancy, day: day(on), corrected_months: None };
    findings(&records, asked).into_iter().map(|one| (one.item, one.level)).collect()
}

fn quantity(value: f64, unit: &str) -> Value {
    json!({ "valueQuantity": { "value": value, "system": "http://unitsofmeasure.org", "code": unit } })
}

#[track_caller]
fn is(is_mother: bool, code: &str, value: f64, unit: &str, is_yellow: bool) {
    let found = found(is_mother, &[(code, quantity(value, unit))], "2026-06-01");
    let expected = if is_yellow { vec![(code.to_owned(), Level::Yellow)] } else { Vec::new() };
    assert_eq!(found, expected, "{code} {value}");
}

#[test]
fn colours_leave_no_gap() {
    for (value, is_yellow) in [(18.4, true), (18.5, false), (24.95, false), (25.0, true)] {
        is(true, "P06", value, "kg/m2", is_yellow);
    }
    for (value, is_yellow) in [(29.0, true), (30.0, false), (59.5, false), (60.0, true)] {
        is(false, "B16-1", value, "/min", is_yellow);
    }
    for (value, is_yellow) in [(36.4, true), (37.45, false), (37.5, true)] {
        is(false, "B16-2", value, "Cel", is_yellow);
    }
    for (value, is_yellow) in [(36.9, true), (41.4, false), (42.0, true)] {
        is(false, "K06", value, "wk", is_yellow);
    }
    for (value, is_yellow) in [(94.0, true), (95.0, false)] {
        is(false, "N27-1", value, "%", is_yellow);
    }
    is(true, "A19", 10.9, "g/dL", true);
    is(true, "A19", 11.0, "g/dL", false);
}

#[test]
fn blood_loss_goes_by_the_way_of_birth() {
    let list = "https://mebe.example/fhir/CodeSystem/qd3412-cach-de";
    let way = |code: &str| json!({ "valueCodeableConcept": { "coding": [{ "system": list, "code": code }] } });
    let lost = |loss: f64, code: &str| {
        let told = [("D13", way(code)), ("D15", quantity(loss, "mL"))];
        found(true, &told, "2026-10-01").iter().any(|(item, _)| item == "D15")
    };
    assert!(!lost(499.0, "1") && lost(500.0, "1"));
    assert!(!lost(999.0, "2") && lost(1000.0, "2"));
}

#[test]
fn both_hands_and_feet_have_the_same_oxygen() {
    let told = |foot: f64| {
        [
            ("N27-1", quantity(99.0, "%")),
            ("N27-2", quantity(foot, "%")),
            ("N27", quantity(97.0, "%")),
        ]
    };
    let found =
        |foot| found(false, &told(foot), "2026-01-02").iter().any(|(item, _)| item == "N27");
    assert!(!found(96.0) && found(95.5));
}

#[test]
fn every_danger_sign_is_one_and_its_absence_is_white() {
    for item in crate::mch::catalogue::catalogue().items.iter().filter(|item| item.danger) {
        let is_mother = item.subject != "child";
        let told =
            |is: bool| found(is_mother, &[(&item.id, json!({ "valueBoolean": is }))], "2026-02-01");
        assert_eq!(told(true), [(item.id.clone(), Level::Danger)]);
        assert_eq!(told(false), []);
    }
}

#[test]
fn what_has_limits_has_a_colour_for_every_number() {
    for item in &crate::mch::catalogue::catalogue().items {
        let own =
            item.colours.iter().filter(|one| one.of.is_none() && one.when.component.is_none());
        let limits: Vec<_> =
            own.flat_map(|one| one.when.limits()).map(|(_, limit)| limit).collect();
        let is_one_sided = limits.is_empty() || item.id == "T01" || item.id == "N27";
        if is_one_sided || item.value.types.iter().any(|name| name == "integer") {
            continue;
        }
        for limit in limits {
            for beside in [-100, -1, 0, 1, 100] {
                let value = limit + rust_decimal::Decimal::new(beside, 2);
                let has = item.colours.iter().any(|one| {
                    one.of.is_none()
                        && one.when.limits().next().is_some()
                        && one.when.limits().all(|(sign, limit)| match sign {
                            "≥" => value >= limit,
                            "≤" => value <= limit,
                            "<" => value < limit,
                            _ => value > limit,
                        })
                });
                assert!(has, "{} has no colour at {value}", item.id);
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn the_order_of_records_changes_nothing(values in proptest::collection::vec(50_i32..200, 1..5), turn in 0_usize..5) {
        let told: Vec<_> = values.iter().map(|value| ("A19", quantity(f64::from(*value), "g/L"))).collect();
        let on = iso(day("2026-06-01"));
        proptest::prop_assert_eq!(found(true, &told, &on), turned(true, &told, &on, turn));
    }
}

#[test]
fn a_danger_sign_holds_until_the_next_visit() {
    let person = "Patient/p";
    let kind = json!([{ "coding": [{ "system": "https://mebe.example/fhir/CodeSystem/mch-encounter-type", "code": "antenatal" }] }]);
    let visit = |on: &str| {
        json!({ "resourceType": "Encounter", "status": "finished", "type": kind,
        "subject": { "reference": person }, "period": { "start": on } })
    };
    let sign = observed(person, "A34-4", "2026-06-01", &json!({ "valueBoolean": true }));
    let all = [
        (person.to_owned(), json!({ "resourceType": "Patient", "gender": "female" })),
        ("Observation/s".to_owned(), sign),
        ("Encounter/a".to_owned(), visit("2026-06-01")),
        ("Encounter/b".to_owned(), visit("2026-06-05")),
    ];
    for (on, level) in [
        ("2026-06-01", Level::Danger),
        ("2026-06-04", Level::Danger),
        ("2026-06-05", Level::Yellow),
    ] {
        let each = all.iter().map(|(address, resource)| Record { address, resource });
        let records = Records::new(each, "http://x", Zone::default(), day(on) * DAY).put_together();
        let asked = Asked {
            person,
            is_mother: true,
            pregnancy: None,
            day: day(on),
            corrected_months: None,
        };
        assert_eq!(super::level(&findings(&records, asked)), level, "{on}");
    }
}
