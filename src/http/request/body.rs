//! Bodies of requests: their type, their size, their resources.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::web;
use futures_util::StreamExt;
use serde_json::Value;

use crate::budget::{self, Lease, Memory};
use crate::fhir::issue::Issue;
use crate::fhir::issue::merge::add_others;
use crate::fhir::json;
use crate::fhir::position::locate;
use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::validation::request::Request;
use crate::xml::read::{self as xml, Read};

use super::head::Head;
use super::header::text;
use super::inflate;
use crate::http::format::{self, Format};
use crate::http::house::Limits;
use crate::http::transport::patience::SECOND;

/// Bytes that are kept room for before any is there.
const FIRST: usize = 16 << 10;

/// A body, and the memory it takes of what all bodies may have together.
#[derive(Debug)]
pub(in crate::http) struct Body {
    pub(in crate::http) bytes: web::Bytes,
    _lease: Option<Lease>,
}

impl Body {
    /// The body of a request that has none.
    pub(in crate::http) fn none() -> Self {
        Self { bytes: web::Bytes::new(), _lease: None }
    }
}

/// Reads a body up to a limit, also of what comes out of one that is compressed; nothing beyond it
/// is kept. Memory follows what has come, whatever was announced.
pub(in crate::http) async fn read(
    request: Head<'_>,
    payload: &mut web::Payload,
    limits: &Limits,
    memory: &Arc<Memory>,
) -> Result<Body, Failure> {
    let Limits { body: limit, patience, .. } = *limits;
    let coding = inflate::coding(request)?;
    let declared = text(request, &header::CONTENT_LENGTH).and_then(|text| text.parse().ok());
    if declared.is_some_and(|length: usize| length > limit) {
        return Err(too_large(limit));
    }
    let start = Instant::now();
    let lease = memory.lease(0).ok_or_else(busy)?;
    let mut body = web::BytesMut::with_capacity(declared.unwrap_or(0).min(FIRST));
    loop {
        let seconds = u64::try_from(body.len() / SECOND).unwrap_or_default();
        let end = start + patience.body + Duration::from_secs(seconds);
        let silence = patience.body_silence.min(end.saturating_duration_since(Instant::now()));
        let next = tokio::time::timeout(silence, payload.next()).await;
        let Some(chunk) = next.map_err(|_silent| too_slow())? else { break };
        let chunk = chunk.map_err(|error| {
            Kind::Malformed.because(
                format!("Không đọc được phần thân của yêu cầu: {error}."),
                format!("The request's body cannot be read: {error}."),
            )
        })?;
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        if !lease.grow(u64::try_from(chunk.len()).unwrap_or(u64::MAX)) {
            return Err(busy());
        }
        body.extend_from_slice(&chunk);
    }
    let body = body.freeze();
    let (bytes, lease) = inflate::inflated(coding, body, (limit, lease)).await?;
    Ok(Body { bytes, _lease: Some(lease) })
}

pub(super) fn too_large(limit: usize) -> Failure {
    let mib = limit >> 20;
    Kind::TooLarge.because(
        format!("Phần thân lớn hơn {mib} MiB (cài đặt body_mib)."),
        format!("The body is larger than {mib} MiB (setting body_mib)."),
    )
}

fn too_slow() -> Failure {
    Kind::Timeout.because(
        "Phần thân của yêu cầu đến quá chậm. Không có gì được lưu; hãy gửi lại.",
        "The request's body comes too slowly. Nothing was stored; send it again.",
    )
}

/// Others take all the memory there is.
pub(in crate::http) fn busy() -> Failure {
    Kind::Unavailable.because(
        "Máy chủ đang xử lý quá nhiều dữ liệu cùng lúc. Không có gì được lưu; hãy thử lại sau ít giây.",
        "The server works on too much data at the same time. Nothing was stored; try again in a few seconds.",
    )
}

/// How many values a body holds, or a few more: what its tree takes of memory goes by them.
pub(super) fn values(body: &[u8], format: Format) -> usize {
    match format {
        Format::Xml => body.iter().filter(|byte| matches!(byte, b'<' | b'=')).count(),
        Format::Json | Format::Ndjson | Format::Html => {
            let (mut count, mut in_text, mut is_escaped) = (1_usize, false, false);
            for byte in body {
                match byte {
                    _ if is_escaped => is_escaped = false,
                    b'\\' => is_escaped = in_text,
                    b'"' => in_text = !in_text,
                    b',' | b'[' | b'{' if !in_text => count += 1,
                    _ => {}
                }
            }
            count
        }
    }
}

