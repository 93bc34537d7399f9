//! Whether the values of an Observation can be what its items mean.

use serde_json::{Map, Value};

use super::demand::{claims, is_withdrawn};
use super::number::{Measured, Which, Within};
use super::reached::{Object, Reached, Whose, reached};
use super::said::{self, issue};
use super::value::{Fit, fit, value};
use crate::fhir::issue::{Issue, IssueCode};
use crate::mch::catalogue::{Catalogue, Coding, Item, catalogue};
use crate::mch::record::concept::codings;

/// The key of a finding in a fetus or a child that does not say in whom.
pub const NOBODY: &str = "mebe-item-subject";

/// What was found about an Observation.
#[derive(Debug, Default)]
pub struct Meaning {
    pub issues: Vec<Issue>,
    /// Whether it promised nothing: no code of ours, no profile of ours claimed.
    pub is_foreign: bool,
}

/// Every finding about a resource; nothing for what is no Observation with an item. `counts` says
/// whether the profile of an item is in force.
pub fn meaning(resource: &Map<String, Value>, counts: impl Fn(&str) -> bool) -> Meaning {
    let is_observation = resource.get("resourceType").is_some_and(|kind| kind == "Observation");
    if !is_observation || is_withdrawn(resource) {
        return Meaning::default();
    }
    let catalogue = catalogue();
    let (whose, mut reached) = reached(catalogue, resource);
    for one in &mut reached {
        one.items.retain(|item| item.observed_under.first().is_none_or(|profile| counts(profile)));
    }
    reached.retain(|one| !one.items.is_empty());
    let claims_ours = claims_ours(catalogue, resource);
    let mut issues = Vec::new();
    for one in &reached {
        kind(catalogue, one, &mut issues);
        numbers(one, whose, &mut issues);
        answer(catalogue, one, &mut issues);
    }
    if whose == Whose::Others {
        pairs(catalogue, resource, &reached, &mut issues);
        order(&reached, &mut issues);
        subject(resource, &reached, &mut issues);
    }
    Meaning { issues, is_foreign: whose == Whose::Others && !claims_ours }
}

fn claims_ours(catalogue: &Catalogue, resource: &Object) -> bool {
    claims(resource).iter().any(|claimed| catalogue.is_profile(claimed))
}

/// What is found about an Observation of one of our mothers or children that promised nothing: what
/// refuses it, where a stranger's is only asked to look again.
pub fn of_ours(resource: &Map<String, Value>, counts: impl Fn(&str) -> bool) -> Vec<Issue> {
    // Who promised something is told by the profile.
    if claims_ours(catalogue(), resource) || reached(catalogue(), resource).0 == Whose::Ours {
        return Vec::new();
    }
    let mut found = meaning(resource, counts);
    found.issues.retain(|issue| found.is_foreign && issue.severity.refuses());
    found.issues
}

impl Reached<'_> {
    /// The path of an element of what has the code.
    fn path(&self, element: &str) -> String {
        match self.component {
            Some(at) => format!("Observation.component[{at}].{element}"),
            None => format!("Observation.{element}"),
        }
    }
}

fn kind(catalogue: &Catalogue, at: &Reached<'_>, issues: &mut Vec<Issue>) {
    let Some((found, value)) = value(at.holder) else { return };
    let Some(fit) = fit(catalogue, at, (found, value)) else { return };
    let told = || {
        let text = said::other_kind(at, found);
        issue("mebe-item-kind", IssueCode::Value, at.path("value"), text)
    };
    match fit {
        Fit::Same => {}
        Fit::Close => issues.push(told().warning()),
        Fit::Wrong => issues.push(told()),
    }
}

