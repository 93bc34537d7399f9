//! What is due of made-up mothers and children, on days at the ends of its windows.

use serde_json::{Value, json};

use super::*;
use crate::fhir::date::Zone;
use crate::fhir::date::calendar::{DAY, iso, whole_day};

const BASE: &str = "https://mebe.example/fhir/CodeSystem";

fn day(text: &str) -> i64 {
    whole_day(text).expect("a day")
}

fn kind(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": format!("{BASE}/{system}"), "code": code }] })
}

fn visit(code: &str, on: &str) -> Value {
    json!({ "resourceType": "Encounter", "status": "finished", "type": [kind("mch-encounter-type", code)],
        "subject": { "reference": "Patient/p" }, "period": { "start": on, "end": on } })
}

/// A woman whose last period was on 1 January 2026, registered on a day.
fn woman(registered: &str, more: Vec<Value>) -> Vec<Value> {
    let mut all = vec![
        json!({ "resourceType": "Patient", "gender": "female", "birthDate": "1998-01-01" }),
        json!({ "resourceType": "EpisodeOfCare", "status": "active", "type": [kind("mch-episode-type", "pregnancy")],
            "patient": { "reference": "Patient/p" }, "period": { "start": registered },
            "managingOrganization": { "reference": "Organization/o" } }),
        json!({ "resourceType": "Observation", "status": "final", "code": kind("mch-booklet-item", "P01"),
            "subject": { "reference": "Patient/p" }, "effectiveDateTime": registered, "valueDateTime": "2026-01-01" }),
    ];
    all.extend(more);
    all
}

fn child(more: Vec<Value>) -> Vec<Value> {
    let mut all =
        vec![json!({ "resourceType": "Patient", "gender": "female", "birthDate": "2026-01-31" })];
    all.extend(more);
    all
}

fn due(all: &[Value], is_mother: bool, on: i64) -> Vec<Due> {
    let address = |(place, one): (usize, &Value)| {
        let kind = one["resourceType"].as_str().expect("a type");
        if kind == "Patient" { "Patient/p".to_owned() } else { format!("{kind}/{place}") }
    };
    let addresses: Vec<String> = all.iter().enumerate().map(address).collect();
    let each = addresses.iter().zip(all).map(|(address, resource)| Record { address, resource });
    let records = Records::new(each, "http://x", Zone::default(), on * DAY).put_together();
    let asked = Asked { person: "Patient/p", is_mother, day: on, referral_days: None };
    super::all(&records, asked)
}

#[track_caller]
fn is(all: &[Value], is_mother: bool, on: &str, expected: &[(&str, Status)]) {
    let found = due(all, is_mother, day(on));
    for (code, status) in expected {
        let one = found.iter().find(|one| one.code == *code);
        assert_eq!(one.map(|one| one.status), Some(*status), "{code} on {on}");
    }
}

use Status::{Done, Due as IsDue, Missed, NotApplicable, Overdue, Upcoming};

#[test]
fn who_comes_at_twenty_weeks_missed_the_first_visit() {
    let late = woman("2026-05-21", Vec::new());
    is(
        &late,
        true,
        "2026-05-21",
        &[
            ("anc-1", Missed),
            ("anc-2", IsDue),
            ("anc-3", Upcoming),
            ("ogtt", Upcoming),
            ("anomaly-scan", IsDue),
        ],
    );
    let seen = woman("2026-05-21", vec![visit("antenatal", "2026-05-21")]);
    is(&seen, true, "2026-05-21", &[("anc-1", Missed), ("anc-2", Done)]);
}

#[test]
fn two_visits_in_the_first_months_fill_one_row() {
    let seen = woman(
        "2026-02-20",
        vec![visit("antenatal", "2026-02-20"), visit("antenatal", "2026-03-20")],
    );
    is(
        &seen,
        true,
        "2026-04-30",
        &[("anc-1", Done), ("anc-2", IsDue), ("anc-3", Upcoming), ("anc-4", Upcoming)],
    );
}

