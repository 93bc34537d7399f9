//! For whom an app is opened: a list of those whom the person reaches, searched by name.

use maud::{Markup, html};
use serde_json::Value;

use super::{Hidden, language};
use crate::fhir::date::calendar::DAY;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::ui::booklet::choice::{people, told};
use crate::ui::frame::{Frame, whole};
use crate::ui::say::Say;

/// Letters of a name that are looked at.
const LONGEST: usize = 200;

/// What the page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub app: &'a str,
    pub hidden: Hidden<'a>,
    /// The name that is looked for.
    pub name: &'a str,
    /// Whether somebody was chosen whom the person does not reach.
    pub is_unseen: bool,
}

/// The page.
pub async fn page(ctx: &Ctx<'_>, say: Say, asked: &Asked<'_>) -> Result<String, Failure> {
    let name: String = asked.name.trim().chars().take(LONGEST).collect();
    let today = ctx.now.saturating_add(ctx.engine.zone.micros()).div_euclid(DAY);
    let (people, is_more) = Box::pin(people(ctx, say, &name)).await?;
    let title = say.pick("Mở cho ai?", "For whom?");
    let question = match say.code() {
        "en" => format!("{} asks whose record it is to be opened for.", asked.app),
        _ => format!("{} cần biết mở cho hồ sơ của ai.", asked.app),
    };
    let body = html! {
        p { (question) }
        @if asked.is_unseen { p .card .alarm role="alert" {
            (say.pick("Không có người này, hoặc bạn không được xem hồ sơ ấy.", "There is no such person, or you may not see that record."))
        } }
        form method="post" action="/oauth/authorize" role="search" {
            (asked.hidden.fields())
            (language(say))
            label for="q" { (say.pick("Tên, số định danh hoặc điện thoại", "Name, identifier or telephone")) }
            input #q type="search" name="q" value=(name) autocomplete="off" maxlength=(LONGEST);
            button type="submit" { (say.pick("Tìm", "Search")) }
        }
        form method="post" action="/oauth/authorize" {
            (asked.hidden.fields())
            (language(say))
            fieldset .people {
                legend { (say.pick("Chọn một người", "Choose one person")) }
                @for one in &people { (choice(one, (say, today), people.len() == 1)) }
                @if people.is_empty() { p role="status" { (say.pick("Không tìm thấy ai.", "Nobody was found.")) } }
            }
            @if is_more { p .dim { (say.pick("Còn người khác nữa: hãy tìm theo tên.", "There are more people: search by name.")) } }
            @if !people.is_empty() { button type="submit" { (say.pick("Tiếp tục", "Continue")) } }
        }
    };
    Ok(whole(&Frame { say, title, path: "", query: &[], body }))
}

fn choice(one: &Value, (say, today): (Say, i64), is_only: bool) -> Markup {
    let id = one.get("id").and_then(Value::as_str).unwrap_or_default();
    let (name, line) = told(one, say, today);
    html! {
        label .choice {
            input type="radio" name="patient" value=(id) required checked[is_only];
            span { span .big { (name) } span .dim { " " (line) } }
        }
    }
}
