//! What a derived definition makes of an element: it may only narrow what the base says,
//! <https://hl7.org/fhir/R4/profiling.html#limitations>.
//!
//! | property | may become |
//! |---|---|
//! | `min`, `max` | more, less ([`super::cardinality`]) |
//! | `type`, its profiles, targets, aggregation, versioning | fewer or derived ones ([`super::targets`]) |
//! | `fixed[x]`, `pattern[x]` | what the base's allows ([`super::value`]) |
//! | `minValue[x]`, `maxValue[x]`, `maxLength` | closer ([`super::limit`]) |
//! | `binding` | stronger; required ones, fewer codes ([`narrowed_binding`], [`crate::snapshot::service::Snapshot::bindings`]) |
//! | `slicing` | more closed, ordered, with more discriminators ([`super::slicing`]) |
//! | `mustSupport` | true |
//! | `isModifier`, `isSummary`, `contentReference`, `defaultValue[x]`, `representation` | nothing else |
//! | `constraint` | more; one with a known key may not say something else |
//!
//! Texts, aliases, codes, mappings, examples and conditions may be whatever helps.

use serde_json::Value;

use super::narrowed::{Narrowed, shown};
use super::{limit, slicing, targets, value};
use crate::fhir::issue::Severity;
use crate::snapshot::binding::NarrowedBinding;
use crate::snapshot::fault::SnapshotFault;
use crate::snapshot::merge::apply::strength;
use crate::snapshot::tree::element::{Element, is_choice, items, text, types};
use crate::snapshot::work::Work;

/// Reports what a constraint makes wider or other than its base has it.
pub(in crate::snapshot) fn check(work: &mut Work<'_>, element: Narrowed<'_>) {
    for (severity, fault) in flags(element).chain(weaker_binding(element)) {
        match severity.refuses() {
            true => work.report(Some(fault), element.id),
            false => work.warn(&fault, element.id),
        }
    }
    let mut faults: Vec<SnapshotFault> = unchanged(element).collect();
    faults.extend(representation(element));
    faults.extend(constraints(element));
    faults.extend(value::check(element));
    faults.extend(limit::check(element));
    faults.extend(slicing::check(element));
    for fault in faults {
        work.report(Some(fault), element.id);
    }
    targets::check(work, element);
    if let Some((base, now)) = narrowed_binding(element) {
        let binding = NarrowedBinding { id: element.id.into(), base: base.into(), now: now.into() };
        work.bindings.push(binding);
    }
}

/// Flags that are changed. Published guides say `isModifier` false where their base says true, beside
/// what they have to say, as their tools fill it in: the element stays a modifier, which is odd only.
fn flags(element: Narrowed<'_>) -> impl Iterator<Item = (Severity, SnapshotFault)> {
    let flag = |of: &Element, name: &str| of.get(name).and_then(Value::as_bool);
    // The definition of an extension says at its top whether it modifies what it is on.
    let is_own = element.is_root() || element.is_extension();
    let is_more = |name: &String| !name.starts_with("isModifier");
    let says_more = element.said.keys().any(is_more);
    let changed = move |name: &'static str| {
        let said = flag(element.said, name)?;
        let base = flag(element.base, name).unwrap_or(false);
        let may = match name {
            "mustSupport" => said || element.is_new_slice,
            _ => is_own,
        };
        let severity = match name {
            "isModifier" if base && says_more => Severity::Warning,
            _ => Severity::Error,
        };
        let fault = || SnapshotFault::changed(name, &base.to_string(), &said.to_string());
        (said != base && !may).then(|| (severity, fault()))
    };
    ["mustSupport", "isModifier", "isSummary"].into_iter().filter_map(changed)
}

/// What modifies others in the base does so whatever is said since.
pub(in crate::snapshot) fn keep_modifier(base: &Element, element: &mut Element) {
    if base.get("isModifier") == Some(&Value::Bool(true)) {
        element.insert("isModifier".into(), Value::Bool(true));
    }
}

/// Properties that a constraint may repeat but not change.
fn unchanged(element: Narrowed<'_>) -> impl Iterator<Item = SnapshotFault> {
    element.said.iter().filter_map(move |(name, said)| {
        if is_choice(name, "defaultValue") {
            let base = element.base.get(name);
            return (base != Some(said))
                .then(|| SnapshotFault::changed(name, &shown(base), &shown(Some(said))));
        }
        if name != "contentReference" {
            return None;
        }
        // Where the base says itself what is below the element, the reference says nothing.
        let base = text(element.base, name)?;
        let target = |of: &str| of.rsplit_once('#').map(|(_, id)| id.to_owned());
        let said = said.as_str().unwrap_or("-");
        (target(base) != target(said)).then(|| SnapshotFault::changed(name, base, said))
    })
}

fn representation(element: Narrowed<'_>) -> Option<SnapshotFault> {
    let known = items(element.base, "representation");
    let new = items(element.said, "representation").iter().find(|one| !known.contains(one))?;
    let base = element.base.get("representation");
    Some(SnapshotFault::changed("representation", &shown(base), new.as_str().unwrap_or("-")))
}

/// An invariant is known by its key: another rule, or a weaker one, needs another key.
fn constraints(element: Narrowed<'_>) -> impl Iterator<Item = SnapshotFault> {
    let part = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
    items(element.said, "constraint").iter().filter_map(move |said| {
        let key = said.get("key")?;
        let known =
            items(element.base, "constraint").iter().find(|one| one.get("key") == Some(key))?;
        let (was, is) = (part(known, "expression"), part(said, "expression"));
        let is_other = was.is_some() && is.is_some() && was != is;
        let severity = |of: &Value| part(of, "severity");
        let is_weaker = severity(known).as_deref() == Some("error")
            && severity(said).as_deref() == Some("warning");
        (is_other || is_weaker).then(|| {
            let key = key.as_str().unwrap_or_default();
            let (was, is) = match is_other {
                true => (was, is),
                false => (severity(known), severity(said)),
            };
            let name = format!("constraint '{key}'");
            SnapshotFault::changed(
                &name,
                was.as_deref().unwrap_or("-"),
                is.as_deref().unwrap_or("-"),
            )
        })
    })
}

/// A binding that is weaker. Of an element with a choice of types it may be the binding of others
/// than before, as in US Core's vital signs, which bind no units: that is odd only.
fn weaker_binding(element: Narrowed<'_>) -> Option<(Severity, SnapshotFault)> {
    let (base, base_name) = strength(element.base)?;
    let (now, name) = strength(element.now)?;
    let severity = match types(element.now) {
        [] | [_] => Severity::Error,
        _ => Severity::Warning,
    };
    let fault = || SnapshotFault::WeakerBinding { strength: name.into(), base: base_name.into() };
    (now < base).then(|| (severity, fault()))
}

/// The value sets of a required binding and of the one that takes its place: every code of the
/// latter has to be in the former, which only terminology can tell.
fn narrowed_binding<'e>(element: Narrowed<'e>) -> Option<(&'e str, &'e str)> {
    let is_required = strength(element.base).is_some_and(|(_, name)| name == "required");
    let (base, now) = (bound(element.base)?, bound(element.now)?);
    (is_required && base != now).then_some((base, now))
}

/// The value set of a binding.
fn bound(element: &Element) -> Option<&str> {
    element.get("binding")?.get("valueSet")?.as_str()
}
