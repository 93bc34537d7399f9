//! What stands for other resources, and is seen with them: a `Provenance` and a `Linkage`, a `List` or
//! `Composition` without a subject, a `Binary` whose protection is not a Patient's, a stored `Bundle`.

use serde_json::Value;

use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::fhir::reference::Target;

use super::own;
use super::row::{Reference, Rows, Token};

/// <https://terminology.hl7.org/CodeSystem-v3-ActCode.html>: what kind of secret it is.
const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
/// <https://terminology.hl7.org/CodeSystem-v3-Confidentiality.html>
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// The types that have parts.
pub const KINDS: [&str; 5] = ["Binary", "Composition", "Linkage", "List", "Provenance"];

/// Adds what a resource stands for, and the types of what it holds.
pub(super) fn add(kind: ResourceKind, resource: &Value, base: &str, rows: &mut Rows) {
    let param = own::parts(kind);
    for part in parts(kind, resource) {
        let local = text(part, "reference").map(|link| Target::parse(link, base));
        // What is nowhere here is seen by nobody.
        let (kind, target) = match local {
            Some(Target::Local { kind, id, .. }) => (kind.number(), id.to_owned()),
            _ => (-1, String::new()),
        };
        rows.references.push(Reference { param, kind, target });
    }
    if kind.name() == "Bundle" {
        let param = own::holds(kind);
        let mut names: Vec<&str> = Vec::new();
        held(resource, &mut |one| names.extend(text(one, "resourceType")));
        let token = |name: &str| Token { param, system: 0, code: name.to_owned() };
        rows.tokens.extend(names.into_iter().map(token));
    }
}

