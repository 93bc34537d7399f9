//! The forms of the booklet: read and sent within a request's budget, with the token that keeps other
//! sites from sending them.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, HeaderName, LOCATION, SET_COOKIE};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use super::html;
use super::making::{admitted, made};
use super::noted::{Visit, seen};
use crate::budget::{self, Budget};
use crate::http::house::House;
use crate::http::lanes::Lane;
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
    let (visit, person) = match admitted(request, engine, house).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
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
    // What was sent may be stored: it is not begun again elsewhere.
    let lane = if asked.sent.is_some() { Lane::Slow } else { Lane::Quick };
    let work = |budget: &Arc<Budget>| work(&visit, &asked, budget);
    let reply = match made(house, &visit, lane, work).await {
        Ok(reply) => reply,
        Err(unmade) => return unmade,
    };
    match visit.settle(&asked.path, reply.status).await {
        Ok(()) => response(reply, house, &browser),
        Err(failure) => {
            let ctx = engine.begin(Prefer::default());
            response(page::failure(&ctx, &asked, &failure), house, &browser)
        }
    }
}

/// Makes a page within a budget.
fn work(
    visit: &Visit,
    asked: &Asked,
    budget: &Arc<Budget>,
) -> impl FnOnce() -> std::pin::Pin<Box<dyn Future<Output = Reply>>> + Send + 'static + use<> {
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
