//! What value sets hold: filters, includes, imports, pages, versions.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{REQUEST, check, expanded, filtered, scope, shown, value_set};
use crate::terminology::error::TerminologyError;
use crate::terminology::value_set::definition::ValueSet;
use crate::terminology::value_set::expand::{ExpandRequest, expand};
use crate::terminology::version::{Pinned, VersionRules};

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
        let asked = ValueSet::new(Arc::new(asked)).expect("a value set");
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
