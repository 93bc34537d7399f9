//! `/so/{patient}/tiem-chung`: what was given, what does not count and why, what comes next and when.

use std::collections::HashMap;

use maud::{Markup, html};
use serde_json::Value;

use super::super::correction::link;
use super::super::due::{date, status};
use super::super::item::told;
use super::super::person::{self, Known, head, name};
use super::super::reader::{Made, Reader, parameters, text};
use crate::fhir::id::ResourceId;
use crate::fhir::member::members;
use crate::interaction::failure::Failure;
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::Record;
use crate::ui::say::Say;

/// The dates of a vaccine, by LOINC.
const DATES: [(&str, (&str, &str)); 4] = [
    ("30981-5", ("sớm nhất", "earliest")),
    ("30980-7", ("nên tiêm", "due")),
    ("59778-1", ("trễ từ", "late from")),
    ("59777-3", ("muộn nhất", "latest")),
];

/// The page.
pub(in crate::ui::booklet) async fn page(
    reader: &Reader<'_, '_>,
    id: &ResourceId,
) -> Result<Made, Failure> {
    let say = reader.say;
    let person = person::open(reader, id).await?;
    let records = person.records(reader.ctx);
    let known = Known::of(reader, &person, &records);
    let forecast = match reader.call("immds-forecast", Some(id), &[]).await {
        Ok(answer) => Ok(answer),
        Err(failure) if failure.is_ours() => return Err(failure),
        Err(failure) => Err(failure),
    };
    let doses = records.pointing("Immunization", "patient", &known.address);
    let mut doses: Vec<Record<'_>> = doses.filter(|one| is_counted(one.resource)).collect();
    let day = |one: &Record<'_>| text(one.resource, "/occurrenceDateTime").to_owned();
    doses.sort_by(|one, other| (day(one), one.address).cmp(&(day(other), other.address)));
    let (not_given, given): (Vec<_>, Vec<_>) =
        doses.into_iter().partition(|one| text(one.resource, "/status") == "not-done");
    let none = Value::Null;
    let judged = judged(forecast.as_ref().unwrap_or(&none));
    let patient = person.patient().unwrap_or(&Value::Null);
    let title = say.pick("Tiêm chủng", "Vaccination");
    let body = html! {
        (head(reader, &person, (&records, &known), "/tiem-chung"))
        (table(&given, &judged, (known.id(), say)))
        (skipped(&not_given, (known.id(), say)))
        h2 { (say.pick("Mũi tiếp theo", "What comes next")) }
        @match &forecast {
            Ok(answer) => (next(answer, say)),
            Err(failure) => @for issue in &failure.issues { p { (say.text(&issue.text)) } },
        }
    };
    Ok(Made { title: format!("{title}: {}", name(patient, say)), body })
}

/// What became of a dose for each disease.
struct Judged<'v> {
    disease: &'v str,
    is_valid: bool,
    reasons: Vec<&'v str>,
}

/// The evaluations of an answer of `$immds-forecast`, by the dose.
fn judged(answer: &Value) -> HashMap<&str, Vec<Judged<'_>>> {
    let mut all: HashMap<&str, Vec<Judged<'_>>> = HashMap::new();
    for one in parameters(answer, "evaluation").filter_map(|one| one.get("resource")) {
        let reasons = members(one, "doseStatusReason").iter().map(|one| text(one, "/text"));
        all.entry(text(one, "/immunizationEvent/reference")).or_default().push(Judged {
            disease: text(one, "/targetDisease/text"),
            is_valid: text(one, "/doseStatus/coding/0/code") == "valid",
            reasons: reasons.collect(),
        });
    }
    all
}

