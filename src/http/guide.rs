//! The guide of the booklet: its pages, and its package for other tools.
//!
//! These paths have no routes of their own: actix would try them for each request below the base
//! URL first.

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::interaction::engine::Engine;
use crate::operation::guide_package;
use crate::ui::guide::page;

use super::house::House;
use super::lanes::{Lane, Undone};

/// The reply to a request for the guide; none for other paths.
pub(super) async fn reply(
    request: &HttpRequest,
    engine: &web::Data<Engine>,
    house: &House,
) -> Option<HttpResponse> {
    let path = request.path();
    let is_page = path == "/guide" || path.starts_with("/guide/");
    let is_package = path.strip_prefix(&*house.root) == Some("/package.tgz");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || !(is_page || is_package) {
        return None;
    }
    if is_package {
        return Some(package(engine, house).await);
    }
    let is_english = request.query_string().split('&').any(|pair| pair == "lang=en");
    let below = path.strip_prefix("/guide").unwrap_or_default().to_owned();
    let engine = engine.clone();
    if below.ends_with(".json") {
        let made = made(house, move || page::json(&engine.snapshots, &below)).await;
        return Some(match made {
            Ok(Some(body)) => {
                HttpResponse::Ok().content_type("application/fhir+json; charset=utf-8").body(body)
            }
            Ok(None) => html(HttpResponse::NotFound(), page::missing(is_english)),
            Err(undone) => unmade(undone),
        });
    }
    let made = made(house, move || page::of(&engine.snapshots, &below, is_english)).await;
    Some(match made {
        Ok(Some(page)) => html(HttpResponse::Ok(), page),
        Ok(None) => html(HttpResponse::NotFound(), page::missing(is_english)),
        Err(undone) => unmade(undone),
    })
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

fn html(mut builder: actix_web::HttpResponseBuilder, page: String) -> HttpResponse {
    builder.insert_header((CONTENT_TYPE, "text/html; charset=utf-8")).body(page)
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
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}
