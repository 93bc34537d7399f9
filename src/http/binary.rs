//! `Binary` in its own media type, in and out, <https://hl7.org/fhir/R4/binary.html#rest>.
//!
//! | what the client says | what it is |
//! |---|---|
//! | `Content-Type` is one of FHIR's | a resource |
//! | it is JSON or XML in general, and the body says it is a `Binary` | a resource |
//! | anything else | what the `Binary` is to hold |
//! | `Accept` likes best, or `_format` names, one of FHIR's, or JSON or XML in general while the content is none | the resource |
//! | anything else | what the `Binary` holds |
//!
//! `X-Security-Context` is the reference `securityContext`.

use actix_web::http::header::{
    ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::budget;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::{Interaction, Target};
use crate::search::query::Query;

use super::format;
use super::request::head::Head;
use super::request::header::text;

const SECURITY_CONTEXT: HeaderName = HeaderName::from_static("x-security-context");

/// Bytes at the front of a body in which a resource says what it is.
const FRONT: usize = 4 << 10;

/// Whether a body is what a `Binary` is to hold.
pub(super) fn is_content(
    request: Head<'_>,
    (interaction, target): (Interaction, &Target),
    body: &[u8],
) -> bool {
    let is_write = matches!(interaction, Interaction::Create | Interaction::Update);
    let named = text(request, &CONTENT_TYPE).unwrap_or_default();
    if !is_write || target.kind != Some(ResourceKind::BINARY) || named.trim().is_empty() {
        return false;
    }
    match format::known(named) {
        None => true,
        Some(known) if known.is_formal => false,
        Some(_) => {
            let front = String::from_utf8_lossy(body.get(..FRONT).unwrap_or(body));
            let plain: String = front.chars().filter(|one| !one.is_whitespace()).collect();
            !(plain.contains("\"resourceType\":\"Binary\"")
                || plain.contains("<Binary") && plain.contains("http://hl7.org/fhir"))
        }
    }
}

/// The `Binary` that holds a body.
pub(super) fn holding(request: Head<'_>, target: &Target, body: &[u8]) -> Result<Value, Failure> {
    budget::spend(body.len() / 8)?;
    budget::take(body.len() * 2)?;
    let named = text(request, &CONTENT_TYPE).unwrap_or_default();
    let mut binary = json!({ "resourceType": "Binary" });
    if let Some(members) = binary.as_object_mut() {
        if let Some(id) = &target.id {
            members.insert("id".to_owned(), json!(id.as_str()));
        }
        members.insert("contentType".to_owned(), json!(named.trim()));
        if let Some(context) = security_context(request)? {
            members.insert("securityContext".to_owned(), json!({ "reference": context }));
        }
        members.insert("data".to_owned(), json!(STANDARD.encode(body)));
    }
    Ok(binary)
}

fn security_context(request: Head<'_>) -> Result<Option<&str>, Failure> {
    if !request.headers.contains_key(SECURITY_CONTEXT) {
        return Ok(None);
    }
    let context = text(request, &SECURITY_CONTEXT).map(str::trim).filter(|text| !text.is_empty());
    context.map(Some).ok_or_else(|| {
        Kind::Malformed.because(
            "Header X-Security-Context phải là một tham chiếu, như Patient/123.",
            "The header X-Security-Context must be a reference, such as Patient/123.",
        )
    })
}

/// Takes the header beside a resource: it says the same as the resource, or what that leaves out.
pub(super) fn secure(request: Head<'_>, resource: &mut Value) -> Result<(), Failure> {
    let Some(context) = security_context(request)? else { return Ok(()) };
    let known = resource.pointer("/securityContext/reference").and_then(Value::as_str);
    if known.is_some_and(|known| known != context) {
        let text = Text::new(
            "securityContext khác với header X-Security-Context. Hãy bỏ một trong hai.",
            "securityContext is not what the header X-Security-Context says. Leave one of them out.",
        );
        let issue = Issue::error(IssueCode::Invalid, text).at("Binary.securityContext");
        return Err(Kind::Malformed.with(vec![issue]));
    }
    if known.is_some() {
        return Ok(());
    }
    if let Some(members) = resource.as_object_mut() {
        members.insert("securityContext".to_owned(), json!({ "reference": context }));
    }
    Ok(())
}

/// Whether a request may be answered with what a `Binary` holds.
pub(super) fn may_be_content(interaction: Interaction, target: &Target) -> bool {
    let is_read = matches!(interaction, Interaction::Read | Interaction::VRead);
    is_read && target.kind == Some(ResourceKind::BINARY)
}

/// What a `Binary` holds.
pub(super) struct Content {
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) bytes: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    content_type: Option<String>,
    data: Option<String>,
    security_context: Option<Context>,
}

#[derive(Deserialize)]
struct Context {
    reference: Option<String>,
}

/// What a stored `Binary` holds, when that is what the client wants.
pub(super) fn content(request: Head<'_>, body: &str) -> Option<Content> {
    let parameters = Query::parse([request.query_string()]).parameters;
    if parameters.iter().any(|one| ["_format", "_summary", "_elements"].contains(&&*one.name)) {
        return None;
    }
    budget::spend(body.len() / 8).ok()?;
    budget::take(body.len()).ok()?;
    let Stored { content_type, data, security_context } = serde_json::from_str(body).ok()?;
    let kind = content_type?;
    let accepted = request.headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    let accepted = accepted.collect::<Vec<_>>().join(",");
    let is_resource = |range: &str| {
        format::known(range).is_some_and(|known| known.is_formal || !same(range, &kind))
    };
    if format::liked_best(&accepted).into_iter().any(is_resource) {
        return None;
    }
    let data: Vec<u8> = data.unwrap_or_default().into_bytes();
    let data: Vec<u8> = data.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(data).ok()?;
    let policy = HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");
    let mut headers = vec![
        (CONTENT_TYPE, HeaderValue::from_str(&kind).ok()?),
        // A page that somebody stored is no page of this server.
        (CONTENT_SECURITY_POLICY, policy),
    ];
    let context = security_context.and_then(|context| context.reference);
    let context = context.and_then(|context| HeaderValue::from_str(&context).ok());
    headers.extend(context.map(|context| (SECURITY_CONTEXT, context)));
    Some(Content { headers, bytes })
}

/// Whether two media types are the same but for their parameters.
fn same(one: &str, other: &str) -> bool {
    let name = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    name(one) == name(other)
}
