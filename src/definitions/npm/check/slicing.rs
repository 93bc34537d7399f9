//! Slices that their discriminators cannot tell apart,
//! <https://hl7.org/fhir/R4/profiling.html#discriminator>.
//!
//! Only discriminators by value and by pattern are looked at, and only paths without functions. A
//! slice whose type names a profile, and one that a base profile defines, may say elsewhere what it
//! is.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::element::{Named, named};
use super::fault;
use super::known::Known;
use super::looked::Looked;
use crate::definitions::npm::finding::Finding;
use crate::fhir::kind::ResourceKind;

/// How many base profiles are looked at.
const BASES: usize = 20;

/// Says which slices lack the value they are told apart by, and which have the same.
pub(super) fn check(known: &Known<'_>, looked: Looked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let named = looked.elements();
    if !named.iter().any(|element| element.element.get("slicing").is_some()) {
        return findings;
    }
    let inherited = inherited(known, looked);
    for Named { id, element } in &named {
        let paths = paths(element);
        let slices = slices(&named, id).filter(|slice| !inherited.ids.contains(&slice.id));
        let slices: Vec<_> = slices.collect();
        for path in &paths {
            let lacks = |slice: &&&Named<'_>| !is_told(&named, slice, path);
            let lacking: Vec<_> = slices.iter().filter(lacks).collect();
            let text = match lacking.len() {
                0 => continue,
                all if all == slices.len() => fault::no_slice_has(path),
                _ if inherited.is_complete => fault::slices_lack(path, &names(&lacking)),
                _ => continue,
            };
            findings.push(looked.warning(text).at(id.as_str()));
        }
        for (number, slice) in slices.iter().enumerate() {
            let values = values(&named, slice, &paths);
            let same = slices
                .iter()
                .take(number)
                .find(|other| values.is_some() && self::values(&named, other, &paths) == values);
            if let Some(other) = same {
                let text = fault::same_slices(name(slice), name(other));
                findings.push(looked.warning(text).at(id.as_str()));
            }
        }
    }
    findings
}

/// The discriminators that are looked at.
fn paths<'v>(element: &'v Value) -> Vec<&'v str> {
    let discriminators = element.get("slicing").and_then(|slicing| slicing.get("discriminator"));
    let all = discriminators.and_then(Value::as_array).into_iter().flatten();
    let text = |one: &'v Value, key: &str| one.get(key).and_then(Value::as_str);
    let by_value = |one: &&'v Value| matches!(text(one, "type"), Some("value" | "pattern"));
    let paths = all.filter(by_value).filter_map(|one| text(one, "path"));
    paths.filter(|path| !path.contains('(')).collect()
}

fn slices<'n, 'v>(named: &'n [Named<'v>], id: &str) -> impl Iterator<Item = &'n Named<'v>> {
    named.iter().filter(move |slice| {
        let name = slice.id.strip_prefix(id).and_then(|rest| rest.strip_prefix(':'));
        name.is_some_and(|name| !name.contains(['.', '/', ':']))
    })
}

fn name<'n>(slice: &'n Named<'_>) -> &'n str {
    slice.id.rsplit_once(':').map_or(slice.id.as_str(), |(_, name)| name)
}

fn names(slices: &[&&Named<'_>]) -> String {
    slices.iter().map(|slice| name(slice)).collect::<Vec<_>>().join(", ")
}

/// The slices that base profiles have, as far as these are known.
struct Inherited {
    ids: FxHashSet<String>,
    is_complete: bool,
}

fn inherited(known: &Known<'_>, looked: Looked<'_>) -> Inherited {
    let mut inherited = Inherited { ids: FxHashSet::default(), is_complete: true };
    let mut base = looked.text("baseDefinition").map(ToOwned::to_owned);
    for _ in 0..BASES {
        let Some(url) = base else { break };
        let Some(found) = known.library.find(ResourceKind::STRUCTURE_DEFINITION, &url) else {
            inherited.is_complete = false;
            break;
        };
        let elements = found.get("differential").and_then(|list| list.get("element")?.as_array());
        let elements = named(elements.map(Vec::as_slice).unwrap_or_default());
        inherited.ids.extend(elements.into_iter().map(|element| element.id));
        base = found.get("baseDefinition").and_then(Value::as_str).map(ToOwned::to_owned);
    }
    inherited
}

/// Whether a slice says what is at a path.
fn is_told(named: &[Named<'_>], slice: &Named<'_>, path: &str) -> bool {
    let target = target(slice, path);
    named.iter().any(|other| {
        let at = target == other.id;
        let below = is_below(&other.id, &target);
        let above = is_below(&target, &other.id)
            && (other.id == slice.id || is_below(&other.id, &slice.id));
        let binds = other.element.get("binding").and_then(|binding| binding.get("strength"));
        let binds = binds.and_then(Value::as_str) == Some("required");
        let has_value = value(other.element).is_some();
        (at || above) && (has_value || has_profile(other.element))
            || at && binds
            || below && (has_value || binds)
    })
}

fn target(slice: &Named<'_>, path: &str) -> String {
    match path.strip_prefix("$this") {
        Some(rest) => format!("{}{rest}", slice.id),
        None => format!("{}.{path}", slice.id),
    }
}

fn is_below(id: &str, other: &str) -> bool {
    id.strip_prefix(other).is_some_and(|rest| rest.starts_with(['.', ':']))
}

/// The values a slice is told apart by, when it has one for each discriminator.
fn values<'v>(named: &[Named<'v>], slice: &Named<'v>, paths: &[&str]) -> Option<Vec<&'v Value>> {
    let of = |path: &&str| {
        let target = target(slice, path);
        named.iter().find(|other| other.id == target).and_then(|other| value(other.element))
    };
    let values: Option<Vec<_>> = paths.iter().map(of).collect();
    values.filter(|values| !values.is_empty())
}

fn value(element: &Value) -> Option<&Value> {
    let mut members = element.as_object()?.iter();
    let is_value = |key: &str| key.starts_with("fixed") || key.starts_with("pattern");
    members.find(|(key, _)| is_value(key)).map(|(_, value)| value)
}

fn has_profile(element: &Value) -> bool {
    let types = element.get("type").and_then(Value::as_array).into_iter().flatten();
    types.into_iter().any(|kind| kind.get("profile").is_some())
}
