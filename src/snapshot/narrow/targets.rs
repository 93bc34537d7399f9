//! Types of an element: a derived definition may leave some out, and name profiles and targets that
//! come from those of the base, <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.type>.

use serde_json::Value;

use super::narrowed::Narrowed;
use crate::snapshot::fault::SnapshotFault;
use crate::snapshot::tree::element::canonical;
use crate::snapshot::tree::element::{code, types};
use crate::snapshot::work::{Kinship, Work};

/// It only says that there is no comparator, and published guides name other quantities in its place.
const SIMPLE_QUANTITY: &str = "http://hl7.org/fhir/StructureDefinition/SimpleQuantity";

/// The base of a list of canonicals: what is not known of them is odd, what is known to be of
/// another kind is wrong.
enum Found {
    Wrong(SnapshotFault),
    Odd(SnapshotFault),
}

/// Reports types whose profiles, targets and ways to them the base does not allow.
pub(super) fn check(work: &mut Work<'_>, element: Narrowed<'_>) {
    if !element.said.contains_key("type") {
        return;
    }
    let base = types(element.base);
    let mut found = Vec::new();
    for now in types(element.said) {
        let named: Vec<&Value> = base.iter().filter(|one| code(one) == code(now)).collect();
        found.extend(profiles(work, now, &named));
        found.extend(targets(work, now, &named));
        if let Some(first) = named.first() {
            found.extend(ways(first, now).map(Found::Wrong));
        }
    }
    for found in found {
        match found {
            Found::Wrong(fault) => work.report(Some(fault), element.id),
            Found::Odd(fault) => work.warn(&fault, element.id),
        }
    }
}

/// A profile is one of the type it stands at, and comes from one that the base names.
fn profiles(work: &Work<'_>, now: &Value, base: &[&Value]) -> Vec<Found> {
    let allowed: Vec<&str> = base.iter().flat_map(|one| list(one, "profile")).collect();
    let Some(wanted) = canonical(code(now)) else { return Vec::new() };
    let named = list(now, "profile");
    let mut found = Vec::new();
    let is_simple = allowed.iter().any(|profile| bare(profile) == SIMPLE_QUANTITY);
    let says_none = |one: &&Value| list(one, "profile").is_empty();
    if named.is_empty() && !base.is_empty() && !is_simple && !base.iter().any(says_none) {
        let fault = SnapshotFault::changed("type.profile", &allowed.join(", "), "-");
        found.push(Found::Wrong(fault));
    }
    for profile in named {
        if work.kinship(profile, &[&wanted]) == Kinship::None {
            let (profile, code) = (profile.into(), code(now).into());
            found.push(Found::Wrong(SnapshotFault::ProfileOfOtherType { profile, code }));
            continue;
        }
        found.extend(from(work, "type.profile", profile, &allowed).map(|found| match found {
            Found::Wrong(fault) if is_simple => Found::Odd(fault),
            found => found,
        }));
    }
    found
}

/// A target is a resource, and comes from one that the base names; a target less is narrower, but
/// none at all is any.
fn targets(work: &Work<'_>, now: &Value, base: &[&Value]) -> Vec<Found> {
    let allowed: Vec<&str> = base.iter().flat_map(|one| list(one, "targetProfile")).collect();
    let named = list(now, "targetProfile");
    let is_any = base.iter().any(|one| list(one, "targetProfile").is_empty());
    let mut found = Vec::new();
    for target in &named {
        if work.is_data_type(target) {
            let fault = SnapshotFault::TargetIsNoResource((*target).into());
            found.push(Found::Wrong(fault));
            continue;
        }
        if !is_any {
            found.extend(from(work, "type.targetProfile", target, &allowed));
        }
    }
    if named.is_empty() && !is_any && !base.is_empty() {
        let fault = SnapshotFault::changed("type.targetProfile", &allowed.join(", "), "-");
        found.push(Found::Wrong(fault));
    }
    found
}

fn from(work: &Work<'_>, property: &str, named: &str, allowed: &[&str]) -> Option<Found> {
    if allowed.is_empty() {
        return None;
    }
    let fault = || SnapshotFault::changed(property, &allowed.join(", "), named);
    match work.kinship(named, allowed) {
        Kinship::Derived => None,
        Kinship::None => Some(Found::Wrong(fault())),
        Kinship::Unknown => Some(Found::Odd(SnapshotFault::UnknownType(named.into()))),
    }
}

/// A canonical without its version.
fn bare(canonical: &str) -> &str {
    canonical.split('|').next().unwrap_or(canonical)
}

/// How what is referred to is found: fewer ways are narrower.
fn ways(base: &Value, now: &Value) -> Option<SnapshotFault> {
    let (was, is) = (list(base, "aggregation"), list(now, "aggregation"));
    let is_wider = is.is_empty() || is.iter().any(|one| !was.contains(one));
    if !was.is_empty() && is_wider {
        return Some(SnapshotFault::changed("type.aggregation", &was.join(", "), &is.join(", ")));
    }
    let versioning = |of: &Value| of.get("versioning").and_then(Value::as_str).map(str::to_owned);
    let was = versioning(base).filter(|was| was != "either")?;
    let is = versioning(now).unwrap_or_else(|| "either".into());
    (was != is).then(|| SnapshotFault::changed("type.versioning", &was, &is))
}

fn list<'v>(type_of: &'v Value, name: &str) -> Vec<&'v str> {
    let all = type_of.get(name).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).collect()
}
