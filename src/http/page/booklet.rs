//! The pages of the booklet: read like any request, on a thread that keeps no connection waiting.

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue,
    RETRY_AFTER,
};
use actix_web::{HttpRequest, HttpResponse, web};

use super::html;
use crate::budget::{self, Budget, Spent};
use crate::criteria::access::{Access, Doing};
use crate::fhir::kind::ResourceKind;
use crate::http::house::House;
use crate::http::lanes::{Lane, Undone};
use crate::http::request::body;
use crate::http::request::followed;
use crate::http::request::head::Head;
use crate::interaction::audit::action::Action;
use crate::interaction::audit::named::written;
use crate::interaction::audit::note::Outcome;
use crate::interaction::audit::trail::{Part, Trail};
use crate::interaction::engine::{Ctx, Engine, Prefer};
use crate::interaction::failure::Failure;
use crate::interaction::route::decoded;
use crate::search::query::{Parameter, Query};
use crate::store::audit::event::What;
use crate::ui::booklet::page::{self, Asked, Reply, is_ours};

/// Bytes that the form of a page may have.
const FORM: usize = 16 << 10;
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Whether a request is for one of these pages. A search is posted, so that what is typed stands in no
/// address; nothing else is.
pub(super) fn is_asked(request: &HttpRequest, house: &House) -> bool {
    let path = house.address.page(request.path());
    match *request.method() {
        Method::GET | Method::HEAD => is_ours(path),
        Method::POST => path == "/so",
        _ => false,
    }
}

/// The reply.
pub(super) async fn reply(
    request: &HttpRequest,
    payload: &mut web::Payload,
    engine: &web::Data<Engine>,
    house: &web::Data<House>,
) -> HttpResponse {
    let asked = match asked(request, payload, house).await {
        Ok(asked) => asked,
        Err(failure) => return response(page::failure(&failure), house),
    };
    let id = HeaderValue::try_from(uuid::Uuid::now_v7().simple().to_string());
    let id = id.unwrap_or(HeaderValue::from_static("-"));
    let trail = followed::begin(request, engine, &id);
    let access = match permit(Head::of(request), (engine, house), trail.as_deref()).await {
        Ok(access) => access,
        Err(failure) => {
            let reply = noted((engine, trail.as_deref()), page::failure(&failure), &asked).await;
            return response(reply, house);
        }
    };
    let reader = Reader { engine: engine.clone(), access, trail };
    let start = Instant::now();
    let mut lane = Lane::Quick;
    loop {
        let budget = house.budget(lane, start);
        let done = house.lanes.run(lane, work(&reader, &asked, &budget)).await;
        let is_lost = budget.spent() == Some(Spent::Steps);
        if let Some(next) = lane.next().filter(|_| is_lost) {
            reader.trail.iter().for_each(|trail| trail.forget());
            lane = next;
            continue;
        }
        return match done {
            Ok(reply) => {
                response(noted((engine, reader.trail.as_deref()), reply, &asked).await, house)
            }
            Err(Undone::Full) => {
                HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "1")).finish()
            }
            Err(Undone::Panicked) => HttpResponse::InternalServerError().finish(),
        };
    }
}

/// Who reads a page, and where that is noted.
#[derive(Clone)]
struct Reader {
    engine: web::Data<Engine>,
    access: Option<Arc<Access>>,
    trail: Option<Arc<Trail>>,
}

/// What may be seen by who sends a token; without one it is what anybody may see.
async fn permit(
    head: Head<'_>,
    (engine, house): (&Engine, &House),
    trail: Option<&Trail>,
) -> Result<Option<Arc<Access>>, Failure> {
    let Some(control) = &house.control else { return Ok(None) };
    let sent: Vec<&[u8]> = head.headers.get_all(AUTHORIZATION).map(HeaderValue::as_bytes).collect();
    if sent.is_empty() {
        return Ok(None);
    }
    let nowhere = Trail::default();
    let noted = (None, trail.unwrap_or(&nowhere));
    let admitted = Box::pin(control.admit(engine, &sent, noted)).await?;
    Ok(Some(Arc::new(admitted.access)))
}