/// An answer in a code system of ours is one of the item's list.
fn answer(catalogue: &Catalogue, at: &Reached<'_>, issues: &mut Vec<Issue>) {
    let [item] = at.items[..] else { return };
    let Some(list) = item.value.list.as_deref() else { return };
    let Some(answers) = catalogue.answers(list) else { return };
    let Some(("CodeableConcept", found)) = value(at.holder) else { return };
    // That "not done" is no answer has a rule of its own.
    let is_one = |code: &str| code == "0" || answers.iter().any(|answer| answer.code == code);
    let own = catalogue.system(list);
    let wrong = codings(Some(found))
        .find(|(system, code)| catalogue.is_ours(system) && !(*system == own && is_one(code)));
    if let Some((_, code)) = wrong {
        let text = said::other_answer(at, code, list, answers);
        issues.push(issue("mebe-item-answer", IssueCode::CodeInvalid, at.path("value"), text));
    }
}

fn numbers(at: &Reached<'_>, whose: Whose, issues: &mut Vec<Issue>) {
    let Some((type_name, found)) = value(at.holder) else { return };
    let Some(measured) = Measured::read(type_name, found) else { return };
    let add = |key: &str, text| issue(key, IssueCode::Value, at.path("value"), text);
    if measured.is_of_another_dimension(&at.items) {
        let told = add("mebe-item-unit", said::other_dimension(at, &measured));
        // The same substance, by its amount instead of its mass, is the code of a neighbour.
        let is_close = whose == Whose::Others && measured.is_of_the_other_concentration(&at.items);
        issues.push(if is_close { told.warning() } else { told });
        return;
    }
    // A bare number of something that is measured in a unit was said to be of the wrong kind.
    let is_bare = measured.unit.is_none();
    if is_bare && at.items.iter().all(|item| item.value.unit.is_some()) {
        return;
    }
    if measured.is_part_of_one(&at.items) {
        issues.push(add("mebe-item-kind", said::part_of_one(at, &measured)));
        return;
    }
    let within = |item: &&Item, which| measured.within(item, which, whose);
    let outside = |which| at.items.iter().all(|item| within(item, which) == Within::Outside);
    if outside(Which::Possible) {
        let text = said::outside(at, &measured, Which::Possible, whose);
        issues.push(add("mebe-item-possible", text));
    } else if outside(Which::Plausible) {
        let text = said::outside(at, &measured, Which::Plausible, whose);
        issues.push(add("mebe-item-plausible", text).warning());
    }
}

/// Parts of one panel come together, such as the two of a blood pressure.
fn pairs(
    catalogue: &Catalogue,
    observation: &Object,
    reached: &[Reached<'_>],
    issues: &mut Vec<Issue>,
) {
    let says = |one: &Reached<'_>| {
        value(one.holder).is_some() || one.holder.contains_key("dataAbsentReason")
    };
    for one in reached {
        for (item, panel) in one.items.iter().filter_map(|item| Some((item, item.panel.as_ref()?)))
        {
            let others = catalogue
                .items
                .iter()
                .filter(|other| other.id != item.id && other.panel.as_ref() == Some(panel));
            for other in others {
                if one.component.is_none() {
                    let text = said::alone(item, other);
                    let told =
                        issue("mebe-item-pair", IssueCode::BusinessRule, one.path("code"), text);
                    issues.push(told.warning());
                } else if says(one) && !has(reached, other, says) && !is_absent(observation) {
                    let text = said::half(item, other);
                    let element = "Observation.component".to_owned();
                    let told = issue("mebe-item-pair", IssueCode::Required, element, text);
                    // R4 asks for both in its own panel only.
                    issues.push(if is_of(observation, panel) { told } else { told.warning() });
                }
            }
        }
    }
}

