//! The pages of the booklet: read like any request, on a thread that keeps no connection waiting.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, LOCATION, SET_COOKIE,
};
use actix_web::{HttpRequest, HttpResponse, web};

use super::html;
use super::making::{admitted, made};
use super::noted::{Visit, seen};
use super::paper::{self, Done};
use crate::budget::{self, Budget};
use crate::http::house::House;
use crate::http::lanes::Lane;
use crate::http::request::browser::Browser;
use crate::http::request::multipart::Sent;
use crate::interaction::audit::trail::Part;
use crate::interaction::engine::Engine;
use crate::interaction::failure::Failure;
use crate::interaction::record::once::Once;
use crate::interaction::route::decoded;
use crate::ui::booklet::page::{self, Asked, is_ours, is_posted, purpose};
use crate::ui::form_token::FIELD;

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Whether a request is for one of these pages.
pub(super) fn is_asked(request: &HttpRequest, house: &House) -> bool {
    let path = house.address.page(request.path());
    match *request.method() {
        Method::GET | Method::HEAD => is_ours(path),
        Method::POST => is_posted(path),
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
    let browser = Browser::of(request, house);
    let (visit, person) = match admitted(request, engine, house).await {
        Ok(admitted) => admitted,
        Err(refused) => return refused,
    };
    let mut asked = match asked(request, payload, house, (&browser, person)).await {
        Ok(asked) => asked,
        Err(failure) => return failed(&failure, house),
    };
    let is_file = paper::take(&mut asked);
    let work = |budget: &Arc<Budget>| work(&visit, (&asked, is_file), budget);
    let reply = match made(house, &visit, Lane::Quick, work).await {
        Ok(reply) => reply,
        Err(unmade) => return unmade,
    };
    let status = if let Done::Page(reply) = &reply { reply.status } else { 200 };
    let reply = match visit.settle(&asked.path, status).await {
        Ok(()) => reply,
        Err(failure) => Done::Page(page::failure(&failure)),
    };
    let cookie = browser.kept(house).filter(|_| !asked.token.is_empty());
    let mut response = response(reply, house);
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// Makes a page within a budget.
fn work(
    visit: &Visit,
    (asked, is_file): (&Asked, bool),
    budget: &Arc<Budget>,
) -> impl FnOnce() -> std::pin::Pin<Box<dyn Future<Output = Done>>> + Send + 'static + use<> {
    let (visit, asked, budget) = (visit.clone(), asked.clone(), Arc::clone(budget));
    move || {
        Box::pin(async move {
            let making = async {
                let (once, part) = (Once::default(), Part::default());
                let ctx = visit.ctx();
                // What a page only shows is read once, whatever asks for it.
                let ctx = if asked.is_posted { ctx } else { ctx.reading_once(&once) };
                let reply = page::reply(&ctx.noting(&part), &asked).await;
                seen(&ctx, (&asked.path, &asked.query), (&part, reply.status));
                let done = match is_file {
                    true => paper::made(reply, &asked, &page::foot(&ctx, &asked)),
                    false => Ok(Done::Page(reply)),
                };
                // A page from half of what is recorded would be wrong without anybody seeing it.
                let spent = budget::spent().filter(|_| !budget::is_kept()).map(Failure::from);
                match (done, spent) {
                    (Ok(done), None) => done,
                    (Err(failure), _) | (_, Some(failure)) => Done::Page(page::failure(&failure)),
                }
            };
            budget.follow(making).await
        })
    }
}

/// Reads the path, the query and a form. A form that changes something counts with the token of its page
/// only; the page says so and keeps what was typed.
async fn asked(
    request: &HttpRequest,
    payload: &mut web::Payload,
    house: &House,
    (browser, person): (&Browser, Option<String>),
) -> Result<Asked, Failure> {
    let path = house.address.page(request.path());
    let path = decoded(path).unwrap_or_default().into_owned();
    let query = form_urlencoded::parse(request.query_string().as_bytes());
    let mut query: Vec<(String, String)> = query.into_owned().collect();
    // A form of one person is not sent by another at the same browser.
    let of = person.as_deref().unwrap_or_default();
    let purpose = purpose(&path).map(|purpose| format!("{purpose} {of}"));
    let token = purpose.as_ref().map(|purpose| browser.token(house, purpose)).unwrap_or_default();
    if *request.method() != Method::POST {
        return Ok(Asked { path, query, token, person, ..Asked::default() });
    }
    let Sent { form, photo, mut fault } = Sent::read(request, payload, house).await?;
    let is_unproven = purpose.is_some_and(|purpose| !browser.sent(house, &purpose, &form));
    if is_unproven {
        fault = Some(page::unproven());
    }
    query.extend(form.fields.into_iter().filter(|(name, _)| name != FIELD));
    Ok(Asked { path, query, token, photo, fault, is_unproven, is_posted: true, person })
}

/// The page that says what went wrong.
pub(super) fn failed(failure: &Failure, house: &House) -> HttpResponse {
    response(Done::Page(page::failure(failure)), house)
}

fn response(done: Done, house: &House) -> HttpResponse {
    let reply = match done {
        Done::Page(reply) => reply,
        Done::File(file) => {
            return HttpResponse::Ok()
                .insert_header((CACHE_CONTROL, "no-store"))
                .insert_header((ROBOTS, "noindex, nofollow"))
                .insert_header((CONTENT_TYPE, "application/pdf"))
                .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{}\"", file.name)))
                .body(file.bytes);
        }
    };
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponse::build(status);
    builder.insert_header((CACHE_CONTROL, "no-store")).insert_header((ROBOTS, "noindex, nofollow"));
    if let Some(location) = reply.location {
        builder.insert_header((LOCATION, format!("{}{location}", house.address.prefix())));
    }
    if let Some(file) = reply.file {
        let kept = format!("attachment; filename=\"{file}\"");
        builder.insert_header((CONTENT_DISPOSITION, kept));
    }
    if reply.media.starts_with("text/html") {
        return html(builder, &house.address, reply.body);
    }
    builder.insert_header((CONTENT_TYPE, reply.media)).body(reply.body)
}
