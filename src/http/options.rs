//! What can be done at a path: `OPTIONS`, and the `Allow` of a 405.

use actix_web::HttpResponse;
use actix_web::http::header::{ALLOW, HeaderValue};

use crate::interaction::failure::Failure;
use crate::interaction::route::{self, Method};
use crate::patch::document::Syntax;

use super::format::ACCEPT_PATCH;

/// The verbs that a path below the base takes, as a header lists them; none where there is nothing.
pub(super) fn allow(path: &str) -> Option<HeaderValue> {
    let methods = route::methods(path);
    let mut names: Vec<&str> = methods.iter().map(|method| method.name()).collect();
    if names.is_empty() {
        return None;
    }
    if methods.contains(&Method::Get) {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    HeaderValue::try_from(names.join(", ")).ok()
}

/// The reply to `OPTIONS`.
pub(super) fn reply(path: &str) -> Result<HttpResponse, Failure> {
    let Some(allow) = allow(path) else {
        // Why there is nothing, a read is told best.
        return Err(route::find(Method::Get, path).err().unwrap_or_else(super::address::nowhere));
    };
    let mut response = HttpResponse::NoContent();
    if route::methods(path).contains(&Method::Patch) {
        response.insert_header((ACCEPT_PATCH, HeaderValue::from_static(Syntax::MEDIA_TYPES)));
    }
    Ok(response.insert_header((ALLOW, allow)).finish())
}
