//! Holds one resource against the records around it.

use serde_json::Value;

use crate::fhir::issue::Issue;

use super::item::meaning::of_ours;
use super::record::ours::is_ours;
use super::record::records::{Record, Records};
use super::rule;
use super::rule::report::Report;

/// Whether the rules across records are for a resource. To find it out is a walk through all of it:
/// once a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// It speaks the booklet's own codes or claims one of its profiles.
    Ours,
    /// It may be about one of our mothers or children without knowing the guide: a dose by CVX, a
    /// weight by LOINC. Whose it is decides.
    Perhaps,
    /// It is the affair of others.
    Nobody,
}

impl Concern {
    /// That of a resource.
    pub fn of(resource: &Value) -> Self {
        if is_ours(resource) {
            return Self::Ours;
        }
        let may_be = match resource.get("resourceType").and_then(Value::as_str) {
            Some("Observation") => super::record::topic::is_known(resource) || is_odd(resource),
            Some("Immunization") => super::record::dose::is_known(resource),
            _ => false,
        };
        if may_be { Self::Perhaps } else { Self::Nobody }
    }
}

/// Whether the value of an Observation cannot be what its code means.
fn is_odd(observation: &Value) -> bool {
    let found = observation.as_object().map(|object| of_ours(object, |_| true));
    found.is_some_and(|found| !found.is_empty())
}

/// Whether the rules may be for any of these resources that are stored together. `is_here` says
/// whether a reference leads to one of them: when none of them is ours, what is about a patient among
/// them does not.
pub fn any_concerns<'r>(
    resources: impl Iterator<Item = (Concern, &'r Value)> + Clone,
    is_here: impl Fn(&str) -> bool,
) -> bool {
    let is_elsewhere = |resource: &Value| {
        let patient = resource.get("subject").or(resource.get("patient"));
        let reference = patient.and_then(|patient| patient.get("reference")?.as_str());
        reference.is_some_and(|reference| !is_here(reference))
    };
    resources.clone().any(|(concern, _)| concern == Concern::Ours)
        || resources
            .filter(|(concern, _)| *concern == Concern::Perhaps)
            .any(|(_, resource)| is_elsewhere(resource))
}

/// Whether a resource is held to the rules: it speaks of the booklet, or its patient does.
pub fn is_held(at: Record<'_>, concern: Concern, records: &Records<'_>) -> bool {
    let patient = || records.address(at.resource.get("subject").or(at.resource.get("patient")));
    match concern {
        Concern::Ours => true,
        Concern::Perhaps => patient().is_some_and(|patient| records.is_ours(patient)),
        Concern::Nobody => false,
    }
}