fn table(
    given: &[Record<'_>],
    judged: &HashMap<&str, Vec<Judged<'_>>>,
    (id, say): (&str, Say),
) -> Markup {
    html! {
        h2 { (say.pick("Đã tiêm", "Given")) }
        @if given.is_empty() { p .dim { (say.pick("Chưa ghi mũi tiêm nào.", "No dose is recorded.")) } }
        @else {
            div .wide .stack { table {
                thead { tr {
                    th scope="col" { (say.pick("Ngày", "Day")) }
                    th scope="col" { (say.pick("Vắc xin", "Vaccine")) }
                    th scope="col" { (say.pick("Tính hay không", "Whether it counts")) }
                    th scope="col" { (say.pick("Số lô, nơi tiêm", "Lot, place")) }
                } }
                tbody { @for one in given { (row(one, judged.get(one.address).map(Vec::as_slice), (id, say))) } }
            } }
        }
    }
}

fn row(one: &Record<'_>, judged: Option<&[Judged<'_>]>, (id, say): (&str, Say)) -> Markup {
    let dose = told(one.resource, say);
    let lot = text(one.resource, "/lotNumber");
    let place = text(one.resource, "/location/display");
    let place =
        if place.is_empty() { text(one.resource, "/performer/0/actor/display") } else { place };
    html! {
        tr {
            td { (say.date(&dose.at)) }
            td { b { (dose.label) } @if !dose.value.is_empty() { " – " (dose.value) } }
            td {
                @match judged {
                    None => span .cell { (say.pick("không xét", "not judged")) },
                    Some(all) if all.iter().all(|one| one.is_valid) => span .cell .white { (say.pick("hợp lệ", "valid")) },
                    Some(all) => (invalid(all, say)),
                }
            }
            td data-name=(say.pick("lô, nơi tiêm", "lot, place")) {
                (lot) @if !lot.is_empty() && !place.is_empty() { ", " } (place)
                @if lot.is_empty() && place.is_empty() { span .dim { (say.pick("chưa ghi", "not recorded")) } }
                (link(id, one.address, say))
            }
        }
    }
}

/// For which diseases a dose does not count, and why.
fn invalid(all: &[Judged<'_>], say: Say) -> Markup {
    let not: Vec<&Judged<'_>> = all.iter().filter(|one| !one.is_valid).collect();
    let is_whole = not.len() == all.len();
    let mut reasons: Vec<&str> = not.iter().flat_map(|one| one.reasons.iter().copied()).collect();
    reasons.dedup();
    reasons.sort_unstable();
    reasons.dedup();
    html! {
        span .cell .yellow {
            @if is_whole { (say.pick("không tính", "does not count")) }
            @else { (say.pick("tính một phần", "counts in part")) }
        }
        @if !is_whole {
            div { (say.pick("Không tính cho", "Does not count for")) ": "
                (not.iter().map(|one| one.disease).collect::<Vec<_>>().join(", ")) }
        }
        ul { @for reason in reasons { li { (reason) } } }
    }
}

fn skipped(all: &[Record<'_>], (id, say): (&str, Say)) -> Markup {
    html! {
        @if !all.is_empty() {
            h2 { (say.pick("Không tiêm", "Not given")) }
            ul { @for one in all {
                @let dose = told(one.resource, say);
                li { (say.date(&dose.at)) ": " b { (dose.label) } " – " (dose.value) (link(id, one.address, say)) }
            } }
        }
    }
}

/// What comes next, what is late first.
fn next(answer: &Value, say: Say) -> Markup {
    let recommendation = parameters(answer, "recommendation").next();
    let all = recommendation.and_then(|one| one.pointer("/resource/recommendation")?.as_array());
    let mut all: Vec<&Value> = all.into_iter().flatten().collect();
    let rank = |one: &Value| match status(one) {
        "overdue" => 0,
        "due" => 1,
        "upcoming" => 2,
        "contraindicated" => 3,
        _ => 4,
    };
    all.sort_by_key(|one| (rank(one), date(one, "30980-7").to_owned()));
    html! {
        div .wide .stack { table {
            thead { tr {
                th scope="col" { (say.pick("Vắc xin", "Vaccine")) }
                th scope="col" { (say.pick("Tình trạng", "Status")) }
                th scope="col" { (say.pick("Ngày", "Dates")) }
                th scope="col" { (say.pick("Ghi chú", "Notes")) }
            } }
            tbody { @for one in all { (recommended(one, say)) } }
        } }
    }
}

fn recommended(one: &Value, say: Say) -> Markup {
    let number = |name: &str| one.get(name).map(ToString::to_string).unwrap_or_default();
    let (dose, of) = (number("doseNumberPositiveInt"), number("seriesDosesPositiveInt"));
    let class = if status(one) == "overdue" { "cell yellow" } else { "cell white" };
    let is_open = matches!(status(one), "overdue" | "due" | "upcoming");
    let notes = members(one, "forecastReason").iter().skip(1).map(|note| text(note, "/text"));
    html! {
        tr {
            td { b { (text(one, "/series")) }
                @if is_open { " – " (say.pick("mũi", "dose")) " " (dose) "/" (of) } }
            td { span class=(class) { (text(one, "/forecastStatus/text")) } }
            td { @for (code, words) in DATES {
                @let day = date(one, code);
                @if !day.is_empty() { div { (say.pick(words.0, words.1)) " " (say.date(day)) } }
            } }
            td { @for note in notes { div { (note) } } }
        }
    }
}