/// The systolic pressure is the highest of a beat and the diastolic the lowest: the first cannot be
/// below the second. Equal ones are for the profile to tell.
fn order(reached: &[Reached<'_>], issues: &mut Vec<Issue>) {
    let of = |item: &str| {
        let mut with = reached.iter().filter(|one| one.component.is_some());
        let one = with.find(|one| one.items.iter().any(|known| known.id == item))?;
        let (name, found) = value(one.holder)?;
        Some((one, Measured::read(name, found)?))
    };
    if let (Some((systolic, high)), Some((diastolic, low))) = (of("A07"), of("A08"))
        && high.is_below(&low)
    {
        let text = said::upside_down((systolic, &high), (diastolic, &low));
        let element = "Observation.component".to_owned();
        issues.push(issue("mebe-item-pair", IssueCode::Value, element, text));
    }
}

fn has<'r>(reached: &[Reached<'r>], item: &Item, says: impl Fn(&Reached<'r>) -> bool) -> bool {
    let mut with = reached.iter().filter(|one| one.items.iter().any(|known| known.id == item.id));
    with.any(says)
}

fn is_of(observation: &Object, panel: &Coding) -> bool {
    let mut codes = codings(observation.get("code"));
    codes.any(|(system, code)| system == panel.system && code == panel.code)
}

/// Whether the Observation itself says why there is no value.
fn is_absent(observation: &Object) -> bool {
    observation.contains_key("dataAbsentReason")
}

