//! `/so/{patient}`: the booklet. Week or age today, level, what is next, and the parts of the journey.

use maud::{Markup, html};
use serde_json::Value;

use super::super::colour::{Colours, word};
use super::super::correction::report::list;
use super::super::due::{Thing, of_person};
use super::super::person::{self, Known, head, name, week};
use super::super::reader::{Made, Reader, parameters, text};
use super::journey::{Shown, tabs};
use crate::fhir::id::ResourceId;
use crate::interaction::failure::Failure;
use crate::mch::catalogue::catalogue;
use crate::mch::risk::Level;
use crate::ui::form::told::stored;
use crate::ui::say::Say;

/// What is still ahead and is told before the rest.
const NEXT: usize = 3;

/// The page.
pub(in crate::ui::booklet) async fn page(
    reader: &Reader<'_, '_>,
    id: &ResourceId,
) -> Result<Made, Failure> {
    let say = reader.say;
    let person = person::open(reader, id).await?;
    let records = person.records(reader.ctx);
    let known = Known::of(reader, &person, &records);
    let pregnancy = known.pregnancy(&records);
    let colours = Colours::of(&records, known.asked(reader, &records));
    let is_shown = |finding: &&Value| {
        let of = parameters(finding, "observation").next();
        let of = of.map(|one| text(one, "/valueReference/reference")).unwrap_or_default();
        records.at(of).is_some()
    };
    let risk = reader.call("risk", Some(id), &[]).await?;
    let findings: Vec<&Value> = parameters(&risk, "finding").filter(is_shown).collect();
    let is_danger = findings.iter().any(|one| {
        parameters(one, "colour").any(|colour| text(colour, "/valueCode") == Level::Danger.code())
    });
    let things = of_person(reader, id).await?;
    let document = reader.call("booklet", Some(id), &[]).await?;
    let is_print = reader.told("in").is_some();
    let shown = Shown { say, patient: known.id(), is_open: is_print };
    let tabs = tabs(&document, (&reader.ctx.engine.base, known.is_mother), &colours, shown)?;
    let patient = person.patient().unwrap_or(&Value::Null);
    let saved = match reader.told("ghi") {
        Some(response) => stored(reader.ctx, id, response, say).await?,
        None => html! {},
    };
    let body = html! {
        (saved)
        (head(reader, &person, (&records, &known), ""))
        @if let Some(week) = week(pregnancy, say) { p .big { (week) } }
        // The next date is what most come for; only danger stands before it.
        @if is_danger { (level(&findings, say)) (next(&things, say)) }
        @else { (next(&things, say)) (level(&findings, say)) }
        (tabs)
        (list(reader, &person, known.id()))
    };
    Ok(Made { title: name(patient, say), body })
}

/// The level, and each thing that is not white.
fn level(findings: &[&Value], say: Say) -> Markup {
    let value = |one: &Value, name: &str| -> String {
        let part = parameters(one, name).next().and_then(|part| {
            part.as_object()?.iter().find(|(key, _)| key.starts_with("value"))?.1.as_str()
        });
        part.unwrap_or_default().to_owned()
    };
    let of = |one: &Value| match value(one, "colour").as_str() {
        "danger" => Level::Danger,
        _ => Level::Yellow,
    };
    let level = findings.iter().map(|one| of(one)).max().unwrap_or_default();
    let worst = findings.iter().find(|one| of(one) == level);
    let label = |one: &Value| {
        let item = value(one, "item");
        catalogue().item(&item).map_or(item, |item| say.of(&item.label).to_owned())
    };
    html! {
        section class={ "card" @if level == Level::Danger { " alarm" } } {
            p .big { (say.pick("Mức", "Level")) ": " span class={ "cell " (level.code()) } { (word(level, say)) } }
            @match worst {
                Some(worst) => p { b { (value(worst, "action")) } },
                None => p { (say.pick("Không có ô nào vàng trong những gì đã ghi.", "No cell of what is recorded is yellow.")) },
            }
            @if !findings.is_empty() {
                ul { @for one in findings {
                    li {
                        span class={ "cell " (of(one).code()) } { (word(of(one), say)) } " "
                        (label(one)) ": " (say.value(&value(one, "value")))
                        @let limit = value(one, "limit");
                        @if !limit.is_empty() { " (" (say.pick("ngưỡng", "limit")) " " (say.value(&limit)) ")" }
                    }
                } }
            }
        }
    }
}

/// What is to be done now, and what comes next.
fn next(things: &[Thing], say: Say) -> Markup {
    let (now, ahead): (Vec<&Thing>, Vec<&Thing>) =
        things.iter().partition(|one| one.status != "upcoming");
    let row = |one: &Thing| {
        html! {
            li { b { (one.label) } " " span class=(one.class()) { (one.said) } @let when = one.when(say); @if !when.is_empty() { " · " (when) } }
        }
    };
    html! {
        section .card {
            @match ahead.first() {
                Some(first) => p .big { (say.pick("Ngày hẹn tới", "Next date")) ": " (say.date(&first.from)) " – " (first.label) },
                None => p .big { (say.pick("Chưa có ngày hẹn tới", "No next date")) },
            }
            h2 { (say.pick("Việc cần làm", "To do")) }
            @if now.is_empty() { p { (say.pick("Hôm nay không có việc nào đến hạn.", "Nothing is due today.")) } }
            @else { ul { @for one in now { (row(one)) } } }
            @if !ahead.is_empty() {
                h3 { (say.pick("Sắp tới", "Ahead")) }
                ul { @for one in ahead.iter().take(NEXT) { (row(one)) } }
                @if ahead.len() > NEXT {
                    details {
                        summary { (say.pick("Sau đó", "After that")) }
                        ul { @for one in ahead.iter().skip(NEXT) { (row(one)) } }
                    }
                }
            }
        }
    }
}
