//! Headers of requests, as types.

use actix_web::http::header::{self, HeaderName};

use crate::fhir::issue::Language;
use crate::interaction::engine::{Prefer, Return};
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::precondition::{Tags, Unless};

use super::head::Head;

/// A header's text; none when it is missing or not text.
pub(in crate::http) fn text<'a>(request: Head<'a>, name: &HeaderName) -> Option<&'a str> {
    request.headers.get(name)?.to_str().ok()
}

/// Reads `Prefer`, <https://hl7.org/fhir/R4/http.html#ops>. Unknown preferences are no fault.
pub(in crate::http) fn prefer(request: Head<'_>) -> Prefer {
    const PREFER: HeaderName = HeaderName::from_static("prefer");
    let mut prefer = Prefer::default();
    let all = request.headers.get_all(PREFER).filter_map(|value| value.to_str().ok());
    for one in all.flat_map(|value| value.split([',', ';'])) {
        match one.trim() {
            "return=minimal" => prefer.body = Some(Return::Minimal),
            "return=representation" => prefer.body = Some(Return::Representation),
            "return=OperationOutcome" => prefer.body = Some(Return::OperationOutcome),
            "handling=lenient" => prefer.lenient = true,
            "respond-async" => prefer.respond_async = true,
            _ => {}
        }
    }
    prefer
}

/// The language of texts: Vietnamese unless English is preferred to it.
pub(in crate::http) fn language(request: Head<'_>) -> Language {
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

/// `If-Match`
pub(in crate::http) fn if_match(request: Head<'_>) -> Result<Option<Tags>, Failure> {
    condition(request, &header::IF_MATCH)?.map(Tags::of_if_match).transpose()
}

/// `If-None-Exist`
pub(in crate::http) fn if_none_exist(request: Head<'_>) -> Result<Option<String>, Failure> {
    const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");
    Ok(condition(request, &IF_NONE_EXIST)?.map(ToOwned::to_owned))
}

/// `X-Provenance`
pub(in crate::http) fn provenance(request: Head<'_>) -> Result<Option<&str>, Failure> {
    const PROVENANCE: HeaderName = HeaderName::from_static("x-provenance");
    condition(request, &PROVENANCE)
}

/// `Idempotency-Key`
pub(in crate::http) fn idempotency_key(request: Head<'_>) -> Result<Option<&str>, Failure> {
    const KEY: HeaderName = HeaderName::from_static("idempotency-key");
    condition(request, &KEY)
}

/// A header that a write depends on: one that is there is never passed over.
fn condition<'r>(request: Head<'r>, name: &HeaderName) -> Result<Option<&'r str>, Failure> {
    let mut values = request.headers.get_all(name);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Kind::Malformed.because(
            format!("Header {name} chỉ được gửi một lần."),
            format!("The header {name} may be sent only once."),
        ));
    }
    std::str::from_utf8(value.as_bytes()).map(Some).map_err(|_not_utf8| {
        Kind::Malformed.because(
            format!(
                "Header {name} không phải UTF-8. Hãy mã hóa phần trăm, ví dụ %C3%81nh cho Ánh."
            ),
            format!("The header {name} is not UTF-8. Percent-encode it, such as %C3%81nh for Ánh."),
        )
    })
}

/// What makes a read needless: `If-None-Match`, else `If-Modified-Since`.
pub(in crate::http) fn unless(request: Head<'_>) -> Unless {
    let has = text(request, &header::IF_NONE_MATCH);
    let since = text(request, &header::IF_MODIFIED_SINCE);
    let since = since.and_then(|text| httpdate::parse_http_date(text).ok());
    let since = since.and_then(|since| since.duration_since(std::time::UNIX_EPOCH).ok());
    let micros = since.and_then(|since| i64::try_from(since.as_micros()).ok());
    Unless {
        has: has.map(|tags| Tags::parse(tags).unwrap_or(Tags::These(Vec::new()))),
        // HTTP knows no parts of seconds.
        since: micros.map(|since| since.saturating_add(999_999)),
    }
}

/// A time to the second, as HTTP has it.
pub(in crate::http) fn http_time(micros: i64) -> std::time::SystemTime {
    let seconds = u64::try_from(micros / 1_000_000).unwrap_or_default();
    std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)
}
