//! Ages of made-up pregnancies, and what shifting or turning their records changes.

use serde_json::{Value, json};

use super::*;
use crate::fhir::date::Zone;
use crate::fhir::date::calendar::{DAY, iso, whole_day};

const BASE: &str = "http://127.0.0.1:8080/fhir";

fn day(text: &str) -> i64 {
    whole_day(text).expect("a day")
}

/// A woman with one pregnancy, and records of hers.
fn woman(more: Vec<(&str, Value)>) -> Vec<(String, Value)> {
    let kind = json!([{ "coding": [{ "system": "https://mebe.example/fhir/CodeSystem/mch-episode-type", "code": "pregnancy" }] }]);
    let episode = json!({ "resourceType": "EpisodeOfCare", "status": "active", "type": kind,
        "patient": { "reference": "Patient/m" }, "period": { "start": "2026-01-20" } });
    let mut all = vec![
        ("Patient/m".to_owned(), json!({ "resourceType": "Patient", "gender": "female" })),
        ("EpisodeOfCare/e".to_owned(), episode),
    ];
    all.extend(more.into_iter().map(|(id, resource)| (id.to_owned(), resource)));
    all
}

fn dated(code: &str, value: &str, effective: &str) -> Value {
    let coding = json!([{ "system": "http://loinc.org", "code": code }]);
    let mut made = json!({ "resourceType": "Observation", "status": "final",
        "code": { "coding": coding }, "subject": { "reference": "Patient/m" },
        "valueDateTime": value });
    if !effective.is_empty() {
        made["effectiveDateTime"] = effective.into();
    }
    made
}

