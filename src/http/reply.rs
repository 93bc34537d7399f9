//! Answers and failures, as HTTP.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde_json::Value;

use crate::fhir::issue::{Issue, Language, operation_outcome};
use crate::interaction::engine::{Engine, Prefer, Return};
use crate::interaction::failure::{Failure, information};
use crate::interaction::respond::Answer;
use crate::interaction::update::Saved;
use crate::store::row::Stored;

use super::header::{FHIR_JSON, http_time, is_unchanged};
use super::text;

/// What shapes a reply besides the answer.
pub(super) struct Wanted<'a> {
    pub(super) request: &'a HttpRequest,
    pub(super) engine: &'a Engine,
    pub(super) prefer: Prefer,
    pub(super) language: Language,
}

/// The reply to a request that was done.
pub(super) fn answer(wanted: &Wanted<'_>, answer: Answer) -> HttpResponse {
    let (engine, language) = (wanted.engine, wanted.language);
    match answer {
        Answer::Capabilities => json(wanted, engine.capabilities.to_string()),
        Answer::Resource(stored) => read(wanted, stored),
        Answer::Saved(saved) => written(wanted, saved),
        Answer::Deleted { version, issues } => deleted(wanted, version, issues),
        Answer::Found { search, page } => {
            json(wanted, text::found(engine, &search, &page, language))
        }
        Answer::Versions { kind, id, history } => {
            json(wanted, text::versions(engine, kind.name(), &id, &history))
        }
        Answer::Bundle(answered) => {
            json(wanted, text::answered(engine, &answered, wanted.prefer.body, language))
        }
        Answer::Made(resource) => json(wanted, resource.to_string()),
        Answer::Failed(refused) => failure(&refused, language),
    }
}

/// The reply to a request that was not done.
pub(super) fn failure(failure: &Failure, language: Language) -> HttpResponse {
    let status =
        StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        reply.insert_header((header::RETRY_AFTER, "1"));
    }
    reply.content_type(FHIR_JSON).body(operation_outcome(&failure.issues, language).to_string())
}

fn json(wanted: &Wanted<'_>, body: String) -> HttpResponse {
    HttpResponse::Ok().content_type(FHIR_JSON).body(pretty(wanted, body))
}

fn read(wanted: &Wanted<'_>, stored: Stored) -> HttpResponse {
    if is_unchanged(wanted.request, stored.version, stored.updated) {
        return tagged(HttpResponse::NotModified(), &stored).finish();
    }
    let mut reply = tagged(HttpResponse::Ok(), &stored);
    reply.content_type(FHIR_JSON).body(pretty(wanted, stored.body))
}

fn tagged(mut reply: HttpResponseBuilder, stored: &Stored) -> HttpResponseBuilder {
    let modified = httpdate::fmt_http_date(http_time(stored.updated));
    reply.insert_header((header::ETAG, format!("W/\"{}\"", stored.version)));
    reply.insert_header((header::LAST_MODIFIED, modified));
    reply
}

fn written(wanted: &Wanted<'_>, saved: Saved) -> HttpResponse {
    let status = if saved.created { StatusCode::CREATED } else { StatusCode::OK };
    let mut reply = tagged(HttpResponse::build(status), &saved.stored);
    reply.insert_header((header::LOCATION, text::location(wanted.engine, &saved.stored)));
    match wanted.prefer.body {
        Some(Return::Minimal) => reply.finish(),
        Some(Return::OperationOutcome) => {
            let issues = or_all_well(saved.issues);
            let outcome = operation_outcome(&issues, wanted.language);
            reply.content_type(FHIR_JSON).body(outcome.to_string())
        }
        Some(Return::Representation) | None => {
            reply.content_type(FHIR_JSON).body(pretty(wanted, saved.stored.body))
        }
    }
}

fn deleted(wanted: &Wanted<'_>, version: Option<i64>, issues: Vec<Issue>) -> HttpResponse {
    let outcome = wanted.prefer.body == Some(Return::OperationOutcome);
    let mut reply = if outcome { HttpResponse::Ok() } else { HttpResponse::NoContent() };
    if let Some(version) = version {
        reply.insert_header((header::ETAG, format!("W/\"{version}\"")));
    }
    if outcome {
        let outcome = operation_outcome(&or_all_well(issues), wanted.language);
        return reply.content_type(FHIR_JSON).body(outcome.to_string());
    }
    reply.finish()
}

fn or_all_well(issues: Vec<Issue>) -> Vec<Issue> {
    if issues.is_empty() {
        return vec![information("Đã thực hiện, không có lưu ý nào.", "Done; nothing to note.")];
    }
    issues
}

/// The same JSON, indented when `_pretty=true` asks for it.
fn pretty(wanted: &Wanted<'_>, body: String) -> String {
    if !wanted.request.query_string().contains("_pretty=true") {
        return body;
    }
    let value: Result<Value, _> = serde_json::from_str(&body);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or(body)
}