fn parts(kind: ResourceKind, resource: &Value) -> Vec<&Value> {
    let each = |name: &str, within: &'static str| {
        let all = members(resource, name).iter();
        all.filter_map(move |one| member(one, within)).collect::<Vec<_>>()
    };
    let has_subject = member(resource, "subject").is_some();
    match kind.name() {
        "Provenance" => members(resource, "target").iter().collect(),
        "Linkage" => each("item", "resource"),
        "List" if !has_subject => each("entry", "item"),
        "Composition" if !has_subject => {
            let mut all = Vec::new();
            let mut open: Vec<&Value> = members(resource, "section").iter().collect();
            while let Some(section) = open.pop() {
                all.extend(members(section, "entry"));
                open.extend(members(section, "section"));
            }
            all
        }
        "Binary" => {
            let context = member(resource, "securityContext");
            let link = context.and_then(|context| text(context, "reference"));
            let is_patient =
                link.is_some_and(|link| link.split('/').rev().nth(1) == Some("Patient"));
            context.filter(|_| !is_patient).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Calls for each resource in a Bundle, those in Bundles within it too.
fn held<'v>(bundle: &'v Value, take: &mut impl FnMut(&'v Value)) {
    let mut open = vec![bundle];
    while let Some(one) = open.pop() {
        for entry in members(one, "entry") {
            let Some(resource) = member(entry, "resource") else { continue };
            take(resource);
            if text(resource, "resourceType") == Some("Bundle") {
                open.push(resource);
            }
        }
    }
}

/// The labels that must be opened: its own, and those of what a Bundle holds.
pub(super) fn labels(kind: ResourceKind, resource: &Value) -> Option<String> {
    let mut keys = of_one(resource);
    if kind.name() == "Bundle" {
        held(resource, &mut |one| keys.extend(of_one(one)));
    }
    own::of_labels(&mut keys)
}

/// `V` is a key beside others, `R` only where there is no other.
fn of_one(resource: &Value) -> Vec<&str> {
    let Some(meta) = member(resource, "meta") else { return Vec::new() };
    let security = members(meta, "security");
    let of = |system: &'static str| {
        let coded = security.iter().filter(move |one| text(one, "system") == Some(system));
        coded.filter_map(|one| text(one, "code"))
    };
    let mut keys: Vec<&str> = of(ACT_CODE).collect();
    keys.extend(of(CONFIDENTIALITY).filter(|code| *code == "V"));
    if keys.is_empty() {
        keys.extend(of(CONFIDENTIALITY).filter(|code| *code == "R"));
    }
    keys
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_keys(security: &Value, expected: Option<&str>) {
        let resource = json!({ "meta": { "security": security } });
        let found = labels(ResourceKind::PATIENT, &resource);
        assert_eq!(found.as_deref(), expected, "{security}");
    }

    #[test]
    fn restricted_is_a_key_only_where_there_is_no_other() {
        let act = |code: &str| json!({ "system": ACT_CODE, "code": code });
        let of = |code: &str| json!({ "system": CONFIDENTIALITY, "code": code });
        check_keys(&json!([]), None);
        check_keys(&json!([of("N")]), None);
        check_keys(&json!([of("R")]), Some("R"));
        check_keys(&json!([of("R"), act("HIV")]), Some("HIV"));
        check_keys(&json!([of("V"), act("HIV"), act("HIV")]), Some("HIV V"));
        check_keys(&json!([of("V"), of("R")]), Some("V"));
        check_keys(&json!([{ "system": "http://other.example", "code": "HIV" }]), None);
    }

    #[track_caller]
    fn check_parts(resource: &Value, expected: &[&str]) {
        let kind = text(resource, "resourceType").and_then(ResourceKind::parse).expect("a type");
        let mut rows = Rows::default();
        add(kind, resource, "https://me.example/fhir", &mut rows);
        let named = |row: &Reference| {
            let kind = ResourceKind::from_number(row.kind);
            kind.map_or("elsewhere".to_owned(), |kind| format!("{kind}/{}", row.target))
        };
        let found: Vec<String> = rows.references.iter().map(named).collect();
        assert_eq!(found, expected, "{resource}");
    }

    #[test]
    fn what_has_a_subject_is_seen_by_it() {
        let to = |address: &str| json!({ "reference": address });
        let target = json!([to("Patient/a"), to("https://me.example/fhir/Task/t/_history/2"),
            to("https://his.example/Task/t"), { "display": "x" }]);
        check_parts(
            &json!({ "resourceType": "Provenance", "target": target }),
            &["Patient/a", "Task/t", "elsewhere", "elsewhere"],
        );
        let mut list = json!({ "resourceType": "List", "entry": [{ "item": to("Task/t") }] });
        check_parts(&list, &["Task/t"]);
        list["subject"] = to("Patient/a");
        check_parts(&list, &[]);
        let sections =
            json!([{ "entry": [to("Task/t")], "section": [{ "entry": [to("Task/u")] }] }]);
        let composition = json!({ "resourceType": "Composition", "section": sections });
        check_parts(&composition, &["Task/t", "Task/u"]);
        let binary = |of: &str| json!({ "resourceType": "Binary", "securityContext": to(of) });
        check_parts(&binary("Patient/a"), &[]);
        check_parts(&binary("DocumentReference/d"), &["DocumentReference/d"]);
    }

    #[test]
    fn a_bundle_has_the_labels_of_what_it_holds() {
        let hiv = json!({ "security": [{ "system": ACT_CODE, "code": "HIV" }] });
        let inner = json!({ "resourceType": "Observation", "meta": hiv });
        let inner = json!({ "resourceType": "Bundle", "entry": [{ "resource": inner }] });
        let bundle = json!({ "resourceType": "Bundle", "entry": [{ "resource": inner }] });
        let kind = ResourceKind::parse("Bundle").expect("a type");
        assert_eq!(labels(kind, &bundle).as_deref(), Some("HIV"));
        let mut rows = Rows::default();
        add(kind, &bundle, "", &mut rows);
        let held: Vec<&str> = rows.tokens.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(held, ["Bundle", "Observation"]);
    }
}