fn with<T>(all: &[(String, Value)], read: impl FnOnce(&Records<'_>) -> T) -> T {
    let each = all.iter().map(|(address, resource)| Record { address, resource });
    read(&Records::new(each, BASE, Zone::default(), day("2026-11-22") * DAY).put_together())
}

/// Status, method, due date and age.
fn asked(all: &[(String, Value)], on: &str) -> (&'static str, String, String, Option<(i64, i64)>) {
    with(all, |records| {
        let all = gestations(records, "Patient/m", day(on));
        let one = of_day(records, &all, day(on)).expect("a pregnancy");
        let method = one.method().map_or("", Method::code).to_owned();
        let due = one.due().map(|due| iso(due.first)).unwrap_or_default();
        (one.status.code(), method, due, one.age)
    })
}

#[test]
fn the_best_way_to_date_is_chosen_and_the_others_are_told() {
    let period = ("Observation/lmp", dated("8665-2", "2026-01-01", "2026-02-10"));
    let late = ("Observation/late", dated("11781-2", "2026-10-01", "2026-07-01"));
    let early = ("Observation/early", dated("11781-2", "2026-10-05", "2026-03-01"));
    let conceived = ("Observation/ivf", dated("53692-0", "2026-10-07", "2026-02-01"));
    let all = woman(vec![late.clone(), period.clone()]);
    let expected = ("ongoing", "last-period".to_owned(), "2026-10-08".to_owned(), Some((151, 151)));
    assert_eq!(asked(&all, "2026-06-01"), expected);
    let all = woman(vec![late.clone(), period.clone(), early.clone()]);
    let (_, method, due, age) = asked(&all, "2026-06-01");
    assert_eq!(
        (method.as_str(), due.as_str(), age),
        ("ultrasound-early", "2026-10-05", Some((154, 154)))
    );
    let all = woman(vec![late, period, early, conceived]);
    assert_eq!(asked(&all, "2026-06-01").1, "conception");
    with(&all, |records| {
        let all = gestations(records, "Patient/m", day("2026-06-01"));
        let differences: Vec<_> =
            all[0].candidates.iter().map(|one| all[0].difference(one)).collect();
        assert_eq!(differences, [Some(0), Some(-2), Some(1), Some(-6)]);
    });
}

#[test]
fn a_scan_is_early_by_its_own_dating() {
    // Twenty weeks to the day after 2026-01-01 is no longer early.
    for (scanned, method) in [("2026-05-20", "ultrasound-early"), ("2026-05-21", "ultrasound-late")]
    {
        let all = woman(vec![("Observation/us", dated("11781-2", "2026-10-08", scanned))]);
        assert_eq!(asked(&all, "2026-06-01").1, method, "{scanned}");
    }
    let unknown = ("Observation/us", dated("11781-2", "2026-10-08", ""));
    assert_eq!(asked(&woman(vec![unknown.clone()]), "2026-06-01").1, "ultrasound-early");
    for (period, method) in [("2026-01-08", "ultrasound-early"), ("2026-01-09", "last-period")] {
        let period = ("Observation/lmp", dated("8665-2", period, ""));
        assert_eq!(asked(&woman(vec![unknown.clone(), period]), "2026-06-01").1, method);
    }
}

#[test]
fn a_due_date_derived_from_another_is_no_clinical_one() {
    let mut due = dated("11778-8", "2026-10-08", "2026-02-10");
    assert_eq!(asked(&woman(vec![("Observation/due", due.clone())]), "2026-06-01").1, "clinical");
    due["derivedFrom"] = json!([{ "reference": "Observation/lmp" }]);
    let period = ("Observation/lmp", dated("8665-2", "2026-01-01", "2026-02-10"));
    assert_eq!(
        asked(&woman(vec![("Observation/due", due), period]), "2026-06-01").1,
        "last-period"
    );
}

#[test]
fn umbilicus_and_ovulation_are_what_loinc_says() {
    for (code, method) in
        [("57064-8", "other"), ("11780-4", "ovulation"), ("57063-0", "other"), ("90368-2", "other")]
    {
        let all = woman(vec![("Observation/o", dated(code, "2026-10-08", "2026-02-10"))]);
        assert_eq!(asked(&all, "2026-06-01").1, method, "{code}");
    }
}

#[test]
fn a_month_is_a_span() {
    let all = woman(vec![("Observation/lmp", dated("8665-2", "2026-01", ""))]);
    with(&all, |records| {
        let all = gestations(records, "Patient/m", day("2026-04-05"));
        let one = &all[0];
        assert_eq!(one.age, Some((64, 94)));
        assert_eq!(one.period(), Some(1));
        assert_eq!(one.is_post_term(), Some(false));
        let due = one.due().expect("a due date");
        assert_eq!((iso(due.first), iso(due.last)), ("2026-10-08".into(), "2026-11-07".into()));
    });
    // Between 13 and 15 weeks nobody knows which third it is.
    with(&all, |records| {
        assert_eq!(gestations(records, "Patient/m", day("2026-04-20"))[0].period(), None)
    });
}

#[test]
fn an_age_written_at_a_visit_dates_when_nothing_else_does() {
    let age = |code: &str, value: Value| {
        json!({ "resourceType": "Observation", "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
        "subject": { "reference": "Patient/m" }, "effectiveDateTime": "2026-03-12", "valueQuantity": value })
    };
    let all =
        woman(vec![("Observation/age", age("11884-4", json!({ "value": 10, "code": "wk" })))]);
    let expected = ("ongoing", "recorded-age".to_owned(), "2026-10-08".to_owned(), Some((70, 70)));
    assert_eq!(asked(&all, "2026-03-12"), expected);
}

#[test]
fn a_pregnancy_ends_and_is_not_sixty_weeks_old() {
    let period = ("Observation/lmp", dated("8665-2", "2026-01-01", ""));
    let open = woman(vec![period.clone()]);
    assert_eq!(asked(&open, "2026-11-04").0, "ongoing");
    assert_eq!(asked(&open, "2026-11-05").0, "unclosed");
    assert_eq!(asked(&open, "2027-03-01").3, None);
    let category = json!({ "coding": [{ "system": "https://mebe.example/fhir/CodeSystem/mch-procedure-category", "code": "delivery" }] });
    let delivery = json!({ "resourceType": "Procedure", "status": "completed", "category": category,
        "subject": { "reference": "Patient/m" }, "performedDateTime": "2026-10-01T21:00:00+07:00" });
    let born = woman(vec![period, ("Procedure/d", delivery)]);
    assert_eq!(asked(&born, "2026-09-30").0, "ongoing");
    let (status, _, _, age) = asked(&born, "2026-10-20");
    assert_eq!((status, age), ("ended", Some((273, 273))));
    assert_eq!(asked(&born, "2026-11-11").0, "ended");
    assert_eq!(asked(&born, "2026-11-12").0, "unclosed");
    assert_eq!(asked(&born, "2027-02-12").3, Some((273, 273)));
}

#[test]
fn nothing_that_dates_is_undated() {
    assert_eq!(
        asked(&woman(Vec::new()), "2026-06-01"),
        ("undated", String::new(), String::new(), None)
    );
}

/// Every text that is a date, some days later.
fn shifted(value: &Value, days: i64) -> Value {
    match value {
        Value::String(text) => match whole_day(text) {
            Some(date) => iso(date + days).into(),
            None => value.clone(),
        },
        Value::Array(all) => all.iter().map(|one| shifted(one, days)).collect(),
        Value::Object(all) => {
            all.iter().map(|(key, one)| (key.clone(), shifted(one, days))).collect()
        }
        _ => value.clone(),
    }
}

proptest::proptest! {
    #[test]
    fn a_shift_of_all_dates_changes_no_age_and_the_order_nothing(
        shift in -200_000_i64..200_000, on in 0_i64..330, turn in 0_usize..4,
        dues in proptest::collection::vec((0_usize..7, 180_i64..320, 0_i64..280), 0..5),
    ) {
        let codes = ["8665-2", "11778-8", "11779-6", "11780-4", "11781-2", "53692-0", "57063-0"];
        let start = day("2026-01-01");
        let ids = ["Observation/a", "Observation/b", "Observation/c", "Observation/d", "Observation/e"];
        let told = dues.iter().zip(ids).map(|((code, due, scanned), id)| {
            let value = if *code == 0 { due - 280 } else { *due };
            (id, dated(codes[*code], &iso(start + value), &iso(start + scanned)))
        });
        let all = woman(told.collect());
        let moved: Vec<_> = all.iter().map(|(id, one)| (id.clone(), shifted(one, shift))).collect();
        let mut turned = all.clone();
        turned[2..].rotate_left(turn.min(all.len() - 2));
        let at = iso(start + on);
        let (status, method, due, age) = asked(&all, &at);
        let (moved_status, moved_method, moved_due, moved_age) = asked(&moved, &iso(start + on + shift));
        proptest::prop_assert_eq!((status, &method, age), (moved_status, &moved_method, moved_age));
        if let Some(due) = whole_day(&due) {
            proptest::prop_assert_eq!(iso(due + shift), moved_due);
        }
        proptest::prop_assert_eq!(asked(&turned, &at), (status, method, due, age));
    }

    #[test]
    fn a_day_later_a_status_only_goes_forward(on in -30_i64..500, period in 0_i64..60) {
        let start = day("2026-01-01");
        let all = woman(vec![("Observation/lmp", dated("8665-2", &iso(start + period), ""))]);
        let place = |on: i64| ["ongoing", "unclosed"].iter().position(|one| *one == asked(&all, &iso(start + on)).0);
        proptest::prop_assert!(place(on) <= place(on + 1));
    }
}
