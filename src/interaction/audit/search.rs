//! `AuditEvent`s are read and searched: for auditors, and for a person what was done with her record.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::budget;
use crate::criteria::access::{Doing, Reason};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::request::Request;
use crate::interaction::search::scope::Scope;
use crate::search::query::{Parameter, Query};
use crate::store::audit::search::{Filter, Range, Record};
use crate::store::row::{Op, Stored};

use super::asked;
use super::told::{Teller, event};

/// Bytes that an `AuditEvent` takes.
const SIZE: usize = 4 << 10;

/// What is answered from what was recorded.
#[derive(Debug)]
pub enum Recorded {
    One(Stored),
    Page(Value),
}

/// Answers a request that asks for what was recorded; none for others.
pub(in crate::interaction) async fn answer(
    ctx: &Ctx<'_>,
    request: &Request,
) -> Result<Option<Recorded>, Failure> {
    Ok(match request {
        Request::Read { kind, id, .. } if is_ours(ctx, *kind) => {
            Some(Recorded::One(read(ctx, *kind, id).await?))
        }
        Request::Search { scope: Scope::Type(kind), query } if is_ours(ctx, *kind) => {
            Some(Recorded::Page(search(ctx, *kind, query).await?))
        }
        Request::Search { scope: Scope::Compartment { of, id, kind: Some(kind) }, query }
            if *of == ResourceKind::PATIENT && is_ours(ctx, *kind) =>
        {
            let mut query = query.clone();
            query.parameters.push(Parameter::new("patient", id.as_str().to_owned()));
            Some(Recorded::Page(search(ctx, *kind, &query).await?))
        }
        Request::VRead { kind, .. }
        | Request::History { kind, .. }
        | Request::HistoryOfAll { kind: Some(kind), .. }
            if is_ours(ctx, *kind) =>
        {
            return Err(no_history());
        }
        _ => None,
    })
}

/// Whether a type is what is recorded of what people do.
pub fn is_ours(ctx: &Ctx<'_>, kind: ResourceKind) -> bool {
    ctx.engine.is_recording && kind.name() == "AuditEvent"
}

/// Refuses to change what is recorded.
pub fn no_change(ctx: &Ctx<'_>, kind: ResourceKind) -> Result<(), Failure> {
    match is_ours(ctx, kind) {
        false => Ok(()),
        true => Err(Kind::MethodNotAllowed.because(
            "AuditEvent do máy chủ tự ghi; không ai thêm, sửa, xóa được. Chỉ đọc và tìm.",
            "AuditEvents are recorded by the server; nobody adds, changes or deletes one. Read and search only.",
        )),
    }
}

/// What is recorded never changes.
fn no_history() -> Failure {
    Kind::MethodNotAllowed.because(
        "AuditEvent không bao giờ đổi nên không có lịch sử. Hãy đọc AuditEvent/[id].",
        "An AuditEvent never changes, so it has no history. Read AuditEvent/[id].",
    )
}

/// Refuses whoever is no auditor.
fn audits(ctx: &Ctx<'_>, doing: Doing, kind: ResourceKind) -> Result<(), Failure> {
    ctx.may(doing, kind)?;
    match ctx.access().audits() {
        true => Ok(()),
        false => Err(Kind::Forbidden.because(
            "Chỉ kiểm toán viên (vai trò auditor) với scope AuditEvent không kèm điều kiện được xem nhật ký.",
            "Only an auditor (role auditor) with a scope for AuditEvent without conditions sees the audit.",
        )),
    }
}

/// One `AuditEvent`.
async fn read(ctx: &Ctx<'_>, kind: ResourceKind, id: &ResourceId) -> Result<Stored, Failure> {
    audits(ctx, Doing::Read, kind)?;
    let seq = id.as_str().parse().unwrap_or(-1);
    let filter = Filter { seq: Some(seq), ..Filter::default() };
    let range = Range { is_newest_first: true, beyond: None, most: 1 };
    let (found, _) = ctx.engine.rows.recorded(&filter, range).await?;
    let Some(record) = found.first() else {
        return Err(Kind::NotFound.because(
            format!("Không tìm thấy AuditEvent/{id}."),
            format!("AuditEvent/{id} is not known."),
        ));
    };
    let names = names(ctx, &found).await?;
    let body = event(record, teller(ctx, true), &|to| names.get(to).cloned()).to_string();
    let (version, updated) = (1, record.at);
    Ok(Stored { kind, id: id.clone(), version, updated, op: Op::Created, body })
}

/// A page of them, for an auditor.
async fn search(ctx: &Ctx<'_>, kind: ResourceKind, query: &Query) -> Result<Value, Failure> {
    audits(ctx, Doing::Search, kind)?;
    page(ctx, query, ("AuditEvent", true)).await
}

