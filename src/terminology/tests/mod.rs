//! What the engine says of small definitions made for it, and of R4's own.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use serde_json::{Value, json};

use super::checks::Rules;
use super::error::TerminologyError;
use super::expand::{Entry, ExpandRequest, Expansion, expand};
use super::finding::Place;
use super::language::Languages;
use super::scope::Scope;
use super::service::{CodeRef, Meaning, Membership, Terminology, Unknown};
use super::subsume::{Subsumption, subsumption};
use super::validate::{in_system, in_value_set};
use super::version::{Pinned, VersionRules};
use crate::definitions::registry::Registry;
use crate::definitions::shape::Strength;

static TERMINOLOGY: LazyLock<Terminology> =
    LazyLock::new(|| Terminology::new(Arc::new(Registry::r4().expect("R4"))));

/// A system with a hierarchy, two versions of another one, and one that ignores case.
fn systems() -> Vec<Value> {
    let simple = json!({
        "resourceType": "CodeSystem", "url": "s", "version": "1", "content": "complete",
        "caseSensitive": true, "language": "en",
        "property": [{ "code": "kind", "type": "code" }],
        "concept": [
            { "code": "a", "display": "Alpha", "property": [{ "code": "kind", "valueCode": "x" }],
              "designation": [{ "language": "vi", "value": "Chữ cái đầu" }] },
            { "code": "b", "display": "Beta", "property": [
                { "code": "notSelectable", "valueBoolean": true } ],
              "concept": [
                { "code": "b1", "display": "Beta one",
                  "property": [{ "code": "status", "valueCode": "retired" }],
                  "concept": [{ "code": "b1x", "display": "Deep" }] },
                { "code": "b2", "display": "Beta two",
                  "property": [{ "code": "kind", "valueCode": "y" }] }] },
            { "code": "c", "property": [{ "code": "parent", "valueCode": "b2" }] }],
    });
    let version = |version: &str, codes: &[&str]| {
        let concepts: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
        json!({ "resourceType": "CodeSystem", "url": "v", "version": version,
            "content": "complete", "concept": concepts })
    };
    let loose = json!({
        "resourceType": "CodeSystem", "url": "loose", "content": "complete",
        "caseSensitive": false, "concept": [{ "code": "One", "display": "One" }],
    });
    let part = json!({
        "resourceType": "CodeSystem", "url": "part", "content": "fragment",
        "concept": [{ "code": "p" }],
    });
    vec![simple, version("1.0", &["old", "both"]), version("2.0", &["both", "new"]), loose, part]
}

fn scope(more: Vec<Value>, versions: VersionRules) -> Scope<'static> {
    let given = systems().into_iter().chain(more).map(Arc::new).collect();
    Scope::with(&TERMINOLOGY, given, versions)
}

fn value_set(url: &str, compose: &Value) -> Value {
    json!({ "resourceType": "ValueSet", "url": url, "status": "active", "compose": compose })
}

const REQUEST: ExpandRequest<'_> = ExpandRequest {
    filter: "",
    offset: 0,
    count: None,
    limit: 1000,
    active_only: false,
    without_abstract: false,
    flat: true,
};

fn expanded(
    compose: &Value,
    more: Vec<Value>,
    request: &ExpandRequest<'_>,
) -> Result<Expansion, TerminologyError> {
    let mut all = more;
    all.push(value_set("asked", compose));
    let scope = scope(all, VersionRules::default());
    let asked = scope.value_set("asked")?;
    expand(&scope, &asked, request)
}

