//! What the booklet says after a form was stored.

use maud::{Markup, html};
use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::text;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::interaction::single::read::read;
use crate::ui::say::Say;

use super::known::FORMS;

/// That a form of somebody was stored, if it was.
pub(in crate::ui) async fn stored(
    ctx: &Ctx<'_>,
    patient: &ResourceId,
    response: &str,
    say: Say,
) -> Result<Markup, Failure> {
    let Some(id) = ResourceId::parse(response) else { return Ok(html! {}) };
    let stored = match read(ctx, ResourceKind::QUESTIONNAIRE_RESPONSE, &id).await {
        Ok(stored) => stored,
        Err(failure) if matches!(failure.status(), 403 | 404 | 410) => return Ok(html! {}),
        Err(failure) => return Err(failure),
    };
    let response: Value = serde_json::from_str(&stored.body).unwrap_or_default();
    let of = response.pointer("/subject/reference").and_then(Value::as_str);
    if of != Some(&format!("Patient/{patient}")) {
        return Ok(html! {});
    }
    let canonical = text(&response, "questionnaire").unwrap_or_default();
    let name =
        canonical.split('|').next().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    let form = FORMS.iter().find(|form| form.questionnaire == name);
    let title = form.map_or_else(String::new, |form| form.title(say).to_owned());
    let day = say.date(text(&response, "authored").unwrap_or_default());
    Ok(html! {
        section .card role="status" {
            p .big { (say.pick("Đã ghi vào sổ", "Saved in the booklet")) }
            p { (title) @if !title.is_empty() { ", " } (day) }
        }
    })
}
