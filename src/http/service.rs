//! The handler of every FHIR request: reads it, has it carried out, replies, logs.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::http::Method as Verb;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::FutureExt;

use crate::fhir::position::locate;
use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::request::{Parts, Request};
use crate::interaction::respond::{Answer, respond};
use crate::interaction::route::{self, Interaction, Method, Target};
use crate::operation::call::{Call, Posted, query_as_parameters};
use crate::operation::{table as operation, terminology_capabilities};
use crate::search::query::Query;
use crate::store::error::causes;

use super::reply::{self, Wanted};
use super::{body, format, guide, header};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the handler works with.
#[derive(Debug)]
pub(super) struct Limits {
    /// The path of the base URL.
    pub(super) root: Box<str>,
    /// Bytes of a body.
    pub(super) body: usize,
}

/// Handles a request that no other route takes: one below the base URL.
pub(super) async fn handle(
    request: HttpRequest,
    payload: web::Payload,
    engine: web::Data<Engine>,
    limits: web::Data<Limits>,
) -> HttpResponse {
    if let Some(response) = guide::reply(&request, &engine, &limits.root).await {
        return response;
    }
    let start = Instant::now();
    let id = request_id(&request);
    let (prefer, language) = (header::prefer(&request), header::language(&request));
    let media = format::of_reply(&request).unwrap_or_default();
    let wanted = Wanted { request: &request, engine: &engine, prefer, language, media };
    let routed = routed(&request, &limits.root);
    let label = routed.as_ref().map_or("none", |(interaction, _)| interaction.code());
    let kind = routed.as_ref().ok().and_then(|(_, target)| target.kind);
    let done = AssertUnwindSafe(carry_out(&wanted, payload, &limits, routed));
    let done = done.catch_unwind().await.unwrap_or_else(|_panic| Err(panicked()));
    let mut response = match done {
        Ok(answer) => reply::answer(&wanted, answer),
        Err(failure) => {
            log_failure(&failure, &id);
            reply::failure(&wanted, &failure)
        }
    };
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    let kind = kind.map_or("-", |kind| kind.name());
    let status = response.status();
    tracing::info!(
        interaction = label,
        kind,
        status = status.as_u16(),
        duration_us = micros,
        request_id = id.to_str().unwrap_or_default(),
        "request done"
    );
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

async fn carry_out(
    wanted: &Wanted<'_>,
    mut payload: web::Payload,
    limits: &Limits,
    routed: Result<(Interaction, Target), Failure>,
) -> Result<Answer, Failure> {
    let (interaction, target) = routed?;
    let request = wanted.request;
    format::of_reply(request)?;
    let mut parts = Parts {
        query: Query::parse([request.query_string()]),
        if_match: header::if_match(request)?,
        if_none_exist: header::if_none_exist(request)?,
        unless: header::unless(request),
        lenient: wanted.prefer.lenient,
        ..Parts::default()
    };
    let mut notes = Vec::new();
    let posted = request.method() == Verb::POST;
    let mut text = web::BytesMut::new();
    match interaction {
        Interaction::Create | Interaction::Update | Interaction::Bundle => {
            let bytes = body::read(request, &mut payload, limits.body).await?;
            let sent = body::resource(wanted.engine, request, &bytes)?;
            (parts.resource, notes) = sent.accepted(wanted.engine, &bytes)?;
            text = bytes;
        }
        Interaction::Operation => {
            let bytes = body::read(request, &mut payload, limits.body).await?;
            return operation(wanted, &target, &bytes).await;
        }
        Interaction::SearchType if posted => {
            let bytes = body::read(request, &mut payload, limits.body).await?;
            let form = body::form(request, &bytes)?;
            parts.query = Query::parse([request.query_string(), form.as_str()]);
        }
        Interaction::Capabilities if request.query_string().contains("mode=terminology") => {
            let ctx = wanted.engine.begin(wanted.prefer);
            return Ok(Answer::Made(terminology_capabilities::statement(&ctx)));
        }
        Interaction::Capabilities
        | Interaction::SearchType
        | Interaction::HistoryInstance
        | Interaction::Read
        | Interaction::VRead
        | Interaction::Delete => {}
    }
    let ctx = wanted.engine.begin(wanted.prefer);
    let request = Request::new(interaction, target, parts)?;
    let mut answer = respond(&ctx, request).await.map_err(|mut failure| {
        locate(&text, &mut failure.issues);
        failure
    })?;
    if let Answer::Saved(saved) = &mut answer {
        saved.issues.extend(notes);
    }
    Ok(answer)
}

/// Calls an operation with what was posted, or with the query when nothing was.
async fn operation(wanted: &Wanted<'_>, target: &Target, bytes: &[u8]) -> Result<Answer, Failure> {
    let request = wanted.request;
    let sent = match bytes.is_empty() {
        true => None,
        false => Some(body::resource(wanted.engine, request, bytes)),
    };
    let posted = sent.as_ref().map(|sent| Posted {
        text: bytes,
        resource: sent.as_ref().map(|sent| &sent.resource),
        notes: sent.as_ref().map(|sent| sent.notes.as_slice()).unwrap_or_default(),
    });
    let query = query_as_parameters(request.query_string());
    let call = Call {
        name: target.operation.as_deref().unwrap_or_default(),
        kind: target.kind,
        id: target.id.as_ref(),
        query: &query,
        posted,
        is_get: request.method() != Verb::POST,
        language: wanted.language,
        accept_language: header::text(request, &ACCEPT_LANGUAGE),
    };
    let ctx = wanted.engine.begin(wanted.prefer);
    operation::call(&ctx, &call).await.map(Answer::Made)
}

fn routed(request: &HttpRequest, root: &str) -> Result<(Interaction, Target), Failure> {
    let path = plain_path(request.path())?;
    let below = path.strip_prefix(root);
    let path = below.filter(|path| path.is_empty() || path.starts_with('/')).ok_or_else(nowhere)?;
    let method = match *request.method() {
        Verb::GET | Verb::HEAD => Method::Get,
        Verb::POST => Method::Post,
        Verb::PUT => Method::Put,
        Verb::DELETE => Method::Delete,
        _ => {
            return Err(Kind::MethodNotAllowed.because(
                "Máy chủ chưa hỗ trợ phương thức này. Xem /metadata.",
                "This server does not support this method. See /metadata.",
            ));
        }
    };
    route::find(method, path)
}

/// A path with what is percent-encoded in it decoded, except for slashes.
fn plain_path(path: &str) -> Result<Cow<'_, str>, Failure> {
    route::decoded(path).ok_or_else(|| {
        Kind::Malformed.because(
            "Đường dẫn có byte không phải UTF-8 hoặc dấu % sai. Hãy mã hóa phần trăm văn bản UTF-8.",
            "The path has bytes that are not UTF-8, or a stray %. Percent-encode text in UTF-8.",
        )
    })
}