/// Every finding about a resource; it is one of the records.
pub fn check(at: Record<'_>, records: &Records<'_>) -> Vec<Issue> {
    let mut report = Report::default();
    for check in rule::CHECKS {
        check(at, records, &mut report);
    }
    report.issues
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::definitions::base::BASE as GUIDE;
    use crate::fhir::date::Zone;

    const BASE: &str = "http://127.0.0.1:8080/fhir";
    /// 2026-11-22.
    const NOW: i64 = 20_779 * 86_400_000_000;

    /// A family, its links replaced by addresses.
    fn family(file: &std::path::Path) -> Vec<(String, Value)> {
        let mut text = std::fs::read_to_string(file).expect("a family");
        let bundle: Value = serde_json::from_str(&text).expect("JSON");
        for entry in bundle["entry"].as_array().expect("entries") {
            if let Some(url) = entry["fullUrl"].as_str() {
                let to = address(&entry["resource"]);
                text = text.replace(url, &to);
            }
        }
        let mut bundle: Value = serde_json::from_str(&text).expect("JSON");
        let entries = bundle["entry"].as_array_mut().expect("entries");
        let resources = entries.iter_mut().map(|entry| entry["resource"].take());
        resources.map(|resource| (address(&resource), resource)).collect()
    }

    fn address(resource: &Value) -> String {
        let text = |key: &str| resource[key].as_str().expect(key).to_owned();
        format!("{}/{}", text("resourceType"), text("id"))
    }

    /// What is found about each resource of a set.
    fn found(resources: &[(String, Value)]) -> Vec<String> {
        let all = resources.iter().map(|(address, resource)| Record { address, resource });
        let records = Records::new(all.clone(), BASE, Zone::default(), NOW).put_together();
        let mut found = Vec::new();
        for at in all {
            for issue in check(at, &records) {
                let key = issue.rule.as_ref().and_then(|rule| rule.key.clone()).expect("a key");
                let element = issue.expression.clone().unwrap_or_default();
                found.push(format!("{key} {} {element}: {}", at.address, issue.text.en));
            }
        }
        found
    }

    #[test]
    fn sample_families_hold_together() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/families");
        for file in std::fs::read_dir(folder).expect("families") {
            let file = file.expect("a file").path();
            if file.extension().is_some_and(|extension| extension == "json") {
                let found = found(&family(&file));
                assert!(found.is_empty(), "{}:\n{}", file.display(), found.join("\n"));
            }
        }
    }

    /// A first pregnancy and its child, one element changed.
    fn changed(address: &str, pointer: &str, value: Value) -> Vec<(String, Value)> {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/examples/families/01-first-pregnancy-full-antenatal-care.json"
        );
        let mut resources = family(file.as_ref());
        let resource = resources.iter_mut().find(|(found, _)| found == address).expect(address);
        *resource.1.pointer_mut(pointer).expect(pointer) = value;
        resources
    }

    #[track_caller]
    fn finds(address: &str, pointer: &str, value: Value, expected: &str) {
        let found = found(&changed(address, pointer, value));
        let is_there = found.iter().any(|one| one.starts_with(&format!("{expected} ")));
        assert!(is_there, "{expected} is not in:\n{}", found.join("\n"));
    }

    #[test]
    fn contradictions_are_found() {
        const MOTHER: &str = "Patient/me-nguyen-thi-anh";
        const CHILD: &str = "Patient/be-pham-minh-anh";
        const VISIT: &str = "Encounter/nguyen-thi-anh-anc1";
        const EPISODE: &str = "EpisodeOfCare/nguyen-thi-anh-quan-ly-thai";
        let to = |address: &str| json!({ "reference": address });
        for (address, pointer, value, expected) in [
            (VISIT, "/subject", to(CHILD), "mebe-wrong-episode"),
            (VISIT, "/period/start", json!("2025-06-01T08:00:00+07:00"), "mebe-before-lmp"),
            (VISIT, "/period/start", json!("2026-07-20T08:00:00+07:00"), "mebe-after-episode"),
            (MOTHER, "/gender", json!("male"), "mebe-male-mother"),
            (MOTHER, "/gender", json!("male"), "mebe-cccd-sex"),
            (MOTHER, "/birthDate", json!("1997-03-14"), "mebe-cccd-birth-year"),
            (MOTHER, "/birthDate", json!("2017-03-14"), "mebe-mother-too-young"),
            (CHILD, "/birthDate", json!("2026-10-08"), "mebe-birth-outside-pregnancy"),
            (CHILD, "/birthDate", json!("2026-10-08"), "mebe-child-before-birth"),
            (CHILD, "/identifier/0/value", json!("001198000001"), "mebe-number-of-mother"),
            (
                CHILD,
                "/address/0/extension/0/valueCoding/code",
                json!("48"),
                "mebe-commune-of-province",
            ),
            (EPISODE, "/period/end", json!("2026-01-01"), "mebe-after-episode"),
        ] {
            finds(address, pointer, value, expected);
        }
    }

    /// A girl born on 2026-01-01, and what is said of her.
    #[track_caller]
    fn finds_of_child(said: &[Value], expected: &[&str]) {
        let child = json!({ "resourceType": "Patient", "id": "c", "gender": "female", "birthDate": "2026-01-01" });
        let mut resources = vec![("Patient/c".to_owned(), child)];
        for (number, resource) in said.iter().enumerate() {
            let kind = resource["resourceType"].as_str().expect("a type");
            resources.push((format!("{kind}/{number}"), resource.clone()));
        }
        let mut keys: Vec<String> = found(&resources);
        keys.iter_mut().for_each(|one| one.truncate(one.find(' ').expect("a key")));
        keys.sort();
        keys.dedup();
        assert_eq!(keys, expected);
    }

    fn observation(loinc: &str, day: &str, value: (&str, Value)) -> Value {
        let code = json!({ "coding": [{ "system": "http://loinc.org", "code": loinc }] });
        let (name, value) = value;
        json!({ "resourceType": "Observation", "status": "final", "code": code, name: value,
            "subject": { "reference": "Patient/c" }, "effectiveDateTime": day })
    }

    /// The same, told by an item of the booklet alone.
    fn item(code: &str, day: &str, value: (&str, Value)) -> Value {
        let mut told = observation("", day, value);
        told["code"] = json!({ "coding": [{ "system": format!("{GUIDE}/CodeSystem/mch-booklet-item"), "code": code }] });
        told
    }

    #[test]
    fn the_booklet_s_own_codes_tell_the_same() {
        let kilograms = |value: f64| {
            (
                "valueQuantity",
                json!({ "value": value, "code": "kg", "system": "http://unitsofmeasure.org" }),
            )
        };
        let count = |value: u64| ("valueInteger", json!(value));
        for (said, expected) in [
            (vec![item("G02", "2026-03-01", kilograms(20.0))], "mebe-z-score"),
            (
                vec![item("N07", "2026-01-01", count(8)), item("N08", "2026-01-01", count(5))],
                "mebe-apgar-falls",
            ),
            (
                vec![item("O01", "2026-03-01", count(2)), item("O02", "2026-03-01", count(2))],
                "mebe-para-gravida",
            ),
            (
                vec![item("P01", "2026-03-01", ("valueDateTime", json!("2026-04-01")))],
                "mebe-lmp-in-future",
            ),
        ] {
            finds_of_child(&said, &[expected]);
        }
    }

    #[test]
    fn a_fetal_death_leaves_fewer_alive_than_born() {
        let of = |code: &str, value: (&str, Value)| {
            let mut told = item(code, "2026-03-01", value);
            told["focus"] = json!([{ "reference": "Condition/p" }]);
            told
        };
        let death = of("N01", ("valueBoolean", json!(true)));
        let count = |code: &str, value: u64| of(code, ("valueInteger", json!(value)));
        let with = |alive: u64| vec![death.clone(), count("D20-1", 2), count("D20-2", alive)];
        finds_of_child(&with(1), &[]);
        finds_of_child(&with(2), &["mebe-stillborn-and-live"]);
    }

    #[test]
    fn others_are_held_to_the_rules_where_the_patient_is_ours() {
        let patient = |claimed: Value| {
            (
                "Patient/c".to_owned(),
                json!({ "resourceType": "Patient", "meta": { "profile": claimed } }),
            )
        };
        let weight = ("Observation/w".to_owned(), weight("2026-03-01", 20.0));
        for (claimed, expected) in
            [(json!([]), false), (json!([format!("{GUIDE}/StructureDefinition/mch-child")]), true)]
        {
            let all = [patient(claimed), weight.clone()];
            let all: Vec<_> =
                all.iter().map(|(address, resource)| Record { address, resource }).collect();
            let records = Records::new(all.clone(), BASE, Zone::default(), NOW).put_together();
            let weight = *all.last().expect("the weight");
            let concern = Concern::of(weight.resource);
            assert_eq!(is_held(weight, concern, &records), expected);
        }
    }

    fn weight(day: &str, kilograms: f64) -> Value {
        let value =
            json!({ "value": kilograms, "code": "kg", "system": "http://unitsofmeasure.org" });
        observation("29463-7", day, ("valueQuantity", value))
    }

    fn dose(cvx: &str, day: &str, number: u32) -> Value {
        let code = json!({ "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": cvx }] });
        json!({ "resourceType": "Immunization", "status": "completed", "vaccineCode": code,
            "patient": { "reference": "Patient/c" }, "occurrenceDateTime": day,
            "protocolApplied": [{ "doseNumberPositiveInt": number }] })
    }

    #[test]
    fn growth_is_held_to_the_standard_and_to_itself() {
        finds_of_child(&[weight("2026-02-01", 4.2), weight("2026-03-01", 5.1)], &[]);
        finds_of_child(&[weight("2026-02-01", 42.0)], &["mebe-z-score"]);
        finds_of_child(
            &[weight("2026-02-01", 4.2), weight("2026-03-01", 8.9)],
            &["mebe-growth-jump"],
        );
        finds_of_child(&[weight("2025-12-01", 4.2)], &["mebe-child-before-birth"]);
        // A month alone proves no order.
        finds_of_child(&[weight("2026-01", 3.1)], &[]);
    }

    #[test]
    fn doses_are_held_to_age_and_to_each_other() {
        finds_of_child(&[dose("198", "2026-03-01", 1), dose("198", "2026-04-01", 2)], &[]);
        finds_of_child(&[dose("198", "2026-01-20", 1)], &["mebe-vaccine-too-early"]);
        finds_of_child(
            &[dose("198", "2026-03-01", 1), dose("198", "2026-03-15", 2)],
            &["mebe-vaccine-interval"],
        );
        finds_of_child(
            &[dose("198", "2026-03-01", 2), dose("198", "2026-04-01", 1)],
            &["mebe-dose-order"],
        );
        finds_of_child(
            &[dose("198", "2026-03-01", 1), dose("01", "2026-03-01", 1)],
            &["mebe-same-antigen-same-day"],
        );
        finds_of_child(&[dose("178", "2026-06-01", 1), dose("10", "2026-06-01", 1)], &[]);
    }

    #[test]
    fn a_newborn_does_not_contradict_itself() {
        let apgar =
            |loinc, score: i64| observation(loinc, "2026-01-01", ("valueInteger", json!(score)));
        finds_of_child(&[apgar("9272-6", 7), apgar("9274-2", 9)], &[]);
        finds_of_child(&[apgar("9272-6", 9), apgar("9274-2", 7)], &["mebe-apgar-falls"]);
        let mut death = observation("0", "2026-01-01", ("valueBoolean", json!(true)));
        death["code"] = json!({ "coding": [
            { "system": "https://mebe.example/fhir/CodeSystem/mch-booklet-item", "code": "N01" }] });
        finds_of_child(&[death, apgar("9274-2", 9)], &["mebe-stillborn-and-live"]);
    }

    #[test]
    fn histories_and_dates_of_a_pregnancy_agree() {
        let count =
            |loinc, value: u32| observation(loinc, "2026-02-01", ("valueInteger", json!(value)));
        finds_of_child(&[count("11996-6", 3), count("11639-2", 2)], &[]);
        finds_of_child(&[count("11996-6", 2), count("11639-2", 2)], &["mebe-para-gravida"]);
        let lmp =
            |value: &str| observation("8665-2", "2026-02-01", ("valueDateTime", json!(value)));
        finds_of_child(&[lmp("2026-01-05")], &[]);
        finds_of_child(&[lmp("2026-05-05")], &["mebe-lmp-in-future"]);
    }

    #[test]
    fn pregnancies_are_one_at_a_time_and_dated_alike() {
        let code = json!([{ "coding": [
            { "system": "https://mebe.example/fhir/CodeSystem/mch-episode-type", "code": "pregnancy" }] }]);
        let episode = json!({ "resourceType": "EpisodeOfCare", "status": "active", "type": code,
            "patient": { "reference": "Patient/c" }, "period": { "start": "2026-02-01" } });
        finds_of_child(std::slice::from_ref(&episode), &[]);
        finds_of_child(&[episode.clone(), episode.clone()], &["mebe-two-pregnancies"]);
        let lmp = observation("8665-2", "2026-02-01", ("valueDateTime", json!("2026-01-05")));
        let due =
            |value: &str| observation("11779-6", "2026-02-01", ("valueDateTime", json!(value)));
        finds_of_child(&[episode.clone(), lmp.clone(), due("2026-10-12")], &[]);
        finds_of_child(
            &[episode.clone(), lmp.clone(), due("2026-11-12")],
            &["mebe-due-date-disagrees"],
        );
        let weeks = |weeks: f64| {
            let value =
                json!({ "value": weeks, "code": "wk", "system": "http://unitsofmeasure.org" });
            observation("11885-1", "2026-03-30", ("valueQuantity", value))
        };
        finds_of_child(&[episode.clone(), lmp.clone(), weeks(12.0)], &[]);
        finds_of_child(&[episode, lmp, weeks(20.0)], &["mebe-gestation-disagrees"]);
    }
}