/// What is found in a fetus or in a newborn is found in somebody.
fn subject(observation: &Object, reached: &[Reached<'_>], issues: &mut Vec<Issue>) {
    let is_somebody =
        observation.get("subject").and_then(Value::as_object).is_some_and(|subject| {
            ["reference", "identifier", "display"].iter().any(|name| subject.contains_key(*name))
        });
    let Some(first) = reached.first().filter(|_| !is_somebody) else { return };
    let is_of_a_child = |item: &&Item| item.subject != "mother";
    let told =
        issue(NOBODY, IssueCode::Required, "Observation.subject".into(), said::nobody(first));
    let all_of_children = reached.iter().all(|one| one.items.iter().all(is_of_a_child));
    issues.push(if all_of_children { told } else { told.warning() });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn observation(loinc: &str, name: &str, value: Value) -> Value {
        json!({ "resourceType": "Observation", "status": "final", name: value,
            "subject": { "reference": "Patient/a" }, "effectiveDateTime": "2026-02-01",
            "code": { "coding": [{ "system": "http://loinc.org", "code": loinc }] } })
    }

    fn quantity(value: f64, unit: &str) -> Value {
        json!({ "value": value, "system": "http://unitsofmeasure.org", "code": unit })
    }

    #[track_caller]
    fn check(resource: &Value, expected: &[&str]) {
        let found = meaning(resource.as_object().expect("an object"), |_| true).issues;
        let told = |issue: &Issue| {
            let key = issue.rule.as_ref().and_then(|rule| rule.key.clone()).expect("a key");
            let key = key.strip_prefix("mebe-item-").expect("a key of items").to_owned();
            if issue.severity.refuses() { key } else { format!("({key})") }
        };
        assert_eq!(found.iter().map(told).collect::<Vec<_>>(), expected, "{found:#?}");
    }

    #[track_caller]
    fn finds(loinc: &str, name: &str, value: Value, expected: &[&str]) {
        check(&observation(loinc, name, value), expected);
    }

    #[test]
    fn values_are_of_the_kind_the_item_means() {
        finds("29463-7", "valueQuantity", quantity(65.0, "kg"), &[]);
        finds("29463-7", "valueString", json!("nặng"), &["kind"]);
        finds("29463-7", "valueString", json!("65 kg"), &["(kind)"]);
        finds("29463-7", "valueInteger", json!(65), &["(kind)"]);
        finds("29463-7", "valueBoolean", json!(true), &["kind"]);
        finds("29463-7", "valueDateTime", json!("2026"), &["kind"]);
        finds("8665-2", "valueDateTime", json!("2026-01"), &[]);
        finds("8665-2", "valueQuantity", quantity(3.0, "wk"), &["kind"]);
        finds("8665-2", "valueString", json!("Last period: 2025-08-01"), &["(kind)"]);
        finds("9272-6", "valueCodeableConcept", json!({ "text": "Apgar 10" }), &["(kind)"]);
        finds("82810-3", "valueBoolean", json!(true), &["(kind)"]);
        finds("11996-6", "valueInteger", json!(2), &[]);
        finds("11996-6", "valueQuantity", quantity(2.0, "1"), &["(kind)"]);
        finds("11996-6", "valueQuantity", quantity(2.5, "1"), &["(kind)", "kind"]);
        finds("5195-3", "valueBoolean", json!(true), &["(kind)"]);
        finds("5195-3", "valueString", json!("âm tính"), &["(kind)"]);
        finds("882-1", "valueBoolean", json!(true), &["kind"]);
        finds("1-8", "valueString", json!("?"), &[]);
    }

    #[test]
    fn a_laboratory_tells_results_in_many_ways() {
        finds("718-7", "valueString", json!("haemolysed"), &["(kind)"]);
        finds("718-7", "valueBoolean", json!(true), &["(kind)"]);
        finds("718-7", "valueDateTime", json!("2026"), &["kind"]);
        finds("5195-3", "valueQuantity", quantity(0.2, "{index}"), &["(kind)"]);
        finds("20454-5", "valueQuantity", quantity(30.0, "mg/dL"), &["(kind)"]);
        let titre = json!({ "numerator": { "value": 1 }, "denominator": { "value": 32 } });
        finds("20507-0", "valueRatio", titre, &["(kind)"]);
        finds("718-7", "valueQuantity", quantity(7.4, "mmol/L"), &["(unit)"]);
        finds("14749-6", "valueQuantity", quantity(95.0, "mg/dL"), &["(unit)"]);
        finds("718-7", "valueQuantity", quantity(7.4, "cm"), &["unit"]);
    }

    #[test]
    fn a_concept_does_not_say_how_its_value_is_told() {
        let told = |code: &str, name: &str, value: Value| {
            let mut observation = observation(code, name, value);
            observation["code"]["coding"][0]["system"] = json!("http://snomed.info/sct");
            observation
        };
        check(&told("161805006", "valueBoolean", json!(true)), &["(kind)"]);
        check(&told("38341003", "valueDateTime", json!("2019")), &["(kind)"]);
        check(&told("169740003", "valueQuantity", quantity(8.0, "/d")), &["(kind)"]);
        check(&told("284473002", "valueBoolean", json!(true)), &["kind"]);
    }

    #[test]
    fn units_are_of_the_dimension_the_item_has() {
        finds("29463-7", "valueQuantity", quantity(130.0, "[lb_av]"), &[]);
        finds("29463-7", "valueQuantity", quantity(65.0, "cm"), &["unit"]);
        finds("8310-5", "valueQuantity", quantity(98.6, "[degF]"), &[]);
        finds("8310-5", "valueQuantity", quantity(37.0, "kg"), &["unit"]);
        finds("11996-6", "valueQuantity", quantity(2.0, "kg"), &["(kind)", "unit"]);
        finds("8867-4", "valueQuantity", quantity(80.0, "{beats}/min"), &[]);
        finds("29463-7", "valueQuantity", json!({ "value": 65, "unit": "cm" }), &[]);
        finds("29463-7", "valueQuantity", quantity(65.0, "no unit"), &[]);
    }

    #[test]
    fn numbers_are_possible() {
        finds("29463-7", "valueQuantity", quantity(700.0, "kg"), &["possible"]);
        finds("29463-7", "valueQuantity", quantity(7e5, "g"), &["possible"]);
        finds("29463-7", "valueQuantity", quantity(200.0, "kg"), &[]);
        finds("8339-4", "valueQuantity", quantity(3.2, "kg"), &[]);
        finds("8339-4", "valueQuantity", quantity(3.2, "g"), &["possible"]);
        finds("8339-4", "valueQuantity", quantity(211.0, "g"), &["(plausible)"]);
        finds("9272-6", "valueInteger", json!(11), &["possible"]);
        // The booklet counts the pregnancy at hand, LOINC those of any woman.
        finds("11996-6", "valueInteger", json!(0), &[]);
        finds("11640-0", "valueQuantity", quantity(0.0, "1"), &["(kind)"]);
        finds("11996-6", "valueInteger", json!(-1), &["possible"]);
        // Others weigh and measure more persons than mothers and small children.
        finds("718-7", "valueQuantity", quantity(28.0, "g/dL"), &[]);
        finds("718-7", "valueQuantity", quantity(128.0, "g/dL"), &["possible"]);
        finds("8306-3", "valueQuantity", quantity(2.05, "m"), &["(plausible)"]);
        finds("8462-4", "valueQuantity", quantity(0.0, "mm[Hg]"), &["(plausible)", "(pair)"]);
        let below = json!({ "value": 5, "comparator": "<", "system": "http://unitsofmeasure.org", "code": "kg" });
        finds("8339-4", "valueQuantity", below, &[]);
    }

    #[test]
    fn pressures_are_two() {
        let part = |loinc: &str, name: &str, value: Value| json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": loinc }] }, name: value });
        let high = part("8480-6", "valueQuantity", quantity(120.0, "mm[Hg]"));
        let low = part("8462-4", "valueQuantity", quantity(80.0, "mm[Hg]"));
        let absent = part("8462-4", "dataAbsentReason", json!({ "text": "không nghe rõ" }));
        let whole = |parts: &[&Value]| observation("85354-9", "component", json!(parts));
        check(&whole(&[&high, &low]), &[]);
        check(&whole(&[&high]), &["pair"]);
        check(&whole(&[&high, &absent]), &[]);
        let mut other = whole(&[&high]);
        other["code"]["coding"][0]["code"] = json!("35094-2");
        check(&other, &["(pair)"]);
        let higher = part("8462-4", "valueQuantity", quantity(130.0, "mm[Hg]"));
        check(&whole(&[&high, &higher]), &["pair"]);
        finds("8480-6", "valueQuantity", quantity(120.0, "mm[Hg]"), &["(pair)"]);
    }

    /// An Observation of an item of ours.
    fn item(code: &str, name: &str, value: Value) -> Value {
        let mut observation = observation("", name, value);
        observation["code"] = json!({ "coding": [{ "system": "https://mebe.example/fhir/CodeSystem/mch-booklet-item", "code": code }] });
        observation
    }

    /// What is said of the first finding.
    fn said(resource: &Value) -> String {
        let found = meaning(resource.as_object().expect("an object"), |_| true).issues;
        found.first().map(|issue| issue.text.en.clone()).unwrap_or_default()
    }

    #[test]
    fn a_unit_that_was_taken_for_another_is_noticed() {
        for (code, value, unit, meant) in [
            ("A19", 11.2, "g/L", "g/dL"),
            ("A23-1", 92.0, "mmol/L", "mg/dL"),
            ("N27-1", 0.97, "%", "1"),
            ("A29-5", 1.5, "g", "kg"),
            ("A13", 0.95, "cm", "m"),
            ("D15", 0.3, "mL", "L"),
            ("D15", 400.0, "L", "mL"),
            ("D10-1", 480.0, "h", "min"),
            ("K06", 39.0, "d", "wk"),
        ] {
            let resource = item(code, "valueQuantity", quantity(value, unit));
            check(&resource, &["(plausible)"]);
            assert!(
                said(&resource).contains(&format!("Is the unit '{meant}'?")),
                "{code}: {}",
                said(&resource)
            );
        }
        for (code, value, unit, meant) in [
            ("A19", 112.0, "g/dL", "g/L"),
            ("N04", 3.2, "g", "kg"),
            ("G02", 7800.0, "kg", "g"),
            ("P04", 1.56, "cm", "m"),
            ("A09-2", 98.6, "Cel", "[degF]"),
        ] {
            let resource = item(code, "valueQuantity", quantity(value, unit));
            check(&resource, &["possible"]);
            assert!(
                said(&resource).contains(&format!("Is the unit '{meant}'?")),
                "{code}: {}",
                said(&resource)
            );
        }
        for (code, value, unit) in [
            ("A19", 112.0, "g/L"),
            ("A19", 11.2, "g/dL"),
            ("A23-1", 4.6, "mmol/L"),
            ("N27-1", 97.0, "%"),
            ("D15", 300.0, "mL"),
        ] {
            check(&item(code, "valueQuantity", quantity(value, unit)), &[]);
        }
    }

    #[test]
    fn parts_without_a_code_of_ours_are_known_by_everybody_s() {
        let part = |loinc: &str, value: f64| json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": loinc }] }, "valueQuantity": quantity(value, "mm[Hg]") });
        let pressure = |high: f64, low: f64| {
            let mut told =
                item("A07", "component", json!([part("8480-6", high), part("8462-4", low)]));
            let panel = json!({ "system": "http://loinc.org", "code": "85354-9" });
            told["code"]["coding"].as_array_mut().expect("codings").push(panel);
            told
        };
        check(&pressure(110.0, 70.0), &[]);
        check(&pressure(11.0, 7.0), &["possible", "(plausible)"]);
        assert!(said(&pressure(11.0, 7.0)).contains("'cm[Hg]'"));
        check(&pressure(260.0, 140.0), &["(plausible)", "(plausible)"]);
        let coded = |code: &str, value: f64| json!({ "code": item(code, "x", json!(0))["code"], "valueQuantity": quantity(value, "mm[Hg]") });
        check(
            &observation("85354-9", "component", json!([coded("A07", 11.0), coded("A08", 7.0)])),
            &["possible", "(plausible)"],
        );
    }

    #[test]
    fn parts_of_an_item_of_ours_are_held_to_their_own_rows() {
        let code = |code: &str| json!({ "coding": [{ "system": "https://mebe.example/fhir/CodeSystem/mch-booklet-item", "code": code }] });
        let history = |part: &str, name: &str, value: Value| {
            json!({ "resourceType": "Observation", "status": "final", "code": code("O17"),
                "subject": { "reference": "Patient/a" }, "effectiveDateTime": "2026-02-01",
                "component": [{ "code": code(part), name: value }] })
        };
        check(&history("O17-2", "valueQuantity", quantity(39.0, "wk")), &[]);
        check(&history("O17-2", "valueQuantity", quantity(390.0, "wk")), &["possible"]);
        check(&history("O17-5", "valueQuantity", quantity(3100.0, "cm")), &["unit"]);
        check(&history("O17-5", "valueDateTime", json!("2020")), &["kind"]);
        let answer = |list: &str, code: &str| json!({ "coding": [{ "system": format!("https://mebe.example/fhir/CodeSystem/{list}"), "code": code }] });
        let mode =
            |list: &str, code: &str| history("O17-4", "valueCodeableConcept", answer(list, code));
        check(&mode("qd3412-cach-de", "2"), &[]);
        check(&mode("qd3412-cach-de", "8"), &["answer"]);
        check(&mode("qd3412-noi-de", "2"), &["answer"]);
    }

    #[test]
    fn what_is_found_in_a_child_is_found_in_somebody() {
        let nobody = |loinc: &str, name: &str, value: Value| {
            let mut observation = observation(loinc, name, value);
            observation["subject"] = json!({});
            observation
        };
        check(&nobody("55283-6", "valueQuantity", quantity(140.0, "/min")), &["subject"]);
        check(&nobody("9272-6", "valueInteger", json!(8)), &["subject"]);
        check(&nobody("29463-7", "valueQuantity", quantity(65.0, "kg")), &["(subject)"]);
    }
}
