//! `/so/{patient}/kham-thai`: one column a visit, with weight, blood pressure and the height of the
//! uterus drawn over the weeks.

use std::collections::{BTreeMap, HashMap};

use maud::{Markup, html};
use serde_json::Value;

use super::super::colour::{Colours, cell};
use super::super::correction::link;
use super::super::item::told;
use super::super::person::{self, Known, head, name, week};
use super::super::reader::{Made, Reader, text};
use super::chart::{Chart, Line};
use super::journey::{addresses, is_recorded, sections};
use crate::budget;
use crate::fhir::date::calendar::whole_day;
use crate::fhir::id::ResourceId;
use crate::fhir::member::members;
use crate::interaction::failure::Failure;
use crate::mch::gestation::Gestation;
use crate::mch::record::concept::codings;
use crate::mch::risk::Level;
use crate::operation::document::narrative::moment;
use crate::ui::say::Say;

/// What is drawn, by LOINC: each with its name and unit.
const DRAWN: [(&[&str], (&str, &str), &str); 3] = [
    (&["29463-7"], ("Cân nặng", "Weight"), "kg"),
    (&["8480-6", "8462-4"], ("Huyết áp", "Blood pressure"), "mmHg"),
    (&["11881-0"], ("Chiều cao tử cung", "Fundal height"), "cm"),
];

/// What one record says at a visit: its value, its colour, its address.
type Cell = (String, Option<Level>, String);

/// A line of the sheet.
struct Row {
    label: String,
    /// By the day of the visit.
    cells: HashMap<i64, Vec<Cell>>,
}

/// The sheet: its days in order, its lines, and the records it was made of.
struct Sheet<'d> {
    days: Vec<i64>,
    rows: Vec<Row>,
    records: Vec<(i64, &'d Value)>,
}

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
    let document = reader.call("booklet", Some(id), &[("sections", "antenatal-visit")]).await?;
    let sheet = sheet(&document, &reader.ctx.engine.base, &colours, say)?;
    let patient = person.patient().unwrap_or(&Value::Null);
    let title = format!("{}: {}", say.pick("Sổ khám thai", "Antenatal visits"), name(patient, say));
    let body = html! {
        (head(reader, &person, (&records, &known), "/kham-thai"))
        @if let Some(week) = week(pregnancy, say) { p .big { (week) } }
        @if sheet.rows.is_empty() { p .dim { (say.pick("Chưa ghi lần khám thai nào.", "No antenatal visit is recorded.")) } }
        @else {
            (table(&sheet, pregnancy, (known.id(), say)))
            (drawings(&sheet, pregnancy, say))
        }
    };
    Ok(Made { title, body })
}

fn sheet<'d>(
    document: &'d Value,
    base: &str,
    colours: &Colours,
    say: Say,
) -> Result<Sheet<'d>, Failure> {
    let known = addresses(document, base);
    let mut rows: Vec<(String, Row)> = Vec::new();
    let mut days = BTreeMap::new();
    let mut records = Vec::new();
    let all = sections(document).into_iter().filter(|(code, _)| *code == "antenatal");
    for address in all.flat_map(|(_, addresses)| addresses) {
        budget::spend(64)?;
        let Some(resource) = known.get(address).copied().filter(|one| is_recorded(one)) else {
            continue;
        };
        let day = moment(resource).and_then(|at| whole_day(at.get(..10)?));
        let Some(day) = day else { continue };
        days.insert(day, ());
        if text(resource, "/resourceType") == "Encounter" {
            continue;
        }
        records.push((day, resource));
        let told = told(resource, say);
        if told.value.is_empty() {
            continue;
        }
        let place = rows.iter().position(|(key, _)| *key == told.key).unwrap_or_else(|| {
            rows.push((told.key.clone(), Row { label: told.label.clone(), cells: HashMap::new() }));
            rows.len() - 1
        });
        if let Some((_, row)) = rows.get_mut(place) {
            row.cells.entry(day).or_default().push((
                told.value,
                colours.at(address),
                address.to_owned(),
            ));
        }
    }
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    Ok(Sheet { days: days.into_keys().collect(), rows, records })
}

