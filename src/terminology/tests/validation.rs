//! What is said of single codes, and how soon.

use std::time::Instant;

use serde_json::{Value, json};

use super::{REQUEST, TERMINOLOGY, expanded, filtered, scope, value_set};
use crate::definitions::registry::Registry;
use crate::definitions::shape::Strength;
use crate::terminology::error::TerminologyError;
use crate::terminology::finding::CodePlace;
use crate::terminology::language::Languages;
use crate::terminology::service::{CodeRef, Meaning, Membership, Unknown};
use crate::terminology::system::subsume::{Subsumption, subsumption};
use crate::terminology::validate::in_system;
use crate::terminology::validate::rules::Rules;
use crate::terminology::value_set::expand::ExpandRequest;
use crate::terminology::version::VersionRules;

#[test]
fn codes_are_validated_with_reasons() {
    #[track_caller]
    fn check(code: CodeRef<'_>, rules: &Rules<'_>, holds: bool, details: &[&str]) {
        let scope = scope(Vec::new(), VersionRules::default());
        let verdict = in_system(&scope, code, CodePlace::Coding, rules).expect("a verdict");
        let found: Vec<&str> = verdict.findings.iter().map(|finding| finding.detail).collect();
        assert_eq!((verdict.holds(), &*found), (holds, details), "{code:?}");
    }
    let code = |system: &'static str, code: &'static str, display: Option<&'static str>| CodeRef {
        system: Some(system),
        version: None,
        code,
        display,
    };
    let plain = Rules::default();
    check(code("s", "a", None), &plain, true, &[]);
    check(code("s", "a", Some("alpha")), &plain, true, &[]);
    check(code("s", "a", Some("Chữ cái đầu")), &plain, true, &[]);
    check(code("s", "a", Some("Omega")), &plain, false, &["invalid-display"]);
    let lenient = Rules { lenient_display: true, ..plain };
    check(code("s", "a", Some("Omega")), &lenient, true, &["invalid-display"]);
    let vietnamese = Languages::parse("vi");
    let in_vietnamese = Rules { languages: vietnamese.as_ref(), ..plain };
    check(code("s", "a", Some("Alpha")), &in_vietnamese, false, &["invalid-display"]);
    check(code("s", "b2", Some("Beta two")), &in_vietnamese, true, &["invalid-display"]);
    check(code("s", "nope", None), &plain, false, &["invalid-code"]);
    check(code("s", "b1", None), &plain, true, &["code-comment"]);
    let concrete = Rules { allow_abstract: Some(false), ..plain };
    check(code("s", "b", None), &concrete, false, &["code-rule"]);
    check(code("loose", "oNE", None), &plain, true, &["code-rule"]);
    check(code("part", "q", None), &plain, true, &["invalid-code"]);
    check(code("http://nowhere", "q", None), &plain, false, &["not-found"]);
    check(code("nowhere", "q", None), &plain, false, &["invalid-data"]);
    check(CodeRef { system: None, ..code("", "q", None) }, &plain, false, &["invalid-data"]);
}

#[test]
fn hierarchies_are_known() {
    let scope = scope(Vec::new(), VersionRules::default());
    let stands =
        |a, b| subsumption(&scope, "s", None, (a, b)).expect("an answer").expect("both codes");
    assert_eq!(stands("b", "c"), Subsumption::Subsumes);
    assert_eq!(stands("c", "b"), Subsumption::SubsumedBy);
    assert_eq!(stands("a", "a"), Subsumption::Equivalent);
    assert_eq!(stands("a", "b"), Subsumption::NotSubsumed);
    assert_eq!(subsumption(&scope, "s", None, ("a", "z")).expect("an answer"), Err("z"));
}

#[test]
fn hostile_definitions_meet_a_limit() {
    // Each imports the next one twice: without memory that is 2^40 ways.
    let mut sets: Vec<Value> = (0..40)
        .map(|at| {
            let next = format!("x{}", at + 1);
            let compose = json!({ "include": [{ "valueSet": [next] }, { "valueSet": [next] }],
                "exclude": [{ "valueSet": [next], "system": "s" }] });
            value_set(&format!("x{at}"), &compose)
        })
        .collect();
    sets.push(value_set("x40", &json!({ "include": [{ "system": "s" }] })));
    let compose = json!({ "include": [{ "valueSet": ["x0"] }] });
    let start = Instant::now();
    let _any = expanded(&compose, sets, &REQUEST);
    assert!(start.elapsed().as_secs() < 20);
    // A row that is too long, and a circle.
    let row: Vec<Value> = (0..200)
        .map(|at| {
            let next = format!("y{}", at + 1);
            value_set(&format!("y{at}"), &json!({ "include": [{ "valueSet": [next] }] }))
        })
        .collect();
    let compose = json!({ "include": [{ "valueSet": ["y0"] }] });
    let error = expanded(&compose, row, &REQUEST).expect_err("too deep");
    assert!(matches!(error, TerminologyError::Circular(_)), "{error}");
    let compose = json!({ "include": [{ "system": "s" }], "exclude": [{ "valueSet": ["asked"] }] });
    let error = expanded(&compose, Vec::new(), &REQUEST).expect_err("a circle");
    assert!(matches!(error, TerminologyError::Circular(_)), "{error}");
    // A hierarchy of one code above another, ten thousand times.
    let concepts: Vec<Value> = (0..10_000)
        .map(|at| {
            json!({ "code": format!("d{at}"), "property": [
                { "code": "parent", "valueCode": format!("d{}", at - 1) }] })
        })
        .collect();
    let deep = json!({ "resourceType": "CodeSystem", "url": "deep", "content": "complete",
        "concept": concepts });
    let request = ExpandRequest { flat: false, limit: 20_000, ..REQUEST };
    let below = json!([{ "property": "concept", "op": "is-a", "value": "d5" }]);
    let compose = json!({ "include": [{ "system": "deep", "filter": below }] });
    let found = expanded(&compose, vec![deep], &request).expect("codes");
    assert_eq!(found.total, 9995);
    for (op, value) in [("regex", "(a{1000}){1000}"), ("regex", "("), ("regex", "(?=a)")] {
        let error = expanded(&filtered("code", op, value), Vec::new(), &REQUEST);
        assert!(matches!(error, Err(TerminologyError::Source(_))), "{value}");
    }
    let broken = json!({ "include": [{ "system": "s", "filter": [{ "property": "code" }] }] });
    let error = expanded(&broken, Vec::new(), &REQUEST).expect_err("no value");
    assert_eq!(error.expression(), Some("ValueSet.compose.include[0].filter[0]"));
}

