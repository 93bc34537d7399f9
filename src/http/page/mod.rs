//! Pages for people: the start page, the booklet, and the guide of the booklet with its package for
//! other tools.
//!
//! These paths have no routes of their own: actix would try them for each request below the base
//! URL first.

use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    RETRY_AFTER,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};

use crate::interaction::engine::Engine;
use crate::operation::guide_package;
use crate::ui::guide::page;
use crate::ui::{address, frame, start};

use super::address::Address;
use super::health;
use super::house::House;
use super::lanes::{Lane, Undone};

mod admin;
mod booklet;
mod form;
mod making;
mod noted;
mod paper;
pub(super) mod sign_in;

/// The guide is the same for everybody, until the server is another one.
const SHARED: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "public, max-age=300");

/// The reply to a request for a page; none for other paths.
pub(super) async fn reply(
    request: &HttpRequest,
    payload: &mut web::Payload,
    engine: &web::Data<Engine>,
    house: &web::Data<House>,
) -> Option<HttpResponse> {
    if form::is_asked(request, house) {
        return Some(form::reply(request, payload, engine, house).await);
    }
    if booklet::is_asked(request, house) {
        return Some(booklet::reply(request, payload, engine, house).await);
    }
    if let Some(response) = sign_in::reply(request, payload, (engine, house)).await {
        return Some(response);
    }
    if let Some(response) = admin::reply(request, payload, (engine, house)).await {
        return Some(response);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let address = &house.address;
    let path = address.page(request.path());
    let is_english = request.query_string().split('&').any(|pair| pair == "lang=en");
    match path {
        "" | "/" => {
            let page = start::page(engine, is_english).await;
            return Some(html(HttpResponse::Ok(), address, page));
        }
        frame::ICON_PATH => {
            return Some(
                HttpResponse::Ok()
                    .insert_header((CONTENT_TYPE, "image/svg+xml"))
                    .insert_header(SHARED)
                    .body(frame::ICON),
            );
        }
        "/health/live" => return Some(health::live().await),
        "/health/ready" => return Some(health::ready(engine.clone()).await),
        _ => {}
    }
    if address.below(request.path()) == Some("/package.tgz") {
        return Some(package(engine, house).await);
    }
    let below = path.strip_prefix("/guide")?;
    if !(below.is_empty() || below.starts_with('/')) {
        return None;
    }
    Some(guide(engine, house, below.to_owned(), is_english).await)
}

async fn guide(
    engine: &web::Data<Engine>,
    house: &House,
    below: String,
    is_english: bool,
) -> HttpResponse {
    let (engine, address) = (engine.clone(), &house.address);
    let missing = || html(HttpResponse::NotFound(), address, page::missing(is_english));
    if below.ends_with(".json") {
        let made = made(house, move || page::json(&engine.snapshots, &below)).await;
        return match made {
            Ok(Some(body)) => HttpResponse::Ok()
                .content_type("application/fhir+json; charset=utf-8")
                .insert_header(SHARED)
                .body(body),
            Ok(None) => missing(),
            Err(undone) => unmade(undone),
        };
    }
    let made = made(house, move || page::of(&engine.snapshots, &below, is_english)).await;
    match made {
        Ok(Some(page)) => {
            let mut builder = HttpResponse::Ok();
            builder.insert_header(SHARED);
            html(builder, address, page)
        }
        Ok(None) => missing(),
        Err(undone) => unmade(undone),
    }
}

/// Makes something where it keeps no connection waiting.
async fn made<T: Send + 'static>(
    house: &House,
    make: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Undone> {
    house.lanes.run(Lane::Quick, move || async move { make() }).await
}

fn unmade(undone: Undone) -> HttpResponse {
    match undone {
        Undone::Full => {
            HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "1")).finish()
        }
        Undone::Panicked => HttpResponse::InternalServerError().finish(),
    }
}

fn html(mut builder: HttpResponseBuilder, address: &Address, page: String) -> HttpResponse {
    let page = address::below(address.prefix(), page);
    builder
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, address::policy(&page)))
        // Without it, browsers send forms of ours as though they were nobody's (`Origin: null`).
        .insert_header((REFERRER_POLICY, "same-origin"))
        .body(page)
}

/// The package is made when it is asked for the first time.
async fn package(engine: &web::Data<Engine>, house: &House) -> HttpResponse {
    let engine = engine.clone();
    let made = match made(house, move || guide_package::made(&engine.snapshots)).await {
        Ok(made) => made,
        Err(undone) => return unmade(undone),
    };
    let Ok(bytes) = made.map_err(|error| tracing::error!(?error, "no package")) else {
        return HttpResponse::InternalServerError().finish();
    };
    let name = guide_package::file_name().unwrap_or_else(|_| "package.tgz".to_owned());
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/tar+gzip"))
        .insert_header(SHARED)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}