/// The reply, once it is recorded that the page was read; one that cannot be recorded is not shown.
async fn noted((engine, trail): (&Engine, Option<&Trail>), reply: Reply, asked: &Asked) -> Reply {
    let Some(trail) = trail else { return reply };
    // A page that was refused before it was made.
    let is_of_somebody = asked.path.starts_with("/so/");
    if trail.is_empty() && (is_of_somebody || reply.status == 401) {
        let nobody = Access::nothing();
        let ctx = engine.begin_within(&nobody, Prefer::default()).followed(Some(trail));
        seen(&ctx, asked, (&Part::default(), reply.status));
    }
    match followed::record(engine, trail).await {
        Ok(()) => reply,
        Err(failure) => page::failure(&failure),
    }
}

/// Notes that a page was read.
fn seen(ctx: &Ctx<'_>, asked: &Asked, (part, status): (&Part, u16)) {
    let mut place = asked.path.trim_start_matches("/so/").split('/');
    let id = place.next().filter(|id| asked.path.starts_with("/so/") && !id.is_empty());
    // What is typed into the search is written down nowhere.
    let pairs = asked.query.iter().filter(|(name, _)| name != "q");
    let parameters = pairs.map(|(name, text)| Parameter::new(name, text.clone())).collect();
    let action = Action {
        id: id.unwrap_or_default().to_owned(),
        query: written(&asked.path, &Query { parameters }),
        ..Action::new(What::Page, Doing::Read, id.map(|_| ResourceKind::PATIENT))
    };
    ctx.did(action, part, Outcome { status, ..Outcome::default() });
}

/// Makes a page within a budget.
fn work(
    reader: &Reader,
    asked: &Asked,
    budget: &Arc<Budget>,
) -> impl FnOnce() -> std::pin::Pin<Box<dyn Future<Output = Reply>>> + Send + 'static {
    let (reader, asked, budget) = (reader.clone(), asked.clone(), Arc::clone(budget));
    move || {
        Box::pin(async move {
            let making = async {
                let ctx = match &reader.access {
                    Some(access) => reader.engine.begin_within(access, Prefer::default()),
                    None => reader.engine.begin(Prefer::default()),
                };
                let ctx = ctx.followed(reader.trail.as_deref());
                let part = Part::default();
                let reply = page::reply(&ctx.noting(&part), &asked).await;
                // A page from half of what is recorded would be wrong without anybody seeing it.
                let reply = match budget::spent() {
                    Some(spent) => page::failure(&Failure::from(spent)),
                    None => reply,
                };
                if asked.path != "/so" || !part.patients().is_empty() {
                    seen(&ctx, &asked, (&part, reply.status));
                }
                reply
            };
            budget.follow(making).await
        })
    }
}

/// Reads the path, the query and a form.
async fn asked(
    request: &HttpRequest,
    payload: &mut web::Payload,
    house: &House,
) -> Result<Asked, Failure> {
    let path = house.address.page(request.path());
    let path = decoded(path).unwrap_or_default().into_owned();
    let pairs = |text: &str| -> Vec<(String, String)> {
        form_urlencoded::parse(text.as_bytes()).into_owned().collect()
    };
    let mut query = pairs(request.query_string());
    if *request.method() == Method::POST {
        let head = Head::of(request);
        let mut limits = house.limits;
        limits.body = limits.body.min(FORM);
        let sent = body::read(head, payload, &limits, &house.bodies).await?;
        query.extend(pairs(&body::form(head, &sent.bytes)?));
    }
    Ok(Asked { path, query })
}

fn response(reply: Reply, house: &House) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponse::build(status);
    builder.insert_header((CACHE_CONTROL, "no-store")).insert_header((ROBOTS, "noindex, nofollow"));
    if let Some(file) = reply.file {
        let kept = format!("attachment; filename=\"{file}\"");
        builder.insert_header((CONTENT_DISPOSITION, kept));
    }
    if reply.media.starts_with("text/html") {
        return html(builder, &house.address, reply.body);
    }
    builder.insert_header((CONTENT_TYPE, reply.media)).body(reply.body)
}
