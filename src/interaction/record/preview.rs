//! What the rules across records would say of a resource if it were stored now.

use serde_json::Value;

use super::check::{self, Coming};
use super::same_person::{self, has_number};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::interaction::bundle::link::identity::{From, Identities, Identity, Role};
use crate::interaction::bundle::link::{Address, Links, rewrite, survey};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::mch::check::Concern;
use crate::validation::request::Weight;

/// A resource that would be stored.
struct One {
    kind: ResourceKind,
    id: ResourceId,
    resource: Value,
    concern: Concern,
    /// Where it is in the Bundle that was sent.
    place: Option<String>,
    /// Where its links stand.
    from: From,
    /// Whether a write would store it, whatever is there.
    is_stored: bool,
}

/// Holds a resource against the stored records, and the resources of a Bundle against each other,
/// too.
pub async fn foresee(ctx: &Ctx<'_>, resource: &Value) -> Result<Vec<Issue>, Failure> {
    let mut told = Vec::new();
    let all = match resource.get("entry").and_then(Value::as_array) {
        Some(entries) => {
            let identities = identities(ctx, resource, entries);
            match resource.get("type").and_then(Value::as_str) {
                Some("transaction") => told = dangling(ctx, entries, &identities),
                Some("batch") => {
                    let apart = Identities::of_batch(&ctx.engine.base);
                    told = dangling(ctx, entries, &apart);
                }
                _ => {}
            }
            let most = ctx.engine.bundle_entries;
            if entries.len() > most {
                return Ok(told);
            }
            of_bundle(ctx, entries, identities)
        }
        None => one(resource, None).into_iter().collect(),
    };
    if !all.iter().any(is_looked_at) {
        return Ok(told);
    }
    let coming: Vec<Coming<'_>> = all
        .iter()
        .map(|One { kind, id, resource, concern, .. }| {
            let (kind, concern) = (*kind, *concern);
            Coming { kind, id, resource, concern }
        })
        .collect();
    let around = check::look(ctx, &coming).await?;
    let stored: Vec<Coming<'_>> =
        coming.iter().zip(&all).filter(|(_, one)| one.is_stored).map(|(one, _)| *one).collect();
    let same = same_person::look(ctx, &stored, &[]).await?;
    let mut found = around.issues;
    found.resize_with(all.len(), Vec::new);
    let of_stored = found.iter_mut().zip(&all).filter(|(_, one)| one.is_stored);
    for ((of_one, _), more) in of_stored.zip(same.issues) {
        of_one.extend(more);
    }
    // What a document or a collection holds is not stored as records of their own.
    let weight = match resource.get("entry").is_none() || is_request(resource) {
        true => Weight::Refuses,
        false => Weight::Tells,
    };
    told.extend(all.iter().zip(found).flat_map(|(one, issues)| {
        issues.into_iter().map(|issue| weight.of(below(issue, one.place.as_deref())))
    }));
    Ok(told)
}

/// Whether a Bundle asks for its resources to be stored.
fn is_request(bundle: &Value) -> bool {
    bundle.get("type").is_some_and(|kind| kind == "transaction" || kind == "batch")
}

/// Whether anything across records is looked at for a resource.
fn is_looked_at(one: &One) -> bool {
    one.concern != Concern::Nobody || has_number(&one.resource)
}

/// What the entries of a Bundle are called by links.
fn identities(ctx: &Ctx<'_>, bundle: &Value, entries: &[Value]) -> Identities {
    let is_transaction = bundle.get("type").is_some_and(|kind| kind == "transaction");
    let known = entries.iter().map(|entry| {
        let resource = entry.get("resource");
        let text = |name: &str| resource?.get(name)?.as_str();
        let own = text("resourceType").zip(text("id")).map(|(kind, id)| format!("{kind}/{id}"));
        let full_url = entry.get("fullUrl").and_then(Value::as_str);
        Identity { full_url, own, role: role(entry, is_transaction) }
    });
    Identities::new(&ctx.engine.base, known)
}

fn role(entry: &Value, is_transaction: bool) -> Role {
    let method = entry.get("request").and_then(|request| request.get("method")?.as_str());
    match method {
        Some("POST") if is_transaction => Role::Created,
        Some("GET" | "HEAD") if is_transaction => Role::None,
        _ => Role::Named,
    }
}

/// What links of a transaction or batch lead nowhere: a write refuses them.
fn dangling(ctx: &Ctx<'_>, entries: &[Value], identities: &Identities) -> Vec<Issue> {
    let mut told = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let Some(mut resource) = entry.get("resource").cloned() else { continue };
        let full_url = entry.get("fullUrl").and_then(Value::as_str);
        let from = identities.from(full_url, role(entry, true));
        let found = survey(&ctx.engine.registry.shapes, &mut resource, identities, &from);
        let place = format!("Bundle.entry[{at}].resource");
        told.extend(found.dangling.into_iter().map(|issue| below(issue, Some(&place))));
    }
    told
}

/// The resources of a Bundle, their links replaced by the addresses they would get.
fn of_bundle(ctx: &Ctx<'_>, entries: &[Value], identities: Identities) -> Vec<One> {
    let mut all = Vec::new();
    let mut links = Links { addresses: vec![None; entries.len()], ..Links::default() };
    for (at, entry) in entries.iter().enumerate() {
        let place = format!("Bundle.entry[{at}].resource");
        let found = entry.get("resource").and_then(|resource| one(resource, Some(place)));
        let Some(mut found) = found else { continue };
        let full_url = entry.get("fullUrl").and_then(Value::as_str);
        found.from = identities.from(full_url, role(entry, true));
        // A condition may find what is there, and what is in a document is a copy.
        let request = entry.get("request");
        found.is_stored = request.is_some_and(|request| request.get("ifNoneExist").is_none());
        if let Some(slot) = links.addresses.get_mut(at) {
            *slot = Some(Address { text: format!("{}/{}", found.kind, found.id), version: None });
        }
        all.push(found);
    }
    links.identities = std::sync::Arc::new(identities);
    for one in &mut all {
        rewrite(&ctx.engine.registry.shapes, &mut one.resource, &links, &one.from);
    }
    all
}

fn one(resource: &Value, place: Option<String>) -> Option<One> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    let kind = ResourceKind::parse(text("resourceType")?)?;
    let id = text("id").and_then(ResourceId::parse).unwrap_or_else(ResourceId::generate);
    let (concern, from) = (Concern::of(resource), From::default());
    Some(One { kind, id, resource: resource.clone(), concern, place, from, is_stored: true })
}

fn below(issue: Issue, place: Option<&str>) -> Issue {
    let (Some(place), Some(expression)) = (place, &issue.expression) else { return issue };
    let path = expression.split_once('.').map(|(_, path)| format!("{place}.{path}"));
    Issue { expression: Some(path.unwrap_or_else(|| place.to_owned())), ..issue }
}