/// Bytes that the tree of a value takes, with its key and its text.
const VALUE: usize = 176;

/// Takes the memory that a body's tree will need; waits a while for others to give theirs back.
pub(in crate::http) async fn room(
    body: &[u8],
    format: Format,
    (most, memory): (usize, &Arc<Memory>),
) -> Result<Lease, Failure> {
    let count = values(body, format);
    if count > most {
        return Err(Kind::TooMuch.because(
            format!(
                "Phần thân có khoảng {count} giá trị; nhiều nhất {most} (cài đặt body_values)."
            ),
            format!("The body has some {count} values; {most} is the limit (setting body_values)."),
        ));
    }
    let bytes = u64::try_from(count * VALUE + body.len() * 2).unwrap_or(u64::MAX);
    for _ in 0..WAITS {
        if let Some(lease) = memory.lease(bytes) {
            return Ok(lease);
        }
        if budget::look().is_err() {
            break;
        }
        tokio::time::sleep(WAIT).await;
    }
    Err(busy())
}

/// How often, and how long, a request waits for memory.
const WAITS: usize = 400;
const WAIT: Duration = Duration::from_millis(25);

/// A resource that was sent.
pub(in crate::http) struct Sent {
    pub(in crate::http) resource: Value,
    /// What is not as it should be in the text: errors where the resource is not all of it.
    pub(in crate::http) notes: Vec<Issue>,
}

/// Reads a resource.
pub(in crate::http) fn resource(
    engine: &Engine,
    request: Head<'_>,
    body: &[u8],
) -> Result<Sent, Failure> {
    let malformed = |issue| Kind::Malformed.with(vec![issue]);
    match format::of_body(request)? {
        None => Err(format::unknown_type()),
        Some(Format::Json | Format::Ndjson | Format::Html) => {
            let resource = json::parse(body).map_err(malformed)?;
            Ok(Sent { resource, notes: Vec::new() })
        }
        Some(Format::Xml) => {
            let Read { resource, issues: notes } =
                xml::read(body, &engine.registry.shapes).map_err(malformed)?;
            Ok(Sent { resource, notes })
        }
    }
}

impl Sent {
    /// The resource, and what may be noted about it. When the text has parts that FHIR does not
    /// have, it is refused with all that is wrong with it, as it would be in JSON.
    pub(in crate::http) fn accepted(
        self,
        engine: &Engine,
        text: &[u8],
    ) -> Result<(Option<Value>, Vec<Issue>), Failure> {
        let Self { resource, notes: mut issues } = self;
        if !issues.iter().any(|issue| issue.severity.refuses()) {
            return Ok((Some(resource), issues));
        }
        let further = engine.findings(&resource, Request::default());
        add_others(&mut issues, further);
        locate(text, &mut issues);
        Err(Kind::Unprocessable.with(issues))
    }
}

/// Reads the parameters of a posted search.
pub(in crate::http) fn form(request: Head<'_>, body: &[u8]) -> Result<String, Failure> {
    if body.is_empty() {
        return Ok(String::new());
    }
    if media_type(request).as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(Kind::UnsupportedMediaType.because(
            "Tìm kiếm bằng POST cần Content-Type: application/x-www-form-urlencoded.",
            "A posted search needs Content-Type: application/x-www-form-urlencoded.",
        ));
    }
    std::str::from_utf8(body).map(ToOwned::to_owned).map_err(|_not_utf8| {
        Kind::Malformed.because("Tham số không phải UTF-8.", "The parameters are not UTF-8.")
    })
}

fn media_type(request: Head<'_>) -> Option<String> {
    let full = text(request, &header::CONTENT_TYPE)?;
    Some(full.split(';').next().unwrap_or(full).trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_before_they_are_made() {
        let json = |text: &str| values(text.as_bytes(), Format::Json);
        assert_eq!(json("1"), 1);
        assert_eq!(json("[1,2,3]"), 4);
        assert_eq!(json(r#"{"a":"[,,,{","b":{}}"#), 4);
        assert_eq!(json(r#"["\"", "[,", "\\", 1]"#), 5);
        assert_eq!(values(b"<a><b value=\"1\"/></a>", Format::Xml), 4);
    }
}
