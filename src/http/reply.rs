//! Answers and failures, as HTTP.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde_json::Value;

use crate::fhir::issue::{Issue, Language, operation_outcome};
use crate::fhir::json::parse_own;
use crate::interaction::engine::{Engine, Prefer, Return};
use crate::interaction::failure::{Failure, information};
use crate::interaction::respond::Answer;
use crate::interaction::update::Saved;
use crate::store::row::Stored;
use crate::xml::write::{self as xml, Layout};

use super::format::{Format, MediaType};
use super::header::http_time;
use super::text;

/// What shapes a reply besides the answer.
pub(super) struct Wanted<'a> {
    pub(super) request: &'a HttpRequest,
    pub(super) engine: &'a Engine,
    pub(super) prefer: Prefer,
    pub(super) language: Language,
    /// What the client takes.
    pub(super) media: MediaType,
}

/// The reply to a request that was done.
pub(super) fn answer(wanted: &Wanted<'_>, answer: Answer) -> HttpResponse {
    let (engine, language) = (wanted.engine, wanted.language);
    match answer {
        Answer::Capabilities => tree(wanted, HttpResponse::Ok(), &engine.capabilities),
        Answer::Resource(stored) => read(wanted, stored),
        Answer::Unchanged(stored) => tagged(HttpResponse::NotModified(), &stored).finish(),
        Answer::Saved(saved) => written(wanted, saved),
        Answer::Deleted { version, issues } => deleted(wanted, version, issues),
        Answer::Found { search, page } => {
            json(wanted, HttpResponse::Ok(), text::found(engine, &search, &page, language))
        }
        Answer::Versions { kind, id, history } => {
            json(wanted, HttpResponse::Ok(), text::versions(engine, kind.name(), &id, &history))
        }
        Answer::Bundle(answered) => json(
            wanted,
            HttpResponse::Ok(),
            text::answered(engine, &answered, wanted.prefer.body, language),
        ),
        Answer::Made(resource) => tree(wanted, HttpResponse::Ok(), &resource),
        Answer::Failed(refused) => failure(wanted, &refused),
    }
}

/// The reply to a request that was not done.
pub(super) fn failure(wanted: &Wanted<'_>, failure: &Failure) -> HttpResponse {
    let status =
        StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        reply.insert_header((header::RETRY_AFTER, "1"));
    }
    tree(wanted, reply, &operation_outcome(&failure.issues, wanted.language))
}

/// Replies with a resource that is there as a tree.
fn tree(wanted: &Wanted<'_>, mut reply: HttpResponseBuilder, resource: &Value) -> HttpResponse {
    let MediaType { format, content_type } = wanted.media;
    let is_pretty = is_pretty(wanted);
    match format {
        Format::Json if !is_pretty => reply.content_type(content_type).body(resource.to_string()),
        Format::Json => reply.content_type(content_type).body(format!("{resource:#}")),
        Format::Xml => {
            let layout = if is_pretty { Layout::Indented } else { Layout::Compact };
            match xml::write(resource, &wanted.engine.registry.shapes, layout) {
                Some(text) => reply.content_type(content_type).body(text),
                None => HttpResponse::InternalServerError().finish(),
            }
        }
    }
}

/// Replies with a resource that is there as JSON text.
fn json(wanted: &Wanted<'_>, mut reply: HttpResponseBuilder, body: String) -> HttpResponse {
    if wanted.media.format == Format::Json && !is_pretty(wanted) {
        return reply.content_type(wanted.media.content_type).body(body);
    }
    match parse_own(&body) {
        Ok(resource) => tree(wanted, reply, &resource),
        Err(issue) => {
            tracing::error!(fault = issue.text.en, "what is stored is not JSON");
            HttpResponse::InternalServerError().finish()
        }
    }
}

fn read(wanted: &Wanted<'_>, stored: Stored) -> HttpResponse {
    let reply = tagged(HttpResponse::Ok(), &stored);
    json(wanted, reply, stored.body)
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
            tree(wanted, reply, &outcome)
        }
        Some(Return::Representation) | None => json(wanted, reply, saved.stored.body),
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
        return tree(wanted, reply, &outcome);
    }
    reply.finish()
}

fn or_all_well(issues: Vec<Issue>) -> Vec<Issue> {
    if issues.is_empty() {
        return vec![information("Đã thực hiện, không có lưu ý nào.", "Done; nothing to note.")];
    }
    issues
}

/// Whether `_pretty=true` asks for lines that are indented.
fn is_pretty(wanted: &Wanted<'_>) -> bool {
    wanted.request.query_string().contains("_pretty=true")
}