/// Codes, with those below one in brackets behind it.
fn shown(entries: &[Entry]) -> String {
    let one = |entry: &Entry| match &*entry.contains {
        [] => entry.found.concept.code.to_string(),
        below => format!("{}({})", entry.found.concept.code, shown(below)),
    };
    entries.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(compose: &Value, expected: &str) {
    let found = expanded(compose, Vec::new(), &REQUEST).expect("an expansion");
    assert_eq!(shown(&found.entries), expected, "{compose}");
    // What is asked of one code is the same as what is listed.
    let scope = scope(vec![value_set("asked", compose)], VersionRules::default());
    let asked = scope.value_set("asked").expect("a value set");
    for code in ["a", "b", "b1", "b1x", "b2", "c"] {
        let code_ref = CodeRef { system: Some("s"), version: None, code, display: None };
        let verdict = in_value_set(&scope, &asked, code_ref, Place::Coding, &Rules::default());
        let is_listed = expected.split(' ').any(|listed| listed == code);
        assert_eq!(verdict.expect("a verdict").is_in, is_listed, "{code} in {compose}");
    }
}

fn filtered(property: &str, op: &str, value: &str) -> Value {
    let filter = json!([{ "property": property, "op": op, "value": value }]);
    json!({ "include": [{ "system": "s", "filter": filter }] })
}

#[test]
fn filters_select_codes() {
    check(&json!({ "include": [{ "system": "s" }] }), "a b b1 b1x b2 c");
    check(&filtered("concept", "is-a", "b"), "b b1 b1x b2 c");
    check(&filtered("concept", "descendent-of", "b"), "b1 b1x b2 c");
    check(&filtered("concept", "is-not-a", "b1"), "a b b2 c");
    check(&filtered("concept", "generalizes", "b1x"), "b b1 b1x");
    check(&filtered("concept", "child-of", "b"), "b1 b2");
    check(&filtered("concept", "descendent-leaf", "b"), "b1x c");
    check(&filtered("concept", "is-a", "nope"), "");
    check(&filtered("code", "=", "a"), "a");
    check(&filtered("code", "in", "a, c"), "a c");
    check(&filtered("code", "not-in", "a,c"), "b b1 b1x b2");
    check(&filtered("code", "regex", "b."), "b1 b2");
    check(&filtered("display", "regex", "Beta.*"), "b b1 b2");
    check(&filtered("kind", "=", "x"), "a");
    check(&filtered("kind", "in", "x,y"), "a b2");
    check(&filtered("kind", "exists", "true"), "a b2");
    check(&filtered("kind", "exists", "false"), "b b1 b1x c");
    check(&filtered("display", "exists", "false"), "c");
    check(&filtered("parent", "=", "b"), "b1 b2");
}

#[test]
fn properties_are_compared_as_what_they_are() {
    let typed = json!({
        "resourceType": "CodeSystem", "url": "typed", "content": "complete",
        "property": [{ "code": "declared", "type": "string" }],
        "concept": [{ "code": "1", "property": [
            { "code": "dose", "valueDecimal": 1.5 }, { "code": "count", "valueInteger": 3 },
            { "code": "part", "valueCoding": { "system": "p", "code": "q", "display": "Q" } },
            { "code": "since", "valueDateTime": "2020-01-02" }, { "code": "ok", "valueBoolean": true }] }],
    });
    let check = |property: &str, op: &str, value: &str, expected: Result<usize, &str>| {
        let filter = json!([{ "property": property, "op": op, "value": value }]);
        let compose = json!({ "include": [{ "system": "typed", "filter": filter }] });
        let found = expanded(&compose, vec![typed.clone()], &REQUEST);
        let found = found.map(|found| found.total).map_err(|error| error.detail().unwrap_or("-"));
        assert_eq!(found, expected, "{property} {op} {value}");
    };
    check("dose", "=", "1.50", Ok(1));
    check("count", "in", "2, 3.0", Ok(1));
    check("part", "=", "q", Ok(1));
    check("part", "=", "p|q", Ok(1));
    check("part", "=", "Q", Ok(1));
    check("part", "=", "x|q", Ok(0));
    check("since", "=", "2020-01-02", Ok(1));
    check("ok", "=", "TRUE", Ok(0));
    check("declared", "exists", "false", Ok(1));
    check("inactive", "=", "false", Ok(1));
    // Nothing is known of these, so it is not for certain that there are no codes.
    check("no-such", "=", "1", Err("vs-invalid"));
    check("part", "is-a", "q", Err("vs-invalid"));
}

#[test]
fn systems_and_codes_for_grouping_are_left_out_when_asked() {
    let both = json!({ "include": [{ "system": "s" }, { "system": "v", "version": "1.0" }] });
    let without = |system: &str, version: Option<&str>| {
        let exclude = vec![(system.into(), version.map(Into::into))];
        let scope = scope(Vec::new(), VersionRules { exclude, ..VersionRules::default() });
        let asked = value_set("asked", &both);
        let asked = super::value_set::ValueSet::new(Arc::new(asked)).expect("a value set");
        shown(&expand(&scope, &asked, &REQUEST).expect("codes").entries)
    };
    assert_eq!(without("s", None), "old both");
    assert_eq!(without("v", Some("1.0")), "a b b1 b1x b2 c");
    assert_eq!(without("v", Some("2.0")), "a b b1 b1x b2 c old both");
    let all = json!({ "include": [{ "system": "s" }] });
    let page = ExpandRequest { without_abstract: true, count: Some(2), offset: 1, ..REQUEST };
    let found = expanded(&all, Vec::new(), &page).expect("codes");
    assert_eq!((&*shown(&found.entries), found.total), ("b1 b1x", 5));
}

#[test]
fn includes_are_joined_and_excludes_taken_out() {
    let listed = |codes: &[&str]| {
        let concepts: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
        json!({ "system": "s", "concept": concepts })
    };
    check(&json!({ "include": [listed(&["c", "nope", "a"])] }), "c a");
    check(&json!({ "include": [listed(&["a"]), listed(&["a", "c"])] }), "a c");
    check(
        &json!({ "include": [{ "system": "s" }], "exclude": [listed(&["a", "b1"])] }),
        "b b1x b2 c",
    );
    check(&json!({ "inactive": false, "include": [{ "system": "s" }] }), "a b b1x b2 c");
}

#[test]
fn imported_value_sets_are_intersected() {
    let first = value_set("first", &filtered("concept", "is-a", "b"));
    let second = value_set("second", &filtered("concept", "generalizes", "b1x"));
    let compose = json!({ "include": [{ "valueSet": ["first", "second"] }] });
    let found = expanded(&compose, vec![first.clone(), second.clone()], &REQUEST).expect("codes");
    assert_eq!(shown(&found.entries), "b b1 b1x");
    assert_eq!(found.value_sets.len(), 2);
    let compose = json!({ "include": [{ "system": "s", "valueSet": ["second"] }],
        "exclude": [{ "valueSet": ["first"], "system": "s", "concept": [{ "code": "b1" }] }] });
    let found = expanded(&compose, vec![first, second], &REQUEST).expect("codes");
    assert_eq!(shown(&found.entries), "b b1x");
}

#[test]
fn expansions_are_nested_searched_and_paged() {
    let all = json!({ "include": [{ "system": "s" }] });
    let shown_as = |request: &ExpandRequest<'_>| {
        let found = expanded(&all, Vec::new(), request).expect("codes");
        (shown(&found.entries), found.total)
    };
    let nested = ExpandRequest { flat: false, ..REQUEST };
    assert_eq!(shown_as(&nested), ("a b(b1(b1x) b2(c))".into(), 6));
    let active = ExpandRequest { active_only: true, ..nested };
    assert_eq!(shown_as(&active), ("a b(b1x b2(c))".into(), 5));
    let page = ExpandRequest { offset: 1, count: Some(2), ..nested };
    assert_eq!(shown_as(&page), ("b b1".into(), 6));
    let counted = ExpandRequest { count: Some(0), ..REQUEST };
    assert_eq!(shown_as(&counted), (String::new(), 6));
    let words = ExpandRequest { filter: "be tw", ..REQUEST };
    assert_eq!(shown_as(&words), ("b2".into(), 1));
    let vietnamese = ExpandRequest { filter: "chu cai", ..REQUEST };
    assert_eq!(shown_as(&vietnamese), ("a".into(), 1));
    let few = ExpandRequest { limit: 5, ..REQUEST };
    let error = expanded(&all, Vec::new(), &few).expect_err("too many");
    assert!(matches!(error, TerminologyError::TooCostly { limit: 5 }), "{error}");
}