/// The age of the pregnancy on a day.
fn age(pregnancy: Option<&Gestation<'_>>, day: i64) -> Option<i64> {
    let start = pregnancy?.start().filter(|start| start.is_exact())?;
    (day >= start.first).then_some(day - start.first)
}

fn table(sheet: &Sheet<'_>, pregnancy: Option<&Gestation<'_>>, (id, say): (&str, Say)) -> Markup {
    html! {
        p .note { "– : " (say.pick("chưa ghi ở lần ấy; “không làm” là đã ghi rằng không làm.", "not recorded then; “not done” is recorded as such.")) }
        div .wide tabindex="0" role="region" aria-label=(say.pick("Bảng khám thai, cuộn ngang được", "Antenatal table, scrolls sideways")) {
            table .sheet {
                thead { tr {
                    th scope="col" { (say.pick("Mục", "Item")) }
                    @for day in &sheet.days { th scope="col" {
                        (say.day(*day))
                        @if let Some(age) = age(pregnancy, *day) { br; (say.weeks(age)) }
                    } }
                } }
                tbody { @for row in &sheet.rows { tr {
                    th scope="row" { (row.label) }
                    @for day in &sheet.days { td {
                        @match row.cells.get(day) {
                            None => "–",
                            Some(all) => @for (value, level, address) in all { div { (value) (cell(*level, say)) (link(id, address, say)) } },
                        }
                    } }
                } } }
            }
        }
    }
}

/// The drawings that have at least two points.
fn drawings(sheet: &Sheet<'_>, pregnancy: Option<&Gestation<'_>>, say: Say) -> Markup {
    let charts: Vec<Chart> = DRAWN
        .iter()
        .filter_map(|(codes, words, unit)| {
            let line = |code: &&str| {
                let mut points: Vec<(f64, f64)> = sheet
                    .records
                    .iter()
                    .filter_map(|(day, one)| {
                        Some((weeks(age(pregnancy, *day)?)?, number(one, code)?))
                    })
                    .collect();
                points.sort_by(|a, b| a.0.total_cmp(&b.0));
                let (name, colour) = match *code {
                    "8480-6" => (say.pick("tâm thu", "systolic"), "#a11a12"),
                    "8462-4" => (say.pick("tâm trương", "diastolic"), "#0a3d91"),
                    _ => ("", "#0a5a51"),
                };
                let dash = if *code == "8462-4" { "7 3" } else { "" };
                Line { name: name.to_owned(), colour, dash, is_marked: true, points }
            };
            let lines: Vec<Line> = codes.iter().map(line).collect();
            lines.iter().any(|line| line.points.len() > 1).then(|| Chart {
                title: say.pick(words.0, words.1).to_owned(),
                across: say.pick("tuần thai", "week of pregnancy").to_owned(),
                up: (*unit).to_owned(),
                ticks: (0..=10)
                    .map(|four| (f64::from(four) * 4.0, (four * 4).to_string()))
                    .collect(),
                lines,
            })
        })
        .collect();
    html! {
        @if !charts.is_empty() {
            h2 { (say.pick("Biểu đồ theo tuần", "Over the weeks")) }
            @for chart in charts { h3 { (chart.title) } (chart.svg(false)) }
        }
    }
}

fn weeks(days: i64) -> Option<f64> {
    Some(f64::from(i32::try_from(days).ok()?) / 7.0)
}

/// The number that a record, or a component of it, has for a code of LOINC.
fn number(resource: &Value, wanted: &str) -> Option<f64> {
    let parts = members(resource, "component").iter();
    let mut all = std::iter::once(resource).chain(parts);
    let is_it = |one: &&Value| codings(one.get("code")).any(|(_, code)| code == wanted);
    all.find(is_it)?.pointer("/valueQuantity/value")?.as_f64()
}