/// The client's own id of the request when it is short and plain, else a new one.
fn request_id(request: &HttpRequest) -> HeaderValue {
    let plain = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        let legal = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        (1..=64).contains(&bytes.len()) && bytes.iter().all(legal)
    };
    if let Some(given) = request.headers().get(&REQUEST_ID).filter(plain) {
        return given.clone();
    }
    let id = uuid::Uuid::now_v7().simple().to_string();
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("-"))
}

fn panicked() -> Failure {
    Kind::Exception.because(
        "Máy chủ gặp lỗi bên trong. Hãy báo mã yêu cầu (X-Request-Id) cho người vận hành.",
        "The server failed. Tell its operators the request's id (X-Request-Id).",
    )
}

/// Writes a failure of the server down, once, with all its causes.
fn log_failure(failure: &Failure, id: &HeaderValue) {
    if !failure.is_ours() {
        return;
    }
    // A panic has no cause here: it told of itself when it happened.
    let cause = failure.cause.as_deref().map(|cause| causes(cause));
    tracing::error!(
        cause = cause.as_deref().unwrap_or("none"),
        request_id = id.to_str().unwrap_or_default(),
        "request failed"
    );
}

/// The path is not below the base URL.
fn nowhere() -> Failure {
    Kind::NotFound.because(
        "Không có gì ở đây. Điểm truy cập FHIR là /fhir; xem trang / để bắt đầu.",
        "There is nothing here. The FHIR endpoint is /fhir; see / to start.",
    )
}