#[test]
fn versions_are_chosen_by_value_sets_and_parameters() {
    #[track_caller]
    fn check(version: Option<&str>, rules: VersionRules, expected: &str) {
        let mut include = json!({ "system": "v" });
        if let Some(version) = version {
            include["version"] = json!(version);
        }
        let asked = value_set("asked", &json!({ "include": [include] }));
        let scope = scope(vec![asked], rules);
        let asked = scope.value_set("asked").expect("a value set");
        let found = expand(&scope, &asked, &REQUEST);
        let found = found
            .map_or_else(|error| error.detail().unwrap_or("-").into(), |one| shown(&one.entries));
        assert_eq!(found, expected, "{version:?}");
    }
    let pinned = |version: &str| vec![Pinned { url: "v".into(), version: version.into() }];
    let none = VersionRules::default;
    check(None, none(), "both new");
    check(Some("1.0"), none(), "old both");
    check(Some("1.x"), none(), "old both");
    check(Some("3.0"), none(), "not-found");
    let force = VersionRules { force: pinned("1.0"), ..none() };
    check(Some("2.0"), force, "old both");
    let default = VersionRules { default: pinned("1.0"), ..none() };
    check(None, default.clone(), "old both");
    check(Some("2.0"), default, "both new");
    let wanted = VersionRules { check: pinned("1.x"), ..none() };
    check(Some("2.0"), wanted.clone(), "version-error");
    check(None, wanted, "old both");
}

#[test]
fn codes_are_validated_with_reasons() {
    #[track_caller]
    fn check(code: CodeRef<'_>, rules: &Rules<'_>, holds: bool, details: &[&str]) {
        let scope = scope(Vec::new(), VersionRules::default());
        let verdict = in_system(&scope, code, Place::Coding, rules).expect("a verdict");
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
