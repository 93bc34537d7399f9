//! Answers and failures, as HTTP.

use actix_web::HttpResponse;
use actix_web::http::header::{
    ACCEPT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    LAST_MODIFIED, LINK, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use serde_json::Value;

use crate::budget;
use crate::fhir::issue::{Issue, Severity, operation_outcome};
use crate::fhir::json::parse_own;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Return;
use crate::interaction::failure::{Failure, information};
use crate::interaction::respond::{Answer, Plain};
use crate::interaction::single::update::Saved;
use crate::patch::document::Syntax;
use crate::store::row::Stored;
use crate::ui::address;
use crate::ui::resource::{Here, Shown, page};
use crate::xml::write::{self as xml, Layout};

use super::challenge::{challenge, patience};
use super::job::{begun, of_job};
use super::lines::{lines, next};
use super::text;
pub(in crate::http) use super::wanted::Wanted;
use crate::http::binary;
use crate::http::format::{ACCEPT_PATCH, Format, MediaType};
use crate::http::request::head::{Head, says_language};
use crate::http::request::header::{http_time, language};
use crate::http::request::inflate;

/// That an answer is one of before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Steps of writing 16 bytes anew as a tree.
const REWRITTEN: usize = 4;

/// A reply, before actix has it.
#[derive(Debug)]
pub(in crate::http) struct Reply {
    pub(in crate::http) status: StatusCode,
    pub(in crate::http) headers: Vec<(HeaderName, HeaderValue)>,
    pub(in crate::http) body: Bytes,
    /// What went wrong, for the log.
    pub(in crate::http) failure: Option<Failure>,
}

impl Reply {
    pub(in crate::http) fn new(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), failure: None }
    }

    pub(in crate::http) fn with(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        // What cannot stand in a header is left out.
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.push((name, value));
        }
        self
    }

    fn body(self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self.with(CONTENT_TYPE, content_type) }
    }
}

/// The reply to a request that was done.
pub(in crate::http) fn answer(wanted: &Wanted<'_>, answer: Answer) -> Reply {
    let is_page = wanted.media.format == Format::Html;
    let wanted = match is_page && !has_page(&answer) {
        true => &Wanted { media: MediaType::default(), ..*wanted },
        false => wanted,
    };
    let warnings = answer.warnings();
    let about = match &answer {
        Answer::Saved(saved) if warnings > 0 => Some(text::question(wanted.engine, &saved.stored)),
        _ => None,
    };
    warn(of_answer(wanted, answer), warnings, about)
}

/// Whether what is answered is shown to people as a page.
fn has_page(answer: &Answer) -> bool {
    matches!(answer, Answer::Resource(_) | Answer::Found(_) | Answer::Versions(_))
}

/// Tells how many warnings there are, whatever the body is, and where to ask for them: a client that
/// prefers nothing, or the resource, learns of them as well.
fn warn(reply: Reply, warnings: usize, about: Option<String>) -> Reply {
    const WARNINGS: HeaderName = HeaderName::from_static("x-mebe-warnings");
    if warnings == 0 {
        return reply;
    }
    let reply = reply.with(WARNINGS, warnings.to_string());
    match about {
        Some(about) => reply.with(LINK, format!("<{about}>; rel=\"describedby\"")),
        None => reply,
    }
}

fn of_answer(wanted: &Wanted<'_>, answer: Answer) -> Reply {
    let (engine, language) = (wanted.engine, wanted.language);
    let ok = Reply::new(StatusCode::OK);
    match answer {
        Answer::Capabilities => tree(wanted, ok, &engine.capabilities()),
        Answer::Resource(stored) => read(wanted, stored),
        Answer::Unchanged(stored) => tagged(StatusCode::NOT_MODIFIED, &stored),
        Answer::Saved(saved) => written(wanted, saved),
        Answer::Deleted { version, issues } => deleted(wanted, version, issues),
        Answer::Found(found) => json(wanted, ok, text::found(engine, &found, language)),
        Answer::Versions(history) => json(wanted, ok, text::versions(engine, &history)),
        Answer::Bundle(answered) => {
            json(wanted, ok, text::answered(engine, &answered, wanted.prefer.body, language))
        }
        Answer::Made(resource) => tree(wanted, ok, &resource),
        Answer::Plain(Plain { status, json }) => plain(status, &json),
        Answer::Kept(answer) => of_answer(wanted, *answer).with(REPLAYED, "true"),
        Answer::Begun(number) => begun(wanted, number),
        Answer::Job(job) => of_job(wanted, &job),
        Answer::Failed(refused) => failure(wanted, refused),
    }
}

/// JSON that is no resource.
fn plain(status: u16, json: &Value) -> Reply {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Reply::new(status).body("application/json; charset=utf-8", json.to_string())
}

/// The reply to a request that was not done.
pub(in crate::http) fn failure(wanted: &Wanted<'_>, failure: Failure) -> Reply {
    let status =
        StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = Reply::new(status);
    if let Some(seconds) = patience(status.as_u16()) {
        reply = reply.with(RETRY_AFTER, seconds);
    }
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        reply = reply.with(ACCEPT_ENCODING, inflate::READ);
        if *wanted.request.method == Method::PATCH {
            reply = reply.with(ACCEPT_PATCH, Syntax::MEDIA_TYPES);
        }
    }
    if let Some(challenge) = challenge(failure.kind) {
        reply = reply.with(WWW_AUTHENTICATE, challenge);
    }
    let outcome = operation_outcome(&failure.issues, wanted.language);
    Reply { failure: Some(failure), ..tree(wanted, reply, &outcome) }
}

