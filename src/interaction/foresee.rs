//! What the rules across records would say of a resource if it were stored now.

use serde_json::Value;

use super::around::{self, Coming};
use super::engine::Ctx;
use super::failure::Failure;
use super::link::{Links, rewrite};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::mch::check::{concerns, may_concern};

/// A resource that would be stored.
struct One {
    kind: ResourceKind,
    id: ResourceId,
    resource: Value,
    /// Where it is in the Bundle that was sent.
    place: Option<String>,
}

/// Holds a resource against the stored records, and the resources of a Bundle against each other,
/// too.
pub async fn foresee(ctx: &Ctx<'_>, resource: &Value) -> Result<Vec<Issue>, Failure> {
    let all = match resource.get("entry").and_then(Value::as_array) {
        Some(entries) => {
            let most = ctx.engine.bundle_entries;
            if entries.len() > most
                || !entries
                    .iter()
                    .filter_map(|one| one.get("resource"))
                    .any(|one| concerns(one) || may_concern(one))
            {
                return Ok(Vec::new());
            }
            of_bundle(ctx, entries)
        }
        None if concerns(resource) || may_concern(resource) => {
            one(resource, None).map(|(_, one)| one).into_iter().collect()
        }
        None => return Ok(Vec::new()),
    };
    let coming: Vec<Coming<'_>> = all
        .iter()
        .map(|One { kind, id, resource, .. }| Coming { kind: *kind, id, resource })
        .collect();
    let around = around::look(ctx, &coming).await?;
    let told = all.iter().zip(around.issues).flat_map(|(one, issues)| {
        issues.into_iter().map(|issue| below(issue, one.place.as_deref()))
    });
    Ok(told.collect())
}

/// The resources of a Bundle, their links replaced by the addresses they would get.
fn of_bundle(ctx: &Ctx<'_>, entries: &[Value]) -> Vec<One> {
    let (mut all, mut links) = (Vec::new(), Links::default());
    for (at, entry) in entries.iter().enumerate() {
        let place = format!("Bundle.entry[{at}].resource");
        let found = entry.get("resource").and_then(|resource| one(resource, Some(place)));
        let Some((address, found)) = found else { continue };
        if let Some(url) = entry.get("fullUrl").and_then(Value::as_str) {
            links.entries.insert(url.to_owned(), address);
        }
        all.push(found);
    }
    for one in &mut all {
        rewrite(&ctx.engine.registry.shapes, &mut one.resource, &links);
    }
    all
}

fn one(resource: &Value, place: Option<String>) -> Option<(String, One)> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    let kind = ResourceKind::parse(text("resourceType")?)?;
    let id = text("id").and_then(ResourceId::parse).unwrap_or_else(ResourceId::generate);
    let address = format!("{kind}/{id}");
    Some((address, One { kind, id, resource: resource.clone(), place }))
}

fn below(issue: Issue, place: Option<&str>) -> Issue {
    let (Some(place), Some(expression)) = (place, &issue.expression) else { return issue };
    let path = expression.split_once('.').map(|(_, path)| format!("{place}.{path}"));
    Issue { expression: Some(path.unwrap_or_else(|| place.to_owned())), ..issue }
}