/// What was done with a person's record, for herself, for who represents her, and for auditors.
pub async fn of_person(ctx: &Ctx<'_>, id: &ResourceId, mut query: Query) -> Result<Value, Failure> {
    if !ctx.engine.is_recording {
        return Err(Kind::NotFound.because(
            "Máy chủ này không ghi nhật ký truy cập (access = \"off\").",
            "This server does not record accesses (access = \"off\").",
        ));
    }
    let kind = ResourceKind::parse("AuditEvent").unwrap_or(ResourceKind::PATIENT);
    let is_auditor = ctx.access().audits() && ctx.may(Doing::Search, kind).is_ok();
    if !is_auditor {
        ctx.may(Doing::Read, ResourceKind::PATIENT)?;
        // Whoever may not see her does not learn whether there is such a person.
        let herself = ctx.rows().current(ResourceKind::PATIENT, id).await?;
        if herself.is_none_or(|stored| stored.op == Op::Deleted) {
            return Err(Kind::NotFound.because(
                format!("Không tìm thấy Patient/{id}."),
                format!("Patient/{id} is not known."),
            ));
        }
        if !ctx.access().represents(ctx.engine.indexer().patient(id.as_str())) {
            return Err(Kind::Forbidden.because(
                "Nhật ký truy cập chỉ dành cho chính người ấy, người đại diện và kiểm toán viên.",
                "The access log is for the person herself, who represents her, and auditors.",
            ));
        }
    }
    for parameter in &query.parameters {
        if !["_since", "_count", "_cursor", "_format", "_pretty"].contains(&parameter.name.as_str())
        {
            let name = &parameter.name;
            let refused = Kind::Malformed.because(
                format!("$access-log không có tham số '{name}'. Có: _since, _count."),
                format!("$access-log has no parameter '{name}'. There are: _since, _count."),
            );
            return Err(refused.of(&format!("http.{name}")));
        }
    }
    query.parameters.push(Parameter::new("patient", id.as_str().to_owned()));
    page(ctx, &query, (&format!("Patient/{id}/$access-log"), is_auditor)).await
}

async fn page(
    ctx: &Ctx<'_>,
    query: &Query,
    (path, is_whole): (&str, bool),
) -> Result<Value, Failure> {
    let base = ctx.engine.base.as_str();
    let asked = asked::read(query, base, ctx.engine.zone)?;
    let (found, is_more) = ctx.engine.rows.recorded(&asked.filter, asked.range).await?;
    budget::take(found.len() * SIZE)?;
    let names = names(ctx, &found).await?;
    let link = |cursor: Option<i64>| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let is_path = |name: &str| name == "patient" && path.starts_with("Patient/");
        pairs.extend_pairs(asked.kept.iter().filter(|(name, _)| !is_path(name)));
        if let Some(seq) = cursor {
            pairs.append_pair("_cursor", &seq.to_string());
        }
        let pairs = pairs.finish();
        if pairs.is_empty() { format!("{base}/{path}") } else { format!("{base}/{path}?{pairs}") }
    };
    let mut links = vec![json!({ "relation": "self", "url": link(asked.range.beyond) })];
    if let Some(last) = found.last().filter(|_| is_more) {
        links.push(json!({ "relation": "next", "url": link(Some(last.seq)) }));
    }
    let teller = teller(ctx, is_whole);
    let entries = found.iter().map(|record| {
        json!({
            "fullUrl": format!("{base}/AuditEvent/{}", record.seq),
            "resource": event(record, teller, &|to| names.get(to).cloned()),
            "search": { "mode": "match" },
        })
    });
    let entries: Vec<Value> = entries.collect();
    let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset" });
    if let Some(members) = bundle.as_object_mut() {
        if !is_more && asked.range.beyond.is_none() {
            members.insert("total".to_owned(), json!(entries.len()));
        }
        members.insert("link".to_owned(), json!(links));
        if !entries.is_empty() {
            members.insert("entry".to_owned(), json!(entries));
        }
    }
    Ok(bundle)
}

fn teller<'c>(ctx: &Ctx<'c>, is_whole: bool) -> Teller<'c> {
    Teller { base: &ctx.engine.base, zone: ctx.engine.zone, is_whole }
}

/// What people and organizations are called now, who did what was recorded.
async fn names(ctx: &Ctx<'_>, records: &[Record]) -> Result<BTreeMap<String, String>, Failure> {
    let mut names = BTreeMap::new();
    let agents = records.iter().map(|record| &record.agent);
    let references = agents.flat_map(|agent| {
        agent.fhir_user.split_whitespace().chain(agent.organization.split_whitespace())
    });
    for reference in references {
        if names.contains_key(reference) {
            continue;
        }
        budget::spend(1_000)?;
        let named = reference
            .split_once('/')
            .and_then(|(kind, id)| Some((ResourceKind::parse(kind)?, ResourceId::parse(id)?)));
        let Some((kind, id)) = named else { continue };
        let stored = ctx.engine.rows.for_server(Reason::Audit).current(kind, &id).await?;
        let stored = stored.filter(|stored| stored.op != Op::Deleted);
        let resource: Option<Value> =
            stored.and_then(|stored| serde_json::from_str(&stored.body).ok());
        names.extend(resource.and_then(|one| Some((reference.to_owned(), called(&one)?))));
    }
    Ok(names)
}

/// What a person or an organization is called.
fn called(resource: &Value) -> Option<String> {
    let name = resource.get("name")?;
    if let Some(name) = name.as_str() {
        return Some(name.to_owned());
    }
    let first = name.get(0)?;
    if let Some(text) = first.get("text").and_then(Value::as_str) {
        return Some(text.to_owned());
    }
    let given = first.get("given").and_then(Value::as_array).into_iter().flatten();
    let family = first.get("family").and_then(Value::as_str);
    let parts: Vec<&str> = family.into_iter().chain(given.filter_map(Value::as_str)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