/// The reply to a request that is not even looked at.
pub(in crate::http) fn refused(request: Head<'_>, failure: &Failure) -> HttpResponse {
    let status =
        StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let outcome = operation_outcome(&failure.issues, language(request));
    let mut reply = HttpResponse::build(status);
    if let Some(seconds) = patience(status.as_u16()) {
        reply.insert_header((RETRY_AFTER, seconds));
    }
    reply.content_type(MediaType::default().content_type).body(outcome.to_string())
}

/// Replies with a resource that is there as a tree.
pub(in crate::http) fn tree(wanted: &Wanted<'_>, reply: Reply, resource: &Value) -> Reply {
    let MediaType { format, content_type } = wanted.media;
    let is_pretty = is_pretty(wanted);
    match format {
        Format::Json if !is_pretty => reply.body(content_type, resource.to_string()),
        Format::Json => reply.body(content_type, format!("{resource:#}")),
        Format::Html => paged(wanted, reply, resource),
        Format::Ndjson => {
            let reply = match next(resource) {
                Some(next) => reply.with(LINK, format!("<{next}>; rel=\"next\"")),
                None => reply,
            };
            reply.body(content_type, lines(resource))
        }
        Format::Xml => {
            let layout = if is_pretty { Layout::Indented } else { Layout::Compact };
            match xml::write(resource, &wanted.engine.registry.shapes, layout) {
                Some(text) => reply.body(content_type, text),
                None => Reply::new(StatusCode::INTERNAL_SERVER_ERROR),
            }
        }
    }
}

/// Replies with a page about a resource.
fn paged(wanted: &Wanted<'_>, reply: Reply, resource: &Value) -> Reply {
    let (engine, uri) = (wanted.engine, wanted.request.uri);
    let query = uri.query().map(|query| format!("{query}&")).unwrap_or_default();
    let other = |format: &str| format!("{}?{query}_format={format}&_pretty=true", uri.path());
    let (base, language) = (engine.base.as_str(), wanted.language);
    let (json, xml) = (other("json"), other("xml"));
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let (path, query) = (uri.path(), query.into_owned().collect::<Vec<_>>());
    let is_said = says_language(wanted.request);
    let here = Here { json: &json, xml: &xml, path, query: &query, is_said };
    let page = page(&Shown { resource, base, here, language });
    let page = address::below(address::prefix(base), page);
    let reply = reply.with(CONTENT_SECURITY_POLICY, address::policy(&page));
    reply.body(wanted.media.content_type, page)
}

/// Replies with a resource that is there as JSON text.
fn json(wanted: &Wanted<'_>, reply: Reply, body: String) -> Reply {
    if wanted.media.format == Format::Json && !is_pretty(wanted) {
        return reply.body(wanted.media.content_type, body);
    }
    // A tree takes several times the text. Who has not as much left is answered otherwise; what was
    // stored is told.
    let taken =
        budget::spend(body.len() / 16 * REWRITTEN).and_then(|()| budget::take(body.len() * 4));
    if taken.is_err() && !budget::is_kept() {
        return Reply::new(StatusCode::SERVICE_UNAVAILABLE);
    }
    match parse_own(&body) {
        Ok(resource) => tree(wanted, reply, &resource),
        Err(issue) => {
            tracing::error!(fault = issue.text.en, "what is stored is not JSON");
            Reply::new(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn read(wanted: &Wanted<'_>, stored: Stored) -> Reply {
    let mut reply = tagged(StatusCode::OK, &stored);
    if stored.kind == ResourceKind::BINARY
        && let Some(content) = binary::content(wanted.request, &stored.body)
    {
        reply.headers.extend(content.headers);
        return Reply { body: content.bytes.into(), ..reply };
    }
    json(wanted, reply, stored.body)
}

fn tagged(status: StatusCode, stored: &Stored) -> Reply {
    let modified = httpdate::fmt_http_date(http_time(stored.updated));
    let reply = Reply::new(status).with(ETAG, format!("W/\"{}\"", stored.version));
    reply.with(LAST_MODIFIED, modified)
}

fn written(wanted: &Wanted<'_>, saved: Saved) -> Reply {
    let status = if saved.created { StatusCode::CREATED } else { StatusCode::OK };
    let reply = tagged(status, &saved.stored);
    let reply = reply.with(LOCATION, text::location(wanted.engine, &saved.stored));
    match wanted.prefer.body {
        Some(Return::Minimal) => reply,
        Some(Return::OperationOutcome) => {
            let issues = or_all_well(saved.issues);
            let outcome = operation_outcome(&issues, wanted.language);
            tree(wanted, reply, &outcome)
        }
        Some(Return::Representation) | None => json(wanted, reply, saved.stored.body),
    }
}

fn deleted(wanted: &Wanted<'_>, version: Option<i64>, issues: Vec<Issue>) -> Reply {
    let outcome = match wanted.prefer.body {
        Some(Return::OperationOutcome) => true,
        Some(Return::Minimal) => false,
        // Warnings are told by a header: that something is gone needs no words.
        Some(Return::Representation) | None => {
            issues.iter().any(|issue| issue.severity != Severity::Warning)
        }
    };
    let mut reply = Reply::new(if outcome { StatusCode::OK } else { StatusCode::NO_CONTENT });
    if let Some(version) = version {
        reply = reply.with(ETAG, format!("W/\"{version}\""));
    }
    if outcome {
        let outcome = operation_outcome(&or_all_well(issues), wanted.language);
        return tree(wanted, reply, &outcome);
    }
    reply
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
