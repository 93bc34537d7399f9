//! Headers of requests, as types.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};

use crate::fhir::issue::Language;
use crate::interaction::engine::{Prefer, Return};
use crate::interaction::failure::Failure;
use crate::interaction::request::version_of_tag;

/// A header's text; none when it is missing or not text.
pub(super) fn text<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// Reads `Prefer`, <https://hl7.org/fhir/R4/http.html#ops>. Unknown preferences are no fault.
pub(super) fn prefer(request: &HttpRequest) -> Prefer {
    const PREFER: HeaderName = HeaderName::from_static("prefer");
    let mut prefer = Prefer::default();
    let all = request.headers().get_all(PREFER).filter_map(|value| value.to_str().ok());
    for one in all.flat_map(|value| value.split([',', ';'])) {
        match one.trim() {
            "return=minimal" => prefer.body = Some(Return::Minimal),
            "return=representation" => prefer.body = Some(Return::Representation),
            "return=OperationOutcome" => prefer.body = Some(Return::OperationOutcome),
            "handling=lenient" => prefer.lenient = true,
            _ => {}
        }
    }
    prefer
}

/// The language of texts: Vietnamese unless English is preferred to it.
pub(super) fn language(request: &HttpRequest) -> Language {
    let Some(accepted) = text(request, &header::ACCEPT_LANGUAGE) else {
        return Language::default();
    };
    let (mut vi, mut en) = (None, None);
    for range in accepted.split(',') {
        let mut parts = range.trim().split(';');
        let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok());
        let weight: f32 = weight.unwrap_or(1.0);
        match tag.split('-').next() {
            Some("vi") => vi = vi.or(Some(weight)),
            Some("en") => en = en.or(Some(weight)),
            _ => {}
        }
    }
    if en.unwrap_or(0.0) > vi.unwrap_or(0.0) { Language::English } else { Language::Vietnamese }
}

/// `If-Match`, as a version.
pub(super) fn if_match(request: &HttpRequest) -> Result<Option<i64>, Failure> {
    text(request, &header::IF_MATCH).map(version_of_tag).transpose()
}

/// `If-None-Exist`
pub(super) fn if_none_exist(request: &HttpRequest) -> Option<String> {
    const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");
    text(request, &IF_NONE_EXIST).map(|criteria| {
        criteria.split_once('?').map_or(criteria, |(_, criteria)| criteria).to_owned()
    })
}

/// Whether the client has this version already: `If-None-Match`, else `If-Modified-Since`.
pub(super) fn is_unchanged(request: &HttpRequest, version: i64, updated: i64) -> bool {
    if let Some(tags) = text(request, &header::IF_NONE_MATCH) {
        let is_version = |tag: &str| tag.trim() == "*" || version_of_tag(tag).ok() == Some(version);
        return tags.split(',').any(is_version);
    }
    let since = text(request, &header::IF_MODIFIED_SINCE);
    let since = since.and_then(|text| httpdate::parse_http_date(text).ok());
    since.is_some_and(|since| http_time(updated) <= since)
}

/// A time to the second, as HTTP has it.
pub(super) fn http_time(micros: i64) -> std::time::SystemTime {
    let seconds = u64::try_from(micros / 1_000_000).unwrap_or_default();
    std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)
}