#[test]
fn visits_are_due_by_weeks() {
    let known = woman("2026-02-01", Vec::new());
    // Thirteen weeks, fourteen, twenty-eight, thirty-three, thirty-six.
    is(&known, true, "2026-04-01", &[("anc-1", IsDue)]);
    is(&known, true, "2026-04-02", &[("anc-1", Overdue), ("anc-2", Upcoming)]);
    is(&known, true, "2026-04-09", &[("anc-1", Missed), ("anc-2", IsDue)]);
    is(&known, true, "2026-07-16", &[("anc-2", Missed), ("anc-3", IsDue), ("ogtt", IsDue)]);
    is(&known, true, "2026-08-20", &[("anc-3", Overdue), ("ogtt", Overdue), ("anc-4", Upcoming)]);
    is(&known, true, "2026-09-10", &[("anc-3", Missed), ("anc-4", IsDue)]);
}

fn delivery(on: &str, left: &str) -> Vec<Value> {
    let procedure = json!({ "resourceType": "Procedure", "status": "completed", "category": kind("mch-procedure-category", "delivery"),
        "subject": { "reference": "Patient/p" }, "performedDateTime": on });
    let mut stay = visit("delivery", on);
    stay["period"]["end"] = left.into();
    vec![procedure, stay]
}

#[test]
fn after_the_birth_the_mother_is_visited() {
    let mut more = delivery("2026-08-01", "2026-08-04");
    let born = woman("2026-02-01", more.clone());
    is(
        &born,
        true,
        "2026-08-02",
        &[("anc-4", NotApplicable), ("anc-3", Missed), ("pnc-mother-week-1", Upcoming)],
    );
    is(&born, true, "2026-08-04", &[("pnc-mother-week-1", IsDue), ("pnc-mother-week-6", Upcoming)]);
    is(&born, true, "2026-08-10", &[("pnc-mother-week-1", IsDue)]);
    is(&born, true, "2026-08-11", &[("pnc-mother-week-1", Missed), ("pnc-mother-week-6", IsDue)]);
    is(&born, true, "2026-09-15", &[("pnc-mother-week-6", Missed)]);
    more.push(visit("postnatal-mother", "2026-08-09"));
    is(
        &woman("2026-02-01", more),
        true,
        "2026-08-11",
        &[("pnc-mother-week-1", Done), ("pnc-mother-week-6", IsDue)],
    );
}

#[test]
fn an_episode_left_open_is_due_for_the_station() {
    let open = woman("2026-02-01", Vec::new());
    is(&open, true, "2026-11-05", &[("unclosed", IsDue)]);
    let found = due(&open, true, day("2026-11-05"));
    let one = found.iter().find(|one| one.code == "unclosed").expect("it is there");
    assert_eq!(
        (one.owner.as_deref(), one.focus.as_deref()),
        (Some("Organization/o"), Some("EpisodeOfCare/1"))
    );
    assert!(due(&open, true, day("2026-11-04")).iter().all(|one| one.code != "unclosed"));
}

#[test]
fn check_ups_go_by_completed_months() {
    let born = child(Vec::new());
    // A child of 31 January has one month on 1 March, and two on 31 March.
    is(&born, false, "2026-03-30", &[("checkup-06", IsDue), ("checkup-07", Upcoming)]);
    is(&born, false, "2026-03-31", &[("checkup-06", Missed), ("checkup-07", IsDue)]);
    is(&born, false, "2026-05-31", &[("checkup-07", Missed), ("checkup-08", IsDue)]);
    is(
        &born,
        false,
        "2028-01-31",
        &[("checkup-12", Missed), ("checkup-13-2", IsDue), ("checkup-13-3", Upcoming)],
    );
    let seen = child(vec![visit("child-checkup", "2026-03-31")]);
    is(&seen, false, "2026-04-01", &[("checkup-06", Missed), ("checkup-07", Done)]);
    is(&born, false, "2027-06-01", &[("autism-check", IsDue)]);
    is(&born, false, "2028-08-31", &[("autism-check", Missed)]);
    let now = due(&born, false, day("2028-08-31"));
    let now: Vec<_> = now
        .iter()
        .filter(|one| one.code == "deworming" && one.status == IsDue)
        .map(|one| iso(one.window.due))
        .collect();
    assert_eq!(now, ["2028-07-31"]);
}

