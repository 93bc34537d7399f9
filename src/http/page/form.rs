//! The forms of the booklet: read and sent within a request's budget, with the token that keeps other
//! sites from sending them.

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::header::{CACHE_CONTROL, HeaderName, LOCATION, RETRY_AFTER, SET_COOKIE};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use super::booklet::permit;
use super::html;
use super::noted::{Visit, seen};
use crate::budget::{self, Budget, Spent};
use crate::http::house::House;
use crate::http::lanes::{Lane, Undone};
use crate::http::request::browser::Browser;
use crate::http::request::form::Form;
use crate::interaction::audit::trail::Part;
use crate::interaction::engine::{Engine, Prefer};
use crate::interaction::failure::Failure;
use crate::interaction::route::decoded;
use crate::ui::form::page::{self, Asked, Held, Reply, is_ours};

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Whether a request is for one of these pages.
pub(super) fn is_asked(request: &HttpRequest, house: &House) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD | Method::POST)
        && is_ours(house.address.page(request.path()))
}

/// The reply.
pub(super) async fn reply(
    request: &HttpRequest,
    payload: &mut web::Payload,
    engine: &web::Data<Engine>,
    house: &web::Data<House>,
) -> HttpResponse {
    let browser = Browser::of(request, house);
    let mut visit = Visit::begin(request, engine);
    let path = house.address.page(request.path()).to_owned();
    let person = match permit(request, (engine, house), visit.trail.as_deref()).await {
        Ok(Some((access, person))) => {
            visit.access = Some(Arc::new(access));
            person
        }
        Ok(None) => None,
        Err(refused) => {
            return match visit.settle(&path, refused.status().as_u16()).await {
                Ok(()) => refused,
                Err(_unrecorded) => HttpResponse::ServiceUnavailable().finish(),
            };
        }
    };
    // A form of one person is not sent by another at the same browser.
    let purpose = format!("record {}", person.as_deref().unwrap_or_default());
    let mut asked = asked(request, house);
    asked.token = browser.token(house, &purpose);
    asked.person = person;
    if *request.method() == Method::POST
        && let Err(failure) = sent(request, payload, (house, &browser, &purpose), &mut asked).await
    {
        let ctx = engine.begin(Prefer::default());
        return response(page::failure(&ctx, &asked, &failure), house, &browser);
    }
    let start = Instant::now();
    // What was sent may be stored: it is not begun again elsewhere.
    let mut lane = if asked.sent.is_some() { Lane::Slow } else { Lane::Quick };
    loop {
        let budget = house.budget(lane, start);
        let done = house.lanes.run(lane, work(&visit, &asked, &budget)).await;
        let is_lost = budget.spent() == Some(Spent::Steps) && !budget.is_kept();
        if let Some(next) = lane.next().filter(|_| is_lost) {
            visit.forget();
            lane = next;
            continue;
        }
        return match done {
            Ok(reply) => match visit.settle(&path, reply.status).await {
                Ok(()) => response(reply, house, &browser),
                Err(failure) => {
                    let ctx = engine.begin(Prefer::default());
                    response(page::failure(&ctx, &asked, &failure), house, &browser)
                }
            },
            Err(Undone::Full) => {
                HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "1")).finish()
            }
            Err(Undone::Panicked) => HttpResponse::InternalServerError().finish(),
        };
    }
}

/// Makes a page within a budget.
fn work(
    visit: &Visit,
    asked: &Asked,
    budget: &Arc<Budget>,
) -> impl FnOnce() -> std::pin::Pin<Box<dyn Future<Output = Reply>>> + Send + 'static {
    let (visit, asked, budget) = (visit.clone(), asked.clone(), Arc::clone(budget));
    move || {
        Box::pin(async move {
            let making = async {
                let (ctx, part) = (visit.ctx(), Part::default());
                let reply = page::reply(&ctx.noting(&part), &asked).await;
                seen(&ctx, (&asked.path, &asked.query), (&part, reply.status));
                match budget::spent() {
                    Some(spent) if reply.location.is_none() => {
                        page::failure(&ctx, &asked, &Failure::from(spent))
                    }
                    _ => reply,
                }
            };
            budget.follow(making).await
        })
    }
}

/// Reads the path and the query.
fn asked(request: &HttpRequest, house: &House) -> Asked {
    let path = house.address.page(request.path());
    let path = decoded(path).unwrap_or_default().into_owned();
    let query = form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
    Asked { path, query, ..Asked::default() }
}

/// Reads the form, and whether a page of this server had it.
async fn sent(
    request: &HttpRequest,
    payload: &mut web::Payload,
    (house, browser, purpose): (&House, &Browser, &str),
    asked: &mut Asked,
) -> Result<(), Failure> {
    let form = Form::read(request, payload, house).await?;
    let is_late = browser.once_sent(house, purpose, &form);
    asked.held = match (browser.sent(house, purpose, &form), is_late) {
        (true, _) => Held::Good,
        (_, true) => Held::Late,
        _ => Held::No,
    };
    asked.sent = Some(form.fields);
    Ok(())
}

fn response(reply: Reply, house: &House, browser: &Browser) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponse::build(status);
    builder.insert_header((CACHE_CONTROL, "no-store")).insert_header((ROBOTS, "noindex, nofollow"));
    if let Some(location) = reply.location {
        builder.insert_header((LOCATION, format!("{}{location}", house.address.prefix())));
    }
    if let Some(cookie) = browser.kept(house) {
        builder.append_header((SET_COOKIE, cookie));
    }
    html(builder, &house.address, reply.body)
}