#[test]
fn required_bindings_of_r4_are_known_whole() {
    let registry = Registry::r4().expect("R4");
    let mut checked = 0;
    let mut urls: Vec<&str> = registry
        .shapes
        .iter()
        .flat_map(|shape| shape.elements.iter())
        .filter_map(|element| element.binding.as_ref())
        .filter(|binding| binding.strength == Strength::Required)
        .map(|binding| &*binding.value_set)
        .collect();
    urls.sort_unstable();
    urls.dedup();
    for url in urls {
        let url = url.split('|').next().expect("a URL");
        let member = |code: &str| {
            let code = CodeRef { system: None, version: None, code, display: None };
            TERMINOLOGY.membership(url, code)
        };
        let Some(published) = registry.value_set(url).filter(|set| set.is_complete()) else {
            continue;
        };
        for code in published.codes() {
            assert_eq!(member(code), Membership::Member, "{url} {code}");
        }
        assert_eq!(member("no such code!"), Membership::NotMember, "{url}");
        checked += 1;
    }
    assert!(checked > 200, "{checked}");
}

#[test]
fn sets_without_end_are_answered_by_form() {
    let member = |url: &str, code: &str| {
        TERMINOLOGY.membership(url, CodeRef { system: None, version: None, code, display: None })
    };
    let media_types = "http://hl7.org/fhir/ValueSet/mimetypes";
    assert_eq!(member(media_types, "image/png"), Membership::Member);
    assert_eq!(member(media_types, "png"), Membership::NotMember);
    let units = "http://hl7.org/fhir/ValueSet/ucum-units";
    assert_eq!(member(units, "mm[Hg]"), Membership::Member);
    assert_eq!(member(units, "mmHg"), Membership::NotMember);
    let languages = "http://hl7.org/fhir/ValueSet/all-languages";
    assert_eq!(member(languages, "vi-VN"), Membership::Member);
    let currencies = "http://hl7.org/fhir/ValueSet/currencies";
    assert_eq!(member(currencies, "VND"), Membership::Member);
    let not_known = Membership::Unknown(Unknown::System("urn:iso:std:iso:4217".into()));
    assert_eq!(member(currencies, "dong"), not_known);
    assert_eq!(member("http://example.org/none", "a"), Membership::Unknown(Unknown::ValueSet));
}

#[test]
fn what_is_not_known_is_said() {
    let code = |system, code| CodeRef { system: Some(system), version: None, code, display: None };
    let loinc = "http://loinc.org";
    assert_eq!(TERMINOLOGY.meaning(code(loinc, "8867-4")), Meaning::Unknown);
    let gender = "http://hl7.org/fhir/administrative-gender";
    assert_eq!(TERMINOLOGY.meaning(code(gender, "none")), Meaning::NoCode);
    let known = Meaning::Known { wrong_display: None, is_inactive: false };
    assert_eq!(TERMINOLOGY.meaning(code(gender, "female")), known);
    let snomed = "http://snomed.info/sct?fhir_vs";
    let found = TERMINOLOGY.membership(snomed, code("http://snomed.info/sct", "1"));
    assert_eq!(found, Membership::Unknown(Unknown::System("http://snomed.info/sct".into())));
}

#[test]
fn jurisdictions_are_known_by_their_form() {
    let check = |system: Option<&str>, code: &str, expected: Membership| {
        let code = CodeRef { system, version: None, code, display: None };
        let set = "http://hl7.org/fhir/ValueSet/jurisdiction";
        assert_eq!(TERMINOLOGY.membership(set, code), expected, "{code:?}");
    };
    check(Some("urn:iso:std:iso:3166"), "VN", Membership::Member);
    check(Some("urn:iso:std:iso:3166:-2"), "VN-HN", Membership::Member);
    check(Some("http://unstats.un.org/unsd/methods/m49/m49.htm"), "035", Membership::Member);
    check(Some("http://unstats.un.org/unsd/methods/m49/m49.htm"), "704", Membership::NotMember);
    check(Some("urn:iso:std:iso:3166"), "Vietnam", Membership::NotMember);
    check(None, "VN", Membership::Member);
    check(None, "Vietnam", Membership::NotMember);
}

#[test]
fn membership_is_quick_once_it_is_known() {
    let gender = "http://hl7.org/fhir/ValueSet/administrative-gender";
    let code = CodeRef { system: None, version: None, code: "female", display: None };
    assert_eq!(TERMINOLOGY.membership(gender, code), Membership::Member);
    let start = Instant::now();
    for _ in 0..10_000 {
        assert_eq!(TERMINOLOGY.membership(gender, code), Membership::Member);
    }
    // Without optimisation, on a busy machine; the benches say what it is in a release.
    assert!(start.elapsed().as_millis() < 1000, "{:?}", start.elapsed());
}
