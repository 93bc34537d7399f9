//! One request and its reply, on whichever thread.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_web::http::Method as Verb;
use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use actix_web::web;
use futures_util::FutureExt;

use crate::budget;
use crate::criteria::access::Access;
use crate::definitions::base::today_in;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::fhir::position::locate;
use crate::fhirpath::value::locate::size;
use crate::interaction::audit::trail::{Part, Trail};
use crate::interaction::engine::{Ctx, Engine};
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::job;
use crate::interaction::request::{Parts, Request};
use crate::interaction::respond::{Answer, Plain, respond};
use crate::interaction::route::{Interaction, Target};
use crate::interaction::single::idempotent::answered;
use crate::operation::call::{Call, Posted, query_as_parameters};
use crate::operation::openapi;
use crate::operation::table::{self as operation, Called};
use crate::operation::terminology::capabilities;
use crate::search::query::Query;

use super::binary;
use super::format::{self, Format};
use super::house::House;
use super::reply::answer::{self, Reply, Wanted};
use super::reply::shrink::shrunk;
use super::request::beside;
use super::request::body::{self, Body};
use super::request::followed;
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
    /// Where it is noted what is done.
    pub(super) trail: Option<Arc<Trail>>,
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
    let Asked { engine, house, interaction, target, access, trail, body } = asked;
    let wanted = wanted(request, &engine);
    let done = async {
        let format = format::of_body(request).ok().flatten().unwrap_or(Format::Json);
        let bytes = &body.bytes;
        let is_content = binary::is_content(request, (interaction, &target), bytes);
        let _room = match bytes.len() > SHORT {
            true if is_content => {
                budget::take(bytes.len())?;
                None
            }
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
        let ctx = ctx.followed(trail.as_deref());
        Box::pin(carry_out((&wanted, &ctx), interaction, target, bytes)).await
    };
    let done = AssertUnwindSafe(done).catch_unwind().await.unwrap_or_else(|_| Err(panicked()));
    let reply = match done {
        Ok(answer) => answer::answer(&wanted, answer),
        Err(failure) => answer::failure(&wanted, failure),
    };
    let reply = shrunk(request, reply);
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
    followed::may_change(ctx, interaction, &target)?;
    if !is_plain(interaction, &target) && !binary::may_be_content(interaction, &target) {
        format::of_reply(request)?;
    }
    let mut parts = Parts {
        query: Query::parse([request.query_string()]),
        if_match: header::if_match(request)?,
        if_none_exist: header::if_none_exist(request)?,
        unless: header::unless(request),
        lenient: wanted.prefer.lenient,
        ..Parts::default()
    };
    if let Some(answer) =
        Box::pin(apart((wanted, ctx), interaction, (&target, &parts.query), bytes)).await?
    {
        return Ok(answer);
    }
    let notes = read_body(wanted, (interaction, &target), &mut parts, bytes)?;
    let said = beside::said(ctx, request, interaction).await?;
    let keep = beside::keep(ctx, request, (interaction, parts.resource.as_ref()), bytes)?;
    if let Some(keep) = &keep
        && let Some(before) = answered(ctx, keep).await?
    {
        return Ok(before);
    }
    let saying = ctx.saying(said.as_ref()).keeping(keep.as_ref());
    let request = Request::new(interaction, target, parts)?;
    let done = match (Box::pin(respond(&saying, request)).await, &keep) {
        // Of two at once the other one may have been first.
        (Err(failure), Some(keep)) => answered(ctx, keep).await?.ok_or(failure),
        (done, _) => done,
    };
    let mut answer = done.map_err(|mut failure| {
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

/// Answers what is no interaction with resources.
async fn apart(
    (wanted, ctx): (&Wanted<'_>, &Ctx<'_>),
    interaction: Interaction,
    (target, query): (&Target, &Query),
    bytes: &[u8],
) -> Result<Option<Answer>, Failure> {
    Ok(Some(match interaction {
        Interaction::Operation => operation((wanted, ctx), target, bytes).await?,
        Interaction::JobStatus | Interaction::JobCancel => work(ctx, interaction, target).await?,
        Interaction::Capabilities if beside::is_of_terminology(query)? => {
            Answer::Made(capabilities::statement(ctx))
        }
        Interaction::OpenApi => {
            let json = openapi::document(ctx);
            Answer::Plain(Plain { status: 200, json })
        }
        _ => return Ok(None),
    }))
}

/// Reads the body of an interaction that takes one; what is noted of its text.
fn read_body(
    wanted: &Wanted<'_>,
    (interaction, target): (Interaction, &Target),
    parts: &mut Parts,
    bytes: &[u8],
) -> Result<Vec<Issue>, Failure> {
    let request = wanted.request;
    match interaction {
        Interaction::Create | Interaction::Update
            if binary::is_content(request, (interaction, target), bytes) =>
        {
            parts.resource = Some(binary::holding(request, target, bytes)?);
        }
        Interaction::Create | Interaction::Update | Interaction::Bundle => {
            let sent = body::resource(wanted.engine, request, bytes)?;
            let (mut resource, notes) = sent.accepted(wanted.engine, bytes)?;
            if let Some(resource) = resource.as_mut()
                && target.kind == Some(ResourceKind::BINARY)
            {
                binary::secure(request, resource)?;
            }
            parts.resource = resource;
            return Ok(notes);
        }
        Interaction::Patch => parts.patch = Some(patch::read(wanted.engine, request, bytes)?),
        Interaction::SearchType | Interaction::SearchSystem if *request.method == Verb::POST => {
            let form = body::form(request, bytes)?;
            parts.query = Query::parse([request.query_string(), form.as_str()]);
        }
        _ => {}
    }
    Ok(Vec::new())
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

/// Whether the answer is JSON whatever the client takes, as the specification says of `$graphql`.
fn is_plain(interaction: Interaction, target: &Target) -> bool {
    let is_called = target.operation.as_deref() == Some("graphql");
    interaction == Interaction::OpenApi || interaction == Interaction::Operation && is_called
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
        raw_query: request.query_string(),
        posted,
        is_get: *request.method != Verb::POST,
        language: wanted.language,
        accept_language: header::text(request, &ACCEPT_LANGUAGE),
        content_type: header::text(request, &CONTENT_TYPE),
    };
    let part = Part::default();
    let done = operation::call(&ctx.noting(&part), &call).await;
    followed::operated(ctx, &call, &part, done.as_ref().map_or_else(Failure::status, |_| 200));
    match done? {
        Called::Made(made) => {
            budget::take(size(&made) * MADE)?;
            Ok(Answer::Made(made))
        }
        Called::Plain(plain) => {
            budget::take(size(&plain.json) * MADE)?;
            Ok(Answer::Plain(plain))
        }
        Called::Found(found) => Ok(Answer::Found(found)),
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
