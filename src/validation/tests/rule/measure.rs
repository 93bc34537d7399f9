//! Rules of reports about what was measured.

use serde_json::{Value, json};

use super::VALIDATOR;
use crate::validation::request::Request;

const POPULATION: &str = "http://terminology.hl7.org/CodeSystem/measure-population";

fn code(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

fn population(of: &str) -> Value {
    json!({ "code": code(POPULATION, of), "count": 3 })
}

/// A report with the measure it contains.
fn report(scoring: &str, measured: Value, kind: &str, groups: Value) -> Value {
    let scoring = code("http://terminology.hl7.org/CodeSystem/measure-scoring", scoring);
    json!({
        "resourceType": "MeasureReport", "status": "complete", "type": kind, "measure": "#m",
        "period": { "start": "2026" },
        "contained": [{ "resourceType": "Measure", "id": "m", "status": "active",
            "scoring": scoring, "group": measured }],
        "group": groups,
    })
}

/// The measure's population, without what is counted.
fn counted(of: &str) -> Value {
    json!({ "code": code(POPULATION, of), "criteria": { "language": "text/fhirpath", "expression": "true" } })
}

#[track_caller]
fn check(report: &Value, expected: &[(&str, &str)]) {
    let errors = |strict: bool| {
        let found = VALIDATOR.check(report, &Request { strict, ..Request::default() });
        let errors = found.into_iter().filter(|issue| issue.severity.refuses());
        errors.collect::<Vec<_>>()
    };
    let found = errors(true);
    assert_eq!(found.len(), expected.len(), "{report}\n{found:#?}");
    for (issue, (place, part)) in found.iter().zip(expected) {
        assert_eq!(issue.expression.as_deref(), Some(*place));
        assert!(issue.text.en.contains(part), "{:?} does not say {part:?}", issue.text.en);
    }
    // Such a report can be stored.
    assert!(errors(false).is_empty(), "{report}");
}

#[test]
fn populations_are_those_of_the_measure() {
    let measured = json!([{ "population": [counted("numerator"), counted("denominator")] }]);
    let with = |populations: Value| {
        let group = json!([{ "population": populations, "measureScore": { "value": 0.5 } }]);
        report("proportion", measured.clone(), "summary", group)
    };
    check(&with(json!([population("numerator"), population("denominator")])), &[]);
    check(
        &with(json!([population("numerator")])),
        &[("MeasureReport.group[0]", "lacks the population")],
    );
    check(
        &with(json!([
            population("numerator"),
            population("denominator"),
            population("denominator-exclusion")
        ])),
        &[("MeasureReport.group[0].population[2].code", "has no population")],
    );
    check(
        &with(json!([population("numerator"), population("denominator"), population("numerator")])),
        &[("MeasureReport.group[0].population[2].code", "is there already")],
    );
    let mut listed = population("numerator");
    listed["subjectResults"] = json!({ "reference": "List/1" });
    check(
        &with(json!([listed, population("denominator")])),
        &[("MeasureReport.group[0].population[0].subjectResults", "lists subjects")],
    );
}

#[test]
fn stratifiers_are_matched_by_one_of_their_codes() {
    let stratifier = |code: Value| json!([{ "stratifier": [{ "code": code }] }]);
    let measured = json!([{ "stratifier": [{ "code": { "text": "age" },
        "criteria": { "language": "text/fhirpath", "expression": "true" } }] }]);
    let with = |code: Value| report("cohort", measured.clone(), "summary", stratifier(code));
    check(&with(json!([{ "text": "Age" }, { "text": "age" }])), &[]);
    check(
        &with(json!([{ "text": "sex" }])),
        &[
            ("MeasureReport.group[0].stratifier[0].code", "has no stratifier"),
            ("MeasureReport.group[0]", "lacks the stratifier"),
        ],
    );
}

#[test]
fn groups_are_matched_by_code_unless_they_are_alone() {
    let group = |of: &str| json!({ "code": { "text": of } });
    let two = json!([group("a"), group("b")]);
    let with = |groups: Value| report("cohort", two.clone(), "summary", groups);
    check(&with(two.clone()), &[]);
    check(&with(json!([group("a")])), &[("MeasureReport", "lacks the group")]);
    check(
        &with(
            json!([group("a"), { "extension": [{ "url": "http://example.org/x", "valueCode": "a" }] }, group("b")]),
        ),
        &[("MeasureReport.group[1]", "needs a code")],
    );
    // What collects data has no groups.
    let mut collected = with(json!([]));
    collected["type"] = json!("data-collection");
    collected.as_object_mut().expect("an object").remove("group");
    check(&collected, &[]);
    let one = |of: Value| report("cohort", json!([group("a")]), "summary", json!([of]));
    check(&one(json!({ "extension": [{ "url": "http://example.org/x", "valueCode": "a" }] })), &[]);
    check(
        &one(group("b")),
        &[("MeasureReport.group[0].code", "is not the one that the measure has")],
    );
}

#[test]
fn scores_are_as_the_measure_is_scored() {
    let with = |scoring: &str, kind: &str, score: Value| {
        report(scoring, json!([{ "code": { "text": "a" } }]), kind, json!([score]))
    };
    let score = |value: Value| json!({ "measureScore": value });
    let place = "MeasureReport.group[0].measureScore";
    check(&with("cohort", "summary", json!({ "code": { "text": "a" } })), &[]);
    check(&with("cohort", "summary", score(json!({ "value": 1 }))), &[(place, "has no score")]);
    for value in ["0", "1", "0.25"] {
        let value: Value = serde_json::from_str(value).expect("a number");
        check(&with("proportion", "individual", score(json!({ "value": value }))), &[]);
    }
    let value_place = format!("{place}.value");
    for value in ["-0.01", "1.01", "25"] {
        let value: Value = serde_json::from_str(value).expect("a number");
        check(
            &with("proportion", "individual", score(json!({ "value": value }))),
            &[(&value_place, "from 0 to 1")],
        );
    }
    check(
        &with("proportion", "summary", score(json!({ "value": 1, "unit": "%" }))),
        &[(place, "has no unit")],
    );
    check(
        &with("ratio", "summary", json!({ "code": { "text": "a" } })),
        &[(place, "needs a score")],
    );
    check(&with("ratio", "summary", score(json!({ "unit": "x" }))), &[(place, "needs a value")]);
    check(&with("ratio", "summary", score(json!({ "value": 7, "unit": "x" }))), &[]);
}
