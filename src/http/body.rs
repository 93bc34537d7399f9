//! Bodies of requests: their type, their size, their resources.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use serde_json::Value;

use crate::fhir::issue::{Issue, add_others};
use crate::fhir::json;
use crate::fhir::position::locate;
use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::validation::validator::Request;
use crate::xml::read::{self as xml, Read};

use super::format::{self, Format};
use super::header::text;

/// Reads a body up to a limit; nothing beyond it is kept.
pub(super) async fn read(
    request: &HttpRequest,
    payload: &mut web::Payload,
    limit: usize,
) -> Result<web::BytesMut, Failure> {
    let declared = text(request, &header::CONTENT_LENGTH).and_then(|text| text.parse().ok());
    if declared.is_some_and(|length: usize| length > limit) {
        return Err(too_large(limit));
    }
    let mut body = web::BytesMut::with_capacity(declared.unwrap_or(0));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Kind::Malformed.because(
                format!("Không đọc được phần thân của yêu cầu: {error}."),
                format!("The request's body cannot be read: {error}."),
            )
        })?;
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn too_large(limit: usize) -> Failure {
    let mib = limit >> 20;
    Kind::TooLarge.because(
        format!("Phần thân lớn hơn {mib} MiB (cài đặt body_mib)."),
        format!("The body is larger than {mib} MiB (setting body_mib)."),
    )
}

/// A resource that was sent.
pub(super) struct Sent {
    pub(super) resource: Value,
    /// What is not as it should be in the text: errors where the resource is not all of it.
    pub(super) notes: Vec<Issue>,
}

/// Reads a resource.
pub(super) fn resource(
    engine: &Engine,
    request: &HttpRequest,
    body: &[u8],
) -> Result<Sent, Failure> {
    let malformed = |issue| Kind::Malformed.with(vec![issue]);
    match format::of_body(request)? {
        None | Some(Format::Json) => {
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
    pub(super) fn accepted(
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
pub(super) fn form(request: &HttpRequest, body: &[u8]) -> Result<String, Failure> {
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

fn media_type(request: &HttpRequest) -> Option<String> {
    let full = text(request, &header::CONTENT_TYPE)?;
    Some(full.split(';').next().unwrap_or(full).trim().to_ascii_lowercase())
}
