//! The handler of every FHIR request: reads it, has it carried out, replies, logs.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use actix_web::http::header::{ALLOW, HeaderName, HeaderValue};
use actix_web::http::{Method as Verb, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::budget::{Budget, Spent};
use crate::criteria::access::Access;
use crate::interaction::audit::trail::Trail;
use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::{self, Interaction, Method, Target};
use crate::store::error::causes;

use super::address::{Address, nowhere};
use super::admission::permit;
use super::background;
use super::connection;
use super::exchange::{Asked, exchange, panicked, wanted};
use super::format;
use super::house::House;
use super::lanes::{Lane, Undone};
use super::oauth;
use super::options;
use super::page;
use super::reply::answer::{self, Reply};
use super::reply::sending::{Sending, is_short};
use super::request::body::{self, Body};
use super::request::followed;
use super::request::head::{Head, OwnHead};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Handles a request that no other route takes: one below the base URL.
pub(super) async fn handle(
    request: HttpRequest,
    mut payload: web::Payload,
    engine: web::Data<Engine>,
    house: web::Data<House>,
) -> HttpResponse {
    let begun = connection::begin(&request);
    if let Some(response) = oauth::reply(&request, &mut payload, &engine, &house).await {
        return response;
    }
    if let Some(response) = page::reply(&request, &mut payload, &engine, &house).await {
        return response;
    }
    let start = Instant::now();
    let id = request_id(&request);
    let head = Head::of(&request);
    let said = OwnHead::in_language(head).filter(|_| format::is_page(head));
    let head = said.as_ref().map_or(head, OwnHead::head);
    if *head.method == Verb::OPTIONS {
        return options(head, &engine, &house, id);
    }
    let routed = routed(head, &house.address);
    let label = routed.as_ref().map_or("none", |(interaction, _)| interaction.code());
    let kind = routed.as_ref().ok().and_then(|(_, target)| target.kind);
    let trail = followed::begin(&request, &engine, &id);
    let place = routed.as_ref().ok().cloned();
    let vouched = (&**house, connection::is_vouched_for(&request));
    let admitted = Box::pin(permit(head, (&engine, vouched), &routed, trail.as_deref())).await;
    let (access, opened) = admitted.as_ref().map_or((None, None), Clone::clone);
    let permitted = (head, access.clone(), trail.clone());
    let asked = match admitted {
        Ok(_) => ask(permitted, payload, &engine, &house, routed).await,
        Err(failure) => Err(failure),
    };
    let (mut reply, budget) = match asked {
        Ok(asked) => answered(head, asked, start).await,
        Err(failure) => (answer::failure(&wanted(head, &engine), failure), None),
    };
    reply.headers.extend(opened.and_then(|until| followed::until(&engine, until)));
    if let Some(trail) = &trail {
        let about = (place.as_ref(), access.as_deref());
        reply = settled((head, &engine), trail, about, reply).await;
    }
    if reply.status == StatusCode::METHOD_NOT_ALLOWED {
        let path = plain_path(head.path()).unwrap_or_default();
        let allow = house.address.below(&path).and_then(options::allow);
        reply.headers.extend(allow.map(|allow| (ALLOW, allow)));
    }
    if let Some(failure) = &reply.failure {
        log_failure(failure, &id);
    }
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    let kind = kind.map_or("-", |kind| kind.name());
    tracing::info!(
        interaction = label,
        kind,
        status = reply.status.as_u16(),
        duration_us = micros,
        request_id = id.to_str().unwrap_or_default(),
        "request done"
    );
    drop(begun);
    response(reply, budget, id)
}

/// Reads the request's body.
async fn ask(
    (head, access, trail): (Head<'_>, Option<Arc<Access>>, Option<Arc<Trail>>),
    mut payload: web::Payload,
    engine: &web::Data<Engine>,
    house: &web::Data<House>,
    routed: Result<(Interaction, Target), Failure>,
) -> Result<Asked, Failure> {
    let (interaction, target) = routed?;
    let takes_body = match interaction {
        Interaction::Create
        | Interaction::Update
        | Interaction::Patch
        | Interaction::Bundle
        | Interaction::Operation => true,
        Interaction::SearchType | Interaction::SearchSystem => *head.method == Verb::POST,
        _ => false,
    };
    let body = match takes_body {
        true => body::read(head, &mut payload, &house.limits, &house.bodies).await?,
        false => Body::none(),
    };
    let (engine, house) = (engine.clone(), house.clone());
    Ok(Asked { engine, house, interaction, target, access, trail, body: Arc::new(body) })
}

/// A reply, once what was done is recorded; none without that.
async fn settled(
    (head, engine): (Head<'_>, &Engine),
    trail: &Trail,
    about: (Option<&(Interaction, Target)>, Option<&Access>),
    reply: Reply,
) -> Reply {
    let status = reply.status.as_u16();
    match followed::settle((head, engine), trail, about, status).await {
        Ok(()) => reply,
        Err(failure) => answer::failure(&wanted(head, engine), failure),
    }
}

/// A client that leaves need not be worked for.
struct Waiting(Arc<Budget>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Has a request carried out, where it belongs.
async fn answered(head: Head<'_>, asked: Asked, start: Instant) -> (Reply, Option<Arc<Budget>>) {
    if let Some(reply) = background::reply(head, &asked) {
        return (reply, None);
    }
    let (engine, house) = (asked.engine.clone(), asked.house.clone());
    let mut lane = Lane::of(asked.interaction, asked.body.bytes.len());
    loop {
        let budget = house.budget(lane, start);
        let waiting = Waiting(Arc::clone(&budget));
        let done = if lane == Lane::Here {
            Ok(budget.follow(exchange(head, asked.clone())).await)
        } else {
            let (head, asked, budget) = (head.owned(), asked.clone(), Arc::clone(&budget));
            let work = move || async move { budget.follow(exchange(head.head(), asked)).await };
            house.lanes.run(lane, work).await
        };
        drop(waiting);
        let is_lost = budget.spent() == Some(Spent::Steps) && !budget.is_kept();
        if let Some(next) = lane.next().filter(|_| is_lost) {
            asked.trail.iter().for_each(|trail| trail.forget());
            lane = next;
            continue;
        }
        let reply = done.unwrap_or_else(|undone| {
            let failure = match undone {
                Undone::Full => body::busy(),
                Undone::Panicked => panicked(),
            };
            answer::failure(&wanted(head, &engine), failure)
        });
        return (reply, Some(budget));
    }
}

/// The reply, as actix takes it.
fn response(reply: Reply, budget: Option<Arc<Budget>>, id: HeaderValue) -> HttpResponse {
    let mut response = HttpResponse::build(reply.status);
    for header in reply.headers {
        response.insert_header(header);
    }
    response.insert_header((REQUEST_ID, id));
    match budget {
        _ if reply.body.is_empty() => response.finish(),
        Some(budget) if !is_short(&reply.body) => response.body(Sending::new(reply.body, budget)),
        _ => response.body(reply.body),
    }
}

/// Tells what can be done at a path.
fn options(
    head: Head<'_>,
    engine: &web::Data<Engine>,
    house: &House,
    id: HeaderValue,
) -> HttpResponse {
    let told = plain_path(head.path()).and_then(|path| {
        let below = house.address.below(&path).ok_or_else(nowhere)?;
        options::reply(below)
    });
    told.unwrap_or_else(|failure| {
        response(answer::failure(&wanted(head, engine), failure), None, id)
    })
}

fn routed(request: Head<'_>, address: &Address) -> Result<(Interaction, Target), Failure> {
    let path = plain_path(request.path())?;
    let path = address.below(&path).ok_or_else(nowhere)?;
    let method = match *request.method {
        Verb::GET | Verb::HEAD => Method::Get,
        Verb::POST => Method::Post,
        Verb::PUT => Method::Put,
        Verb::PATCH => Method::Patch,
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
