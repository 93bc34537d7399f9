//! What stands beside a request: what is said of its changes (`X-Provenance`), that they are made once
//! (`Idempotency-Key`), which statement is wanted (`mode`).

use actix_web::http::header::{CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH};
use serde_json::Value;

use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::Interaction;
use crate::interaction::single::{idempotent, provenance};
use crate::search::query::Query;
use crate::store::write::Keep;

use super::head::Head;
use super::header;

/// What is said of the changes of a request.
pub(in crate::http) async fn said(
    ctx: &Ctx<'_>,
    request: Head<'_>,
    interaction: Interaction,
) -> Result<Option<Value>, Failure> {
    let Some(text) = header::provenance(request)? else { return Ok(None) };
    match interaction {
        Interaction::Create
        | Interaction::Update
        | Interaction::Patch
        | Interaction::Delete
        | Interaction::Bundle => Box::pin(provenance::read(ctx, text)).await.map(Some),
        _ => Err(provenance::useless()),
    }
}

/// As what a request is kept that is to be done once.
pub(in crate::http) fn keep(
    ctx: &Ctx<'_>,
    request: Head<'_>,
    (interaction, resource): (Interaction, Option<&Value>),
    body: &[u8],
) -> Result<Option<Keep>, Failure> {
    const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");
    let Some(key) = header::idempotency_key(request)? else { return Ok(None) };
    let is_change = matches!(
        interaction,
        Interaction::Create
            | Interaction::Update
            | Interaction::Patch
            | Interaction::Delete
            | Interaction::Bundle
    );
    let is_batch = resource.and_then(|bundle| bundle.get("type")).is_some_and(|it| it == "batch");
    if !is_change || is_batch && interaction == Interaction::Bundle {
        return Err(Kind::Malformed.because(
            "Idempotency-Key dùng khi tạo, sửa, xóa hay gửi transaction; các mục của một batch là những việc riêng. Hãy bỏ đi, hoặc gửi transaction.",
            "Idempotency-Key is for creates, updates, deletions and transactions; the entries of a batch are done on their own. Leave it out, or send a transaction.",
        ));
    }
    let text = |name: &HeaderName| header::text(request, name).unwrap_or_default().as_bytes();
    let asked = [
        request.method.as_str().as_bytes(),
        request.path().as_bytes(),
        request.query_string().as_bytes(),
        text(&CONTENT_TYPE),
        text(&IF_MATCH),
        text(&IF_NONE_MATCH),
        text(&IF_NONE_EXIST),
        body,
    ];
    idempotent::keep(ctx, key, &asked).map(Some)
}

/// Whether `mode` asks for what is known of terminology,
/// <https://hl7.org/fhir/R4/http.html#capabilities>. All that this server does of what is normative it
/// does of the rest, so the statement for it is the same.
pub(in crate::http) fn is_of_terminology(query: &Query) -> Result<bool, Failure> {
    let mode = query.parameters.iter().find(|parameter| parameter.name == "mode");
    match mode.map(|mode| mode.text.as_str()) {
        None | Some("full" | "normative") => Ok(false),
        Some("terminology") => Ok(true),
        Some(_) => Err(Kind::Malformed
            .because(
                "mode là full, normative hoặc terminology.",
                "mode is full, normative or terminology.",
            )
            .of("http.mode")),
    }
}
