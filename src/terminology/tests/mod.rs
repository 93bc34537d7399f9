//! What the engine says of small definitions made for it, and of R4's own.

mod expansion;
mod validation;

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::terminology::error::TerminologyError;
use crate::terminology::finding::CodePlace;
use crate::terminology::scope::Scope;
use crate::terminology::service::{CodeRef, Terminology};
use crate::terminology::validate::in_value_set;
use crate::terminology::validate::rules::Rules;
use crate::terminology::value_set::expand::{ExpandRequest, Expansion, ExpansionEntry, expand};
use crate::terminology::version::VersionRules;

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
fn shown(entries: &[ExpansionEntry]) -> String {
    let one = |entry: &ExpansionEntry| match &*entry.contains {
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
        let verdict = in_value_set(&scope, &asked, code_ref, CodePlace::Coding, &Rules::default());
        let is_listed = expected.split(' ').any(|listed| listed == code);
        assert_eq!(verdict.expect("a verdict").is_in, is_listed, "{code} in {compose}");
    }
}

fn filtered(property: &str, op: &str, value: &str) -> Value {
    let filter = json!([{ "property": property, "op": op, "value": value }]);
    json!({ "include": [{ "system": "s", "filter": filter }] })
}
