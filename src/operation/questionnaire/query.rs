//! Queries of a Questionnaire, `application/x-fhir-query`,
//! <https://hl7.org/fhir/uv/sdc/expressions.html#x-fhir-query-enhancements>: asked of this server alone,
//! with the rights of who asks.

use serde_json::{Value, json};

use super::evaluation::{Evaluation, Fault, Variables};
use super::held::Held;
use crate::budget;
use crate::definitions::base::today_in;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Language, Text};
use crate::fhir::kind::ResourceKind;
use crate::fhir::reference::has_scheme;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::search::scope::Scope;
use crate::interaction::search::{Results, search};
use crate::interaction::single::read::read;
use crate::operation::call::{Call, query_as_parameters};
use crate::operation::table::{Called, call};
use crate::search::query::Query;

/// What would ask queries again, without an end.
const AGAIN: &str = "populate";

/// What a query finds: a resource, or a Bundle of what a search found. What one of its expressions
/// gives nothing for asks for nothing.
pub(super) async fn asked(
    evaluation: &Evaluation<'_, '_>,
    text: &str,
    focus: &[Held],
    variables: &Variables,
) -> Result<Vec<Held>, Fault> {
    let Some(query) = filled(evaluation, text, focus, variables)? else { return Ok(Vec::new()) };
    let ctx = evaluation.ctx;
    let below = query.strip_prefix(&ctx.engine.base).unwrap_or(&query);
    let below = below.trim_start_matches('/');
    if has_scheme(below) {
        return Err(Fault::Wrong(Text::new(
            format!("Câu hỏi “{below}” không phải của máy chủ này: chỉ máy chủ này được hỏi."),
            format!("The query “{below}” is not of this server: no other one is asked."),
        )));
    }
    let (path, parameters) = below.split_once('?').unwrap_or((below, ""));
    match Box::pin(answered(ctx, path, parameters)).await {
        Ok(found) => Ok(found.map(Held::resource).into_iter().collect()),
        Err(failure) if matches!(failure.status(), 404 | 410) => Ok(Vec::new()),
        Err(failure) => {
            budget::look()?;
            let told = failure.issues.into_iter().next().map(|issue| issue.text);
            let Text { vi, en } = told.unwrap_or_else(|| Text::new("", ""));
            Err(Fault::Wrong(Text::new(
                format!("Câu hỏi “{text}” không được trả lời: {vi}"),
                format!("The query “{text}” was not answered: {en}"),
            )))
        }
    }
}

/// The query with what its expressions give; none when one gives nothing.
fn filled(
    evaluation: &Evaluation<'_, '_>,
    text: &str,
    focus: &[Held],
    variables: &Variables,
) -> Result<Option<String>, Fault> {
    let (mut made, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((expression, after)) = after.split_once("}}") else { break };
        let values = evaluation.evaluate(expression, focus, variables)?;
        if values.is_empty() {
            return Ok(None);
        }
        made.push_str(before);
        // What stands before the question mark is a part of the path.
        let is_path = !made.contains('?');
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                made.push(',');
            }
            let written = value.written();
            match is_path {
                true => made.push_str(&written),
                false => made.extend(form_urlencoded::byte_serialize(written.as_bytes())),
            }
        }
        rest = after;
    }
    made.push_str(rest);
    Ok(Some(made))
}

async fn answered(ctx: &Ctx<'_>, path: &str, parameters: &str) -> Result<Option<Value>, Failure> {
    let parts: Vec<&str> = path.split('/').collect();
    let kind = parts.first().and_then(|name| ResourceKind::parse(name));
    let id = |text: &str| ResourceId::parse(text);
    match (kind, parts.get(1..).unwrap_or_default()) {
        (Some(kind), []) => {
            let found = search(ctx, Scope::Type(kind), Query::parse([parameters])).await?;
            Ok(Some(bundle(&found)?))
        }
        (Some(kind), [operation]) if operation.starts_with('$') => {
            called(ctx, (Some(kind), None), operation, parameters).await
        }
        (Some(kind), [name]) => match id(name) {
            Some(id) => Ok(Some(body(&read(ctx, kind, &id).await?.body)?)),
            None => Ok(None),
        },
        (Some(kind), [name, operation]) if operation.starts_with('$') => match id(name) {
            Some(id) => called(ctx, (Some(kind), Some(&id)), operation, parameters).await,
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// What an operation that changes nothing answers.
async fn called(
    ctx: &Ctx<'_>,
    (kind, id): (Option<ResourceKind>, Option<&ResourceId>),
    name: &str,
    parameters: &str,
) -> Result<Option<Value>, Failure> {
    let name = name.trim_start_matches('$');
    if name == AGAIN {
        return Err(Kind::NotSupported
            .because("Phiếu không điền phiếu khác.", "A form does not have another one filled."));
    }
    let query = query_as_parameters(parameters);
    let asked = Call {
        name,
        kind,
        id,
        query: &query,
        raw_query: parameters,
        posted: None,
        is_get: true,
        language: Language::default(),
        accept_language: None,
        content_type: None,
    };
    Ok(match Box::pin(call(ctx, &asked)).await? {
        Called::Made(made) => Some(made),
        Called::Found(found) => Some(bundle(&found)?),
        Called::Plain(_) | Called::Begun(_) => None,
    })
}

fn bundle(found: &Results) -> Result<Value, Failure> {
    let mut entries = Vec::with_capacity(found.page.hits.len());
    for (hits, mode) in [(&found.page.hits, "match"), (&found.included, "include")] {
        for hit in hits {
            let resource = body(&hit.stored.body)?;
            entries.push(json!({ "resource": resource, "search": { "mode": mode } }));
        }
    }
    Ok(json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries }))
}

/// A stored resource.
pub(super) fn body(text: &str) -> Result<Value, Failure> {
    budget::spend(1 + text.len() / 64)?;
    budget::take(text.len().saturating_mul(2))?;
    let resource: Value = serde_json::from_str(text).unwrap_or_default();
    Ok(today_in(&resource).into_owned())
}
