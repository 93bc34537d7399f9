//! `/cds-services`: [CDS Hooks 2.0](https://cds-hooks.hl7.org/2.0/) over HTTP.

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use crate::access::control::Admitted;
use crate::budget;
use crate::criteria::access::{Access, Doing};
use crate::fhir::issue::operation_outcome;
use crate::interaction::audit::action::Action;
use crate::interaction::audit::note::Outcome;
use crate::interaction::audit::trail::{Part, Trail};
use crate::interaction::engine::{Engine, Prefer};
use crate::interaction::failure::{Failure, Kind};
use crate::operation::decision::service;
use crate::store::audit::event::What;

use super::admission::{admitted, tokens};
use super::connection;
use super::house::House;
use super::lanes::Lane;
use super::request::body;
use super::request::followed;
use super::request::head::Head;
use super::request::header::language;

/// Bytes of a body that are read in a step.
const READ: usize = 4;

/// What services there are.
pub(super) async fn services() -> HttpResponse {
    std::future::ready(HttpResponse::Ok().json(service::services())).await
}

/// Asks one of them.
pub(super) async fn ask(
    request: HttpRequest,
    name: web::Path<String>,
    mut payload: web::Payload,
    engine: web::Data<Engine>,
    house: web::Data<House>,
) -> HttpResponse {
    let begun = connection::begin(&request);
    let start = Instant::now();
    let head = Head::of(&request);
    let language = language(head);
    let trail = followed::begin(&request, &engine, &HeaderValue::from_static("cds-hooks"));
    let budget = house.budget(Lane::Quick, start);
    let work = async {
        let vouched = connection::is_vouched_for(&request);
        let permitted = permit(head, (&engine, &house, vouched), trail.as_deref());
        let access = Box::pin(permitted).await?;
        let body = body::read(head, &mut payload, &house.limits, &house.bodies).await?;
        budget::spend(body.bytes.len() / READ)?;
        let sent: Value = serde_json::from_slice(&body.bytes).map_err(|_not_json| no_json())?;
        let ctx = match &access {
            Some(access) => engine.begin_within(access, Prefer::default()),
            None => engine.begin(Prefer::default()),
        };
        let ctx = ctx.followed(trail.as_deref());
        let part = Part::default();
        let done = service::answer(&ctx.noting(&part), &name, &sent, language).await;
        let action = Action {
            query: format!("cds-services/{}", &*name),
            ..Action::new(What::Operation, Doing::Read, None)
        };
        let status = done.as_ref().map_or_else(Failure::status, |_| 200);
        ctx.did(action, &part, Outcome { status, ..Outcome::default() });
        done
    };
    let mut answer = budget.follow(Box::pin(work)).await;
    if let Some(trail) = &trail
        && let Err(failure) = followed::record(&engine, trail).await
    {
        answer = Err(failure);
    }
    let (status, told) = match answer {
        Ok(told) => (StatusCode::OK, told),
        Err(failure) => {
            let status = StatusCode::from_u16(failure.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, operation_outcome(&failure.issues, language))
        }
    };
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    let status_code = status.as_u16();
    tracing::info!(
        interaction = "cds-hooks",
        status = status_code,
        duration_us = micros,
        "request done"
    );
    drop(begun);
    HttpResponse::build(status).json(told)
}

/// What whoever asks may do; none where nothing controls access.
async fn permit(
    head: Head<'_>,
    (engine, house, vouched): (&Engine, &House, bool),
    trail: Option<&Trail>,
) -> Result<Option<Access>, Failure> {
    let Some(control) = &house.control else { return Ok(None) };
    let nowhere = Trail::default();
    let noted = (None, trail.unwrap_or(&nowhere));
    let sent = tokens(head);
    let Admitted { access, .. } = Box::pin(control.admit(engine, &sent, noted)).await?;
    admitted(&access, house, vouched)?;
    Ok(Some(access))
}

fn no_json() -> Failure {
    Kind::Malformed.because(
        "Yêu cầu CDS Hooks là một đối tượng JSON.",
        "A request of CDS Hooks is a JSON object.",
    )
}
