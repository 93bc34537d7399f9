//! Reads the entries of a transaction and refuses those that cannot be carried out, before anything
//! is looked up.

use std::collections::HashMap;

use serde_json::Value;

use crate::fhir::kind::ResourceKind;
use crate::interaction::bundle::batch::nested;
use crate::interaction::bundle::entries::Entry;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::request::criteria;
use crate::interaction::route::Interaction;
use crate::interaction::single::conditional_update::own_id;
use crate::interaction::single::shown::whole;
use crate::interaction::single::update::same_id;
use crate::interaction::unused::parameters;
use crate::search::query::Query;

use super::at;

/// Takes all entries apart; no two of them change the same resource.
pub(super) fn read(ctx: &Ctx<'_>, entries: &mut [Value]) -> Result<Vec<Entry>, Failure> {
    let mut read = Vec::with_capacity(entries.len());
    for (place, entry) in entries.iter_mut().enumerate() {
        let entry = Entry::read(entry, &ctx.engine.base, ctx.engine.zone);
        let entry = entry.and_then(|entry| check(ctx, entry));
        read.push(entry.map_err(|failure| at(failure, place))?);
    }
    no_duplicates(&read)?;
    Ok(read)
}

fn check(ctx: &Ctx<'_>, entry: Entry) -> Result<Entry, Failure> {
    let query = Query::parse([entry.query.as_str()]);
    parameters(entry.interaction, &entry.target, &query, ctx.prefer.lenient)?;
    if let Some((text, "url")) = entry.criteria() {
        criteria(Query::parse([text])).map_err(|failure| failure.of_request("url"))?;
    }
    match entry.interaction {
        Interaction::Bundle | Interaction::Capabilities | Interaction::OpenApi => {
            return Err(nested());
        }
        Interaction::Update => {
            let Some(kind) = entry.target.kind else { return Err(nested()) };
            let resource = entry.resource.as_ref().ok_or_else(no_resource)?;
            same_kind(kind, resource)?;
            match &entry.target.id {
                Some(id) => same_id(kind, id, resource)?,
                None => drop(own_id(kind, resource)?),
            }
            whole(kind, resource)?;
        }
        Interaction::Create => {
            let Some(kind) = entry.target.kind else { return Err(nested()) };
            same_kind(kind, entry.resource.as_ref().ok_or_else(no_resource)?)?;
        }
        Interaction::Read
        | Interaction::VRead
        | Interaction::Patch
        | Interaction::Delete
        | Interaction::HistoryInstance
        | Interaction::HistoryType
        | Interaction::HistorySystem
        | Interaction::SearchType
        | Interaction::SearchSystem => {}
        Interaction::Operation | Interaction::JobStatus | Interaction::JobCancel => {
            return Err(nested());
        }
    }
    Ok(entry)
}

fn same_kind(kind: ResourceKind, resource: &Value) -> Result<(), Failure> {
    let found = resource.get("resourceType").and_then(Value::as_str).unwrap_or("-");
    if found == kind.name() {
        return Ok(());
    }
    Err(Kind::Malformed.because(
        format!("request.url là {kind} nhưng tài nguyên lại là {found}."),
        format!("request.url says {kind}, but the resource is a {found}."),
    ))
}

fn no_resource() -> Failure {
    Kind::Malformed.because("Mục này thiếu resource.", "The entry lacks a resource.")
}

fn no_duplicates(entries: &[Entry]) -> Result<(), Failure> {
    let mut targets = HashMap::new();
    let mut urls = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        let writes = entry.phase() < 3;
        let target = entry.target.kind.zip(entry.target.id.as_ref()).filter(|_| writes);
        let url = entry.full_url.as_deref().filter(|_| writes);
        if let Some((kind, id)) = target
            && let Some(first) = targets.insert((kind, id), place)
        {
            return Err(at(both(first, &format!("{kind}/{id}")), place));
        }
        if let Some(url) = url
            && let Some(first) = urls.insert(url, place)
        {
            return Err(at(both(first, url), place));
        }
    }
    Ok(())
}

/// Another entry is about the same resource.
pub(super) fn both(first: usize, name: &str) -> Failure {
    Kind::Malformed.because(
        format!("Mục này và mục {first} nói về cùng một tài nguyên: {name}. Trong một transaction, mỗi tài nguyên chỉ được một mục thay đổi."),
        format!("This entry and entry {first} are about the same resource: {name}. In a transaction, one entry at most changes a resource."),
    )
}
