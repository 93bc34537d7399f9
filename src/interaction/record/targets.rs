//! Whether what a resource refers to is there, as the setting `reference_targets` wants it: `warn` tells,
//! `refuse` stores nothing and rests on its being there still.
//!
//! Meant are references to current resources of this server. What is in a Bundle refers to the rest of
//! it first, so Bundles are left alone, and so are references to one version.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use crate::budget;
use crate::config::settings::Targets;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::fhir::reference::Target;
use crate::store::lookup::{Found, Lookup};
use crate::store::write::Premise;

use super::check::Coming;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;

/// Missing targets of one resource that are told.
const TOLD: usize = 20;

/// What was found about each resource, and what the writes rest on.
#[derive(Debug, Default)]
pub(in crate::interaction) struct Targeted {
    /// As many as there are resources.
    pub(in crate::interaction) issues: Vec<Vec<Issue>>,
    pub(in crate::interaction) premises: Vec<Premise>,
}

type Address = (ResourceKind, ResourceId);

/// Looks for what resources that are stored together refer to; `gone` are deleted along with them.
pub(in crate::interaction) async fn look(
    ctx: &Ctx<'_>,
    coming: &[Coming<'_>],
    gone: &[(ResourceKind, &ResourceId)],
) -> Result<Targeted, Failure> {
    let mut found = Targeted { issues: vec![Vec::new(); coming.len()], premises: Vec::new() };
    let setting = ctx.engine.rest.reference_targets;
    if setting == Targets::Off {
        return Ok(found);
    }
    let base = ctx.engine.base.as_str();
    let here: FxHashSet<(ResourceKind, &str)> =
        coming.iter().map(|one| (one.kind, one.id.as_str())).collect();
    let is_gone = |kind, id: &str| gone.iter().any(|one| one.0 == kind && one.1.as_str() == id);
    let mut wanted: FxHashSet<Address> = FxHashSet::default();
    for one in coming.iter().filter(|one| one.kind != ResourceKind::BUNDLE) {
        each(one.resource, &mut |text| {
            budget::spend(1)?;
            if let Some((kind, id)) = local(text, base)
                && !here.contains(&(kind, id))
                && !is_gone(kind, id)
                && let Some(id) = ResourceId::parse(id)
                && !ctx.engine.served.has(kind, &id)
            {
                wanted.insert((kind, id));
            }
            Ok(())
        })?;
    }
    let since = ctx.rows().seen();
    let there = versions(ctx, &wanted).await?;
    if setting == Targets::Refuse {
        found.premises.extend(there.iter().map(|((kind, id), version)| Premise::Version {
            kind: *kind,
            id: id.clone(),
            version: Some(*version),
            since,
        }));
    }
    if there.len() == wanted.len() && gone.is_empty() {
        return Ok(found);
    }
    let is_missing = |text: &str| {
        let Some((kind, id)) = local(text, base) else { return false };
        let Some(id) = ResourceId::parse(id) else { return false };
        let address = (kind, id);
        is_gone(kind, address.1.as_str())
            || wanted.contains(&address) && !there.contains_key(&address)
    };
    for (one, issues) in coming.iter().zip(&mut found.issues) {
        if one.kind != ResourceKind::BUNDLE {
            let mut path = one.kind.name().to_owned();
            missing(one.resource, &mut path, (&is_missing, setting), issues);
        }
    }
    Ok(found)
}

/// The current versions of those that there are.
async fn versions(
    ctx: &Ctx<'_>,
    wanted: &FxHashSet<Address>,
) -> Result<FxHashMap<Address, i64>, Failure> {
    let address = |(kind, id): &Address| Lookup::Address { kind: *kind, id: id.clone() };
    let lookups: Vec<Lookup> = wanted.iter().map(address).collect();
    let mut there = FxHashMap::default();
    if !lookups.is_empty() {
        for Found { hit, .. } in ctx.rows().look_up(lookups, 1).await? {
            there.insert((hit.stored.kind, hit.stored.id), hit.stored.version);
        }
    }
    Ok(there)
}

/// The resource of this server that a reference means, whatever version it has.
fn local<'t>(text: &'t str, base: &str) -> Option<(ResourceKind, &'t str)> {
    match Target::parse(text, base) {
        Target::Local { kind, id, version: None } => Some((kind, id)),
        _ => None,
    }
}

/// Takes the text of each reference.
fn each<'v>(
    value: &'v Value,
    take: &mut dyn FnMut(&'v str) -> Result<(), budget::Spent>,
) -> Result<(), budget::Spent> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| each(item, take)),
        Value::Object(members) => members.iter().try_for_each(|(key, value)| match value {
            Value::String(text) if key == "reference" => take(text),
            value => each(value, take),
        }),
        _ => Ok(()),
    }
}

/// Tells of references to what is not there, each with its path.
fn missing(
    value: &Value,
    path: &mut String,
    (is_missing, setting): (&dyn Fn(&str) -> bool, Targets),
    issues: &mut Vec<Issue>,
) {
    let length = path.len();
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text)
                        if key == "reference" && issues.len() < TOLD && is_missing(text) =>
                    {
                        issues.push(issue(text, setting).at(path.clone()));
                    }
                    Value::Array(items) => {
                        for (at, item) in items.iter().enumerate() {
                            path.push_str(&format!(".{key}[{at}]"));
                            missing(item, path, (is_missing, setting), issues);
                            path.truncate(length);
                        }
                    }
                    Value::Object(_) => {
                        path.push('.');
                        path.push_str(key);
                        missing(value, path, (is_missing, setting), issues);
                        path.truncate(length);
                    }
                    _ => {}
                }
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| missing(item, path, (is_missing, setting), issues));
        }
        _ => {}
    }
}

fn issue(reference: &str, setting: Targets) -> Issue {
    let reference: String = reference.chars().take(200).collect();
    let text = Text::new(
        format!(
            "Tham chiếu '{reference}' không dẫn đến tài nguyên nào ở đây (cài đặt reference_targets). Hãy lưu đích trước, gửi cả hai trong một transaction, hoặc sửa lại."
        ),
        format!(
            "The reference '{reference}' leads to no resource here (setting reference_targets). Send its target first, or both in one transaction, or correct it."
        ),
    );
    let issue = Issue::error(IssueCode::NotFound, text);
    if setting == Targets::Refuse { issue } else { issue.warning() }
}
