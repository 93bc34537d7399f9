//! The endpoints that clients send forms to, and that answer in JSON.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, web};
use serde_json::Value;

use crate::authorization::oauth::desk::Desk;
use crate::authorization::oauth::fault::{Code, Fault};
use crate::authorization::oauth::request::parameter::Parameters;
use crate::fhir::json::parse;
use crate::http::house::House;
use crate::http::request::body;
use crate::http::request::form::Form;
use crate::http::request::head::Head;
use crate::http::request::header::text;

use super::answered::Answered;
use super::{Asked, Endpoint};

/// An endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Token,
    Introspect,
    Revoke,
    Launch,
}

/// Reads the fields of what was posted: a form, or, to be launched with, an object.
pub(super) async fn fields(
    request: &HttpRequest,
    payload: &mut web::Payload,
    endpoint: Endpoint,
    house: &House,
) -> Result<Vec<(String, String)>, Answered> {
    let head = Head::of(request);
    let media = text(head, &CONTENT_TYPE).unwrap_or_default();
    let is_json = media.split(';').next().is_some_and(|one| one.trim() == "application/json");
    let refused = |failure: crate::interaction::failure::Failure| {
        Answered::fault(&Fault::from(failure), false)
    };
    if endpoint == Endpoint::Service(Service::Launch) && is_json {
        let mut limits = house.limits;
        limits.body = limits.body.min(limits.form);
        let sent = body::read(head, payload, &limits, &house.bodies).await.map_err(refused)?;
        return object(&sent.bytes).ok_or_else(|| Answered::fault(&no_object(), false));
    }
    Form::read(request, payload, house).await.map(|form| form.fields).map_err(refused)
}

/// The members of an object of texts.
fn object(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let Ok(Value::Object(object)) = parse(bytes) else { return None };
    let texts = object.into_iter().map(|(name, value)| match value {
        Value::String(text) => Some((name, text)),
        _ => None,
    });
    texts.collect()
}

fn no_object() -> Fault {
    Code::InvalidRequest
        .because("Cần một đối tượng JSON gồm các chuỗi.", "A JSON object of texts is needed.")
}

/// Answers.
pub(super) async fn answer(desk: &Desk<'_>, service: Service, asked: &Asked) -> Answered {
    let sent: Vec<&[u8]> = asked.authorization.iter().map(Vec::as_slice).collect();
    let done = async {
        let parameters = Parameters::new(asked.form.clone(), &[])?;
        match service {
            Service::Token => Box::pin(desk.token(&sent, &parameters)).await.map(Answered::json),
            Service::Introspect => {
                Box::pin(desk.introspect(&sent, &parameters)).await.map(Answered::json)
            }
            Service::Revoke => {
                Box::pin(desk.revoke(&sent, &parameters)).await.map(|()| Answered::nothing())
            }
            Service::Launch => Box::pin(desk.launch(&sent, &parameters)).await.map(Answered::json),
        }
    };
    match done.await {
        Ok(answered) => answered,
        Err(fault) => Answered::fault(&fault, !sent.is_empty()),
    }
}
