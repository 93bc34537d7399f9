//! Where somebody goes on after signing in: addresses of this server, and no others.

use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse};

use crate::authorization::record::Spoken;
use crate::http::house::House;
use crate::ui::say::Say;

/// Bytes of an address to go back to.
const BACK: usize = 64 << 10;

/// The language that is asked for.
pub(in crate::http::page) fn said(request: &HttpRequest) -> Say {
    Say::new(request.query_string().split('&').any(|pair| pair == "lang=en"))
}

/// The address of a page in the language of an account, unless it names one.
pub(super) fn spoken(back: &str, language: Spoken) -> String {
    let query = back.split_once('?').map(|(_, query)| query);
    let is_named = query.is_some_and(|query| query.split('&').any(|one| one.starts_with("lang=")));
    match (language, query) {
        (Spoken::Vi, _) => back.to_owned(),
        (Spoken::En, _) if is_named => back.to_owned(),
        (Spoken::En, Some(_)) => format!("{back}&lang=en"),
        (Spoken::En, None) => format!("{back}?lang=en"),
    }
}

/// An address to go back to, if it is below this server's origin; else its first page.
pub(super) fn ours(house: &House, back: &str) -> String {
    let path = house.address.page(back);
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    let is_ours = path.starts_with('/') && !path.starts_with("//") && path.len() <= BACK;
    match is_ours && path.bytes().all(is_plain) {
        true => path.to_owned(),
        false => "/".to_owned(),
    }
}

/// Has the browser go on somewhere of this server.
pub(in crate::http) fn see_other(house: &House, path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, format!("{}{path}", house.address.prefix())))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}