#[test]
fn growth_is_monthly_and_then_in_june() {
    let weight = |on: &str| {
        json!({ "resourceType": "Observation", "status": "final", "code": kind("mch-booklet-item", "G02"),
        "subject": { "reference": "Patient/p" }, "effectiveDateTime": on })
    };
    let all = child(vec![weight("2026-03-10")]);
    let found = due(&all, false, day("2026-04-02"));
    let growth: Vec<_> = found.iter().filter(|one| one.code == "growth").collect();
    let now: Vec<_> =
        growth.iter().filter(|one| one.status == IsDue).map(|one| iso(one.window.due)).collect();
    assert_eq!(now, ["2026-03-31"]);
    assert_eq!(growth.iter().filter(|one| one.status == Done).count(), 1);
    assert_eq!(growth.len(), 24 + 3);
    let older = due(&child(Vec::new()), false, day("2029-06-30"));
    let now: Vec<_> = older
        .iter()
        .filter(|one| one.code == "growth" && one.status == IsDue)
        .map(|one| (iso(one.window.due), one.window.latest.map(iso)))
        .collect();
    assert_eq!(now, [("2029-06-01".to_owned(), Some("2029-06-30".to_owned()))]);
}

#[test]
fn vitamin_a_comes_in_rounds() {
    let vitamin = |on: &str| {
        json!({ "resourceType": "MedicationAdministration", "status": "completed", "subject": { "reference": "Patient/p" },
        "medicationCodeableConcept": kind("mch-medicine", "vitamin-a"), "effectiveDateTime": on })
    };
    let at = |all: &[Value], on: &str, round: &str| {
        let found = due(all, false, day(on));
        let one =
            found.into_iter().find(|one| one.code == "vitamin-a" && iso(one.window.due) == round);
        one.map(|one| one.status)
    };
    let none = child(Vec::new());
    // Four months old in June: the first round is that of December.
    assert_eq!(at(&none, "2026-06-01", "2026-06-01"), None);
    assert_eq!(at(&none, "2026-11-30", "2026-12-01"), Some(Upcoming));
    assert_eq!(at(&none, "2026-12-02", "2026-12-01"), Some(IsDue));
    assert_eq!(at(&none, "2026-12-03", "2026-12-01"), Some(Missed));
    let late = child(vec![vitamin("2026-12-09")]);
    assert_eq!(at(&late, "2026-12-10", "2026-12-01"), Some(Done));
}

fn referral(status: &str) -> Value {
    json!({ "resourceType": "ServiceRequest", "status": status, "intent": "order", "category": [kind("mch-request-category", "referral")],
        "subject": { "reference": "Patient/p" }, "authoredOn": "2026-05-01", "requester": { "reference": "Organization/o" },
        "performer": [{ "reference": "Organization/h" }] })
}

