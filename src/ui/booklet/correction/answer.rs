//! The reports that wait for a facility, in `/den-han`, and its answers: changed, or why not.

use maud::{Markup, html};
use serde_json::Value;

use super::super::reader::{Reader, Reply, moved, nowhere, text};
use super::report::{line, picture, stored};
use super::task::{State, answered, state};
use crate::fhir::kind::ResourceKind;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::correction::{CODE, INTENT, SYSTEM, is_correction};
use crate::search::query::{Parameter, Query};
use crate::ui::form_token::FIELD;

/// Where answers are sent.
pub(in crate::ui::booklet) const PATH: &str = "/den-han/bao-sai";
/// Reports that a page lists, and letters of an answer.
const MOST: usize = 50;
const REASON: usize = 1_000;

/// The reports that wait for whom the list is about.
pub(in crate::ui::booklet) async fn waiting(reader: &Reader<'_, '_>) -> Result<Markup, Failure> {
    let say = reader.say;
    let Some(kind) = ResourceKind::parse("Task") else { return Ok(html! {}) };
    let mut parameters = vec![
        Parameter::new("code", format!("{SYSTEM}|{CODE}")),
        Parameter::new("intent", INTENT.to_owned()),
        Parameter::new("status", "requested,received,accepted,in-progress".to_owned()),
        Parameter::new("_sort", "authored-on".to_owned()),
        Parameter::new("_count", MOST.to_string()),
    ];
    if let Some(id) = reader.told("organization") {
        let id = id.rsplit('/').next().unwrap_or(id);
        parameters.push(Parameter::new("owner", format!("Organization/{id}")));
    }
    if let Some(code) = reader.told("commune") {
        parameters.push(Parameter::new("patient.commune", code.to_owned()));
    }
    let (all, is_more) = reader.find(kind, Query { parameters }).await?;
    Ok(html! {
        @if !all.is_empty() {
            section #bao-sai .aside {
                h2 { (say.pick("Báo sai chờ trả lời", "Reports of mistakes that wait")) }
                @for task in &all { (one(reader, task)) }
                @if is_more { p { (say.pick("Còn nữa, sau khi trả lời những lần trên.", "There are more, after these.")) } }
            }
        }
    })
}

fn one(reader: &Reader<'_, '_>, task: &Value) -> Markup {
    let say = reader.say;
    let id = text(task, "/id");
    let person = text(task, "/for/reference").rsplit('/').next().unwrap_or_default();
    let field = format!("ly-do-{id}");
    let who = text(task, "/requester/display");
    html! {
        div .card {
            p { (line(task, State::Waiting, say)) (picture(reader, task)) }
            p { @if !who.is_empty() { (say.pick("Người báo", "Reported by")) ": " (who) " · " }
                a href=(say.href(&format!("/so/{person}"), &[])) { (say.pick("Mở sổ", "Open the booklet")) } }
            form method="post" action=(say.href(PATH, &[])) {
                input type="hidden" name=(FIELD) value=(reader.asked.token);
                input type="hidden" name="viec" value=(id);
                @for name in ["commune", "organization", "date"] {
                    @if let Some(value) = reader.told(name) { input type="hidden" name=(name) value=(value); }
                }
                label for=(field) { (say.pick("Trả lời người báo (đã sửa gì, hay vì sao không sửa)", "Answer (what was changed, or why not)")) }
                textarea id=(field) name="ly-do" rows="2" maxlength=(REASON) required {}
                button type="submit" name="tra-loi" value="da-sua" { (say.pick("Đã sửa", "Changed")) } " "
                button type="submit" name="tra-loi" value="khong-sua" { (say.pick("Không sửa", "Not changed")) }
            }
        }
    }
}

/// Stores an answer and leads back to the list.
pub(in crate::ui::booklet) async fn send(reader: &Reader<'_, '_>) -> Result<Reply, Failure> {
    let say = reader.say;
    if let Some(fault) = &reader.asked.fault {
        return Err(Kind::Forbidden.because(fault.vi.clone(), fault.en.clone()));
    }
    let id = reader.told("viec").unwrap_or_default();
    let task =
        reader.read(&format!("Task/{id}")).await?.filter(is_correction).ok_or_else(nowhere)?;
    if state(&task) != Some(State::Waiting) {
        return Err(Kind::Conflict
            .because("Lần báo sai này đã được trả lời.", "This report was answered already."));
    }
    let to = match reader.told("tra-loi") {
        Some("da-sua") => State::Mended,
        Some("khong-sua") => State::Refused,
        _ => {
            return Err(Kind::Malformed.because(
                "Hãy chọn “Đã sửa” hoặc “Không sửa”.",
                "Choose “changed” or “not changed”.",
            ));
        }
    };
    let reason = reader.told("ly-do").unwrap_or_default();
    if reason.is_empty() || reason.chars().count() > REASON {
        return Err(Kind::Malformed.because(
            format!("Hãy viết câu trả lời, nhiều nhất {REASON} chữ cái."),
            format!("Write an answer, of {REASON} letters at most."),
        ));
    }
    stored(reader, answered(&task, to, reason, &reader.moment())).await?;
    let kept: Vec<(&str, &str)> = ["commune", "organization", "date"]
        .iter()
        .filter_map(|name| Some((*name, reader.told(name)?)))
        .collect();
    Ok(moved(say.href("/den-han", &kept)))
}
