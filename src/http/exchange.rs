//! One request and its reply, on whichever thread.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_web::http::Method as Verb;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::web;
use futures_util::FutureExt;

use crate::budget;
use crate::criteria::access::Access;
use crate::definitions::base::today_in;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::position::locate;
use crate::fhirpath::value::locate::size;
use crate::interaction::engine::{Ctx, Engine};
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::job;
use crate::interaction::request::{Parts, Request};
use crate::interaction::respond::{Answer, respond};
use crate::interaction::route::{Interaction, Target};
use crate::operation::call::{Call, Posted, query_as_parameters};
use crate::operation::table::{self as operation, Called};
use crate::operation::terminology::capabilities;
use crate::search::query::Query;

use super::format::{self, Format};
use super::house::House;
use super::reply::answer::{self, Reply, Wanted};
use super::request::body::{self, Body};
use super::request::head::Head;
use super::request::header;
use super::request::patch;

/// Bytes that a value of an answer takes as text.
const MADE: usize = 32;

/// Bodies as short as this are read without asking for memory.
const SHORT: usize = 64 << 10;

/// Bytes of a body that are read, checked and written in a step.
const READ: usize = 4;

/// A request, but for its head.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) engine: web::Data<Engine>,
    pub(super) house: web::Data<House>,
    pub(super) interaction: Interaction,
    pub(super) target: Target,
    /// What may be done; none: what may be by whoever is not known.
    pub(super) access: Option<Arc<Access>>,
    pub(super) body: Arc<Body>,
}

/// What shapes the reply to a request.
pub(super) fn wanted<'a>(request: Head<'a>, engine: &'a Engine) -> Wanted<'a> {
    let (prefer, language) = (header::prefer(request), header::language(request));
    let media = format::of_reply(request).unwrap_or_default();
    Wanted { request, engine, prefer, language, media }
}

/// Carries a request out within the budget of this thread.
pub(super) async fn exchange(request: Head<'_>, asked: Asked) -> Reply {
    let Asked { engine, house, interaction, target, access, body } = asked;
    let wanted = wanted(request, &engine);
    let done = async {
        let format = format::of_body(request).ok().flatten().unwrap_or(Format::Json);
        let bytes = &body.bytes;
        let _room = match bytes.len() > SHORT {
            true => {
                let most = (house.limits.body_values, &house.memory);
                Some(body::room(bytes, format, most).await?)
            }
            false => None,
        };
        budget::spend(bytes.len() / READ)?;
        let ctx = match &access {
            Some(access) => engine.begin_within(access, wanted.prefer),
            None => engine.begin(wanted.prefer),
        };
        carry_out((&wanted, &ctx), interaction, target, bytes).await
    };
    let done = AssertUnwindSafe(done).catch_unwind().await.unwrap_or_else(|_| Err(panicked()));
    let reply = match done {
        Ok(answer) => answer::answer(&wanted, answer),
        Err(failure) => answer::failure(&wanted, failure),
    };
    match budget::spent().filter(|_| !budget::is_kept()) {
        Some(spent) => answer::failure(&wanted, spent.into()),
        None => reply,
    }
}

async fn carry_out(
    (wanted, ctx): (&Wanted<'_>, &Ctx<'_>),
    interaction: Interaction,
    target: Target,
    bytes: &[u8],
) -> Result<Answer, Failure> {
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
    let posted = *request.method == Verb::POST;
    match interaction {
        Interaction::Create | Interaction::Update | Interaction::Bundle => {
            let sent = body::resource(wanted.engine, request, bytes)?;
            (parts.resource, notes) = sent.accepted(wanted.engine, bytes)?;
        }
        Interaction::Patch => parts.patch = Some(patch::read(wanted.engine, request, bytes)?),
        Interaction::Operation => return operation((wanted, ctx), &target, bytes).await,
        Interaction::JobStatus | Interaction::JobCancel => {
            return work(ctx, interaction, &target).await;
        }
        Interaction::SearchType | Interaction::SearchSystem if posted => {
            let form = body::form(request, bytes)?;
            parts.query = Query::parse([request.query_string(), form.as_str()]);
        }
        Interaction::Capabilities if request.query_string().contains("mode=terminology") => {
            return Ok(Answer::Made(capabilities::statement(ctx)));
        }
        Interaction::Capabilities
        | Interaction::SearchType
        | Interaction::SearchSystem
        | Interaction::HistoryInstance
        | Interaction::HistoryType
        | Interaction::HistorySystem
        | Interaction::Read
        | Interaction::VRead
        | Interaction::Delete => {}
    }
    let request = Request::new(interaction, target, parts)?;
    let mut answer = respond(ctx, request).await.map_err(|mut failure| {
        // What is said of the resource that a patch makes stands nowhere in the patch.
        let is_of_body = |issue: &Issue| {
            interaction != Interaction::Patch
                || issue.expression.as_deref().is_some_and(|at| at.starts_with("Parameters."))
        };
        if failure.issues.iter().all(is_of_body) {
            locate(bytes, &mut failure.issues);
        }
        failure
    })?;
    answer.note(notes);
    Ok(answer)
}

/// Tells of work in the background, or ends it.
async fn work(ctx: &Ctx<'_>, interaction: Interaction, target: &Target) -> Result<Answer, Failure> {
    let id = target.id.as_ref().map(ResourceId::as_str).unwrap_or_default();
    let job = match interaction {
        Interaction::JobStatus => job::status(ctx, id).await?,
        _ => job::cancel(ctx, id).await?,
    };
    Ok(Answer::Job(Box::new(job)))
}

/// Calls an operation with what was posted, or with the query when nothing was.
async fn operation(
    (wanted, ctx): (&Wanted<'_>, &Ctx<'_>),
    target: &Target,
    bytes: &[u8],
) -> Result<Answer, Failure> {
    let request = wanted.request;
    let sent = match bytes.is_empty() {
        true => None,
        false => Some(body::resource(wanted.engine, request, bytes)),
    };
    let read = sent.as_ref().map(|sent| sent.as_ref().map(|sent| today_in(&sent.resource)));
    let posted = sent.as_ref().zip(read.as_ref()).map(|(sent, read)| Posted {
        text: bytes,
        resource: read.as_ref().map(|resource| &**resource).map_err(|failure| *failure),
        notes: sent.as_ref().map(|sent| sent.notes.as_slice()).unwrap_or_default(),
    });
    let query = query_as_parameters(request.query_string());
    let call = Call {
        name: target.operation.as_deref().unwrap_or_default(),
        kind: target.kind,
        id: target.id.as_ref(),
        query: &query,
        posted,
        is_get: *request.method != Verb::POST,
        language: wanted.language,
        accept_language: header::text(request, &ACCEPT_LANGUAGE),
    };
    match operation::call(ctx, &call).await? {
        Called::Made(made) => {
            budget::take(size(&made) * MADE)?;
            Ok(Answer::Made(made))
        }
        Called::Begun(number) => {
            budget::keep();
            Ok(Answer::Begun(number))
        }
    }
}

/// A request failed in a way that nobody foresaw.
pub(super) fn panicked() -> Failure {
    Kind::Exception.because(
        "Máy chủ gặp lỗi bên trong. Hãy báo mã yêu cầu (X-Request-Id) cho người vận hành.",
        "The server failed. Tell its operators the request's id (X-Request-Id).",
    )
}