#[test]
fn an_open_referral_is_due_for_both_until_there_is_a_reply() {
    let referred = |more: Vec<Value>| {
        let mut all = woman("2026-02-01", vec![referral("active")]);
        all.extend(more);
        let found = due(&all, true, day("2026-05-09"));
        let open = found.into_iter().filter(|one| one.code == "referral");
        open.map(|one| (one.owner.unwrap_or_default(), one.status)).collect::<Vec<_>>()
    };
    let both =
        |status| vec![("Organization/o".to_owned(), status), ("Organization/h".to_owned(), status)];
    assert_eq!(referred(Vec::new()), both(IsDue));
    let task = |status: &str| {
        json!({ "resourceType": "Task", "status": status, "intent": "order", "for": { "reference": "Patient/p" },
        "focus": { "reference": "ServiceRequest/3" }, "authoredOn": "2026-05-02" })
    };
    assert_eq!(referred(vec![task("accepted")]), both(IsDue));
    assert_eq!(referred(vec![task("completed")]), both(Done));
    assert_eq!(referred(vec![task("failed")]), both(Missed));
    let mut seen = visit("antenatal", "2026-05-03");
    seen["basedOn"] = json!([{ "reference": "ServiceRequest/3" }]);
    assert_eq!(referred(vec![seen.clone()]), both(Done));
    seen["status"] = "in-progress".into();
    assert_eq!(referred(vec![seen]), both(IsDue));
}

proptest::proptest! {
    #[test]
    fn one_thing_has_one_status_and_a_day_later_it_goes_forward(on in 0_i64..2_300, registered in 0_i64..300, seen in proptest::collection::vec(0_i64..320, 0..3)) {
        let start = day("2026-01-01");
        let visits = seen.iter().map(|on| visit("antenatal", &iso(start + on))).collect();
        let mother = woman(&iso(start + registered), visits);
        for (all, is_mother) in [(mother, true), (child(Vec::new()), false)] {
            let (today, tomorrow) = (due(&all, is_mother, start + on), due(&all, is_mother, start + on + 1));
            for one in today.iter().filter(|one| one.status != Done) {
                let later = tomorrow.iter().find(|later| later.code == one.code && later.window == one.window);
                let same: Vec<_> = today.iter().filter(|other| other.code == one.code && other.window == one.window).collect();
                proptest::prop_assert_eq!(same.len(), 1, "{} is there twice", one.code);
                if let Some(later) = later.filter(|later| later.status != Done) {
                    proptest::prop_assert!(one.status <= later.status, "{}", one.code);
                }
            }
        }
    }

    #[test]
    fn shifting_every_day_by_four_hundred_years_shifts_everything(on in 0_i64..900) {
        const ERA: i64 = 146_097;
        let start = day("2026-01-01");
        let later = |value: &Value| -> Value {
            serde_json::from_str(&value.to_string().replace("\"202", "\"242").replace("\"1998", "\"2398")).expect("JSON")
        };
        let mother = woman("2026-02-01", vec![visit("antenatal", "2026-03-01")]);
        for (all, is_mother) in [(mother, true), (child(Vec::new()), false)] {
            let moved: Vec<Value> = all.iter().map(later).collect();
            let told = |found: Vec<Due>, by: i64| -> Vec<_> {
                found.into_iter().map(|one| (one.code, one.status, one.window.due - by)).collect()
            };
            let (one, other) = (due(&all, is_mother, start + on), due(&moved, is_mother, start + on + ERA));
            proptest::prop_assert_eq!(told(one, 0), told(other, ERA));
        }
    }
}

#[test]
fn the_next_dose_of_each_vaccine_is_on_the_list() {
    let born = child(Vec::new());
    let at = |on: &str| {
        let found = due(&born, false, day(on));
        let doses = found.into_iter().filter(|one| one.kind == "vaccine");
        doses.map(|one| (one.code.into_owned(), one.status)).collect::<Vec<_>>()
    };
    let birth = at("2026-01-31");
    assert!(birth.contains(&("vaccine-BCG-1".to_owned(), IsDue)), "{birth:?}");
    assert!(birth.contains(&("vaccine-DPT-VGB-HIB-1".to_owned(), Upcoming)), "{birth:?}");
    let two_months = at("2026-03-31");
    assert!(two_months.contains(&("vaccine-DPT-VGB-HIB-1".to_owned(), IsDue)), "{two_months:?}");
}
