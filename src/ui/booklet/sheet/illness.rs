//! `/so/{patient}/y-ba`: allergies, danger signs, and what was recorded of illness, visit by visit.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;

use super::super::colour::{Colours, cell};
use super::super::correction::link;
use super::super::item::{own_item, said, told};
use super::super::person::{self, Known, head, name};
use super::super::reader::{Made, Reader, text};
use crate::budget;
use crate::fhir::id::ResourceId;
use crate::interaction::failure::Failure;
use crate::mch::catalogue::{Item, catalogue};
use crate::mch::record::concept::codings;
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::{Record, Records};
use crate::operation::document::narrative::moment;
use crate::ui::say::Say;

/// What is recorded at a visit.
const KINDS: [(&str, &str); 6] = [
    ("Observation", "subject"),
    ("Condition", "subject"),
    ("Procedure", "subject"),
    ("MedicationAdministration", "subject"),
    ("MedicationStatement", "subject"),
    ("ServiceRequest", "subject"),
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
    let colours = Colours::of(&records, known.asked(reader, &records));
    budget::spend(person.stored.len() * 64)?;
    let patient = person.patient().unwrap_or(&Value::Null);
    let title = format!("{}: {}", say.pick("Sổ y bạ", "Illness"), name(patient, say));
    let body = html! {
        (head(reader, &person, (&records, &known), "/y-ba"))
        (allergies(&records, &known, say))
        (signs(&records, &known, &colours, say))
        (visits(&records, &known, &colours, say))
    };
    Ok(Made { title, body })
}

fn allergies(records: &Records<'_>, known: &Known<'_>, say: Say) -> Markup {
    let all = records.pointing("AllergyIntolerance", "patient", &known.address);
    let is_told = |one: &Record<'_>| {
        let mut status = codings(one.resource.get("verificationStatus"));
        !status.any(|(_, code)| matches!(code, "entered-in-error" | "refuted"))
    };
    let all: Vec<Record<'_>> = all.filter(is_told).collect();
    html! {
        section .card {
            h2 { (say.pick("Dị ứng", "Allergies")) }
            @if all.is_empty() { p { (say.pick("Chưa ghi. Điều đó không có nghĩa là không dị ứng.", "Not recorded, which does not mean that there is none.")) } }
            ul { @for one in &all {
                @let allergy = told(one.resource, say);
                li { b { (allergy.label) } @if !allergy.value.is_empty() { ": " (allergy.value) } (link(known.id(), one.address, say)) }
            } }
        }
    }
}

/// The danger signs that the booklet asks for at this time of life, with what is recorded of each last.
fn signs<'a>(records: &Records<'a>, known: &Known<'a>, colours: &Colours, say: Say) -> Markup {
    let is_of = |item: &&Item| {
        item.danger
            && !item.security_label
            && item.same_as.is_none()
            && known.is_mother == (item.subject != "child")
    };
    let mut last: BTreeMap<&str, (String, Record<'a>)> = BTreeMap::new();
    let observed = records.pointing("Observation", "subject", &known.address);
    for one in observed.filter(|one| is_counted(one.resource)) {
        let Some(item) = own_item(one.resource.get("code")) else { continue };
        let at = moment(one.resource).unwrap_or_default().to_owned();
        let key = item.same_as.as_deref().unwrap_or(&item.id);
        if last.get(key).is_none_or(|(known, _)| *known <= at) {
            last.insert(key, (at, one));
        }
    }
    let (mut recorded, mut silent) = (Vec::new(), Vec::new());
    for item in catalogue().items.iter().filter(is_of) {
        match last.get(item.id.as_str()) {
            Some((at, one)) => recorded.push((item, at.as_str(), *one)),
            None => silent.push(item),
        }
    }
    html! {
        section .card {
            h2 { (say.pick("Dấu hiệu nguy hiểm", "Danger signs")) }
            @if recorded.is_empty() { p { (say.pick("Chưa ghi dấu hiệu nào.", "None is recorded.")) } }
            ul { @for (item, at, one) in &recorded {
                li { (say.of(&item.label)) ": " b { (told(one.resource, say).value) }
                    (cell(colours.at(one.address), say)) " · " (say.date(at)) (link(known.id(), one.address, say)) }
            } }
            @if !silent.is_empty() {
                details {
                    summary { (say.pick(format!("Chưa hỏi, chưa ghi: {}", silent.len()), format!("Not recorded: {}", silent.len()))) }
                    ul { @for item in &silent { li { (say.of(&item.label)) } } }
                }
            }
        }
    }
}

/// What was recorded at visits for illness, and illnesses without a visit; the newest first.
fn visits(records: &Records<'_>, known: &Known<'_>, colours: &Colours, say: Say) -> Markup {
    let (person, id) = (known.address.as_str(), known.id());
    let is_ill = |one: &Record<'_>| {
        let types = one.resource.get("type").and_then(Value::as_array).into_iter().flatten();
        let mut codes = types.flat_map(|one| codings(Some(one)));
        codes.any(|(_, code)| {
            matches!(code, "sick-child" | "antenatal-inpatient" | "newborn-inpatient")
        })
    };
    let visits = records.pointing("Encounter", "subject", person);
    let mut visits: Vec<Record<'_>> =
        visits.filter(|one| is_counted(one.resource) && is_ill(one)).collect();
    let day = |one: &Record<'_>| moment(one.resource).unwrap_or_default().to_owned();
    visits.sort_by_key(|one| std::cmp::Reverse(day(one)));
    let is_shown = |address: Option<&str>| visits.iter().any(|one| Some(one.address) == address);
    let mut alone: Vec<Record<'_>> = records
        .pointing("Condition", "subject", person)
        .filter(|one| is_counted(one.resource) && !is_shown(at_visit(records, one)))
        .collect();
    alone.sort_by_key(|one| std::cmp::Reverse(day(one)));
    let of = |visit: &Record<'_>| -> Vec<Record<'_>> {
        let all = KINDS.iter().flat_map(|(kind, by)| records.pointing(kind, by, person));
        all.filter(|one| is_counted(one.resource) && at_visit(records, one) == Some(visit.address))
            .collect()
    };
    html! {
        h2 { (say.pick("Các lần khám bệnh", "Visits for illness")) }
        @if visits.is_empty() { p .dim { (say.pick("Chưa ghi lần khám bệnh nào.", "No visit for illness is recorded.")) } }
        @for visit in &visits {
            h3 { (say.date(&day(visit))) " – " (told(visit.resource, say).label) }
            p { (link(id, visit.address, say)) }
            @if let Some(reason) = visit.resource.pointer("/reasonCode/0").and_then(|one| said(one, say)) {
                p { (say.pick("Lý do", "Reason")) ": " (reason) }
            }
            (lines(&of(visit), colours, (id, say)))
        }
        @if !alone.is_empty() {
            h2 { (say.pick("Bệnh đã ghi", "Recorded conditions")) }
            (lines(&alone, colours, (id, say)))
        }
    }
}

/// The address of the visit that something was recorded at.
fn at_visit<'a>(records: &Records<'_>, one: &Record<'a>) -> Option<&'a str> {
    let link = one.resource.get("encounter").or_else(|| one.resource.get("context"));
    records.address(link)
}

fn lines(all: &[Record<'_>], colours: &Colours, (id, say): (&str, Say)) -> Markup {
    let status = |one: &Record<'_>| match codings(one.resource.get("clinicalStatus")).next() {
        Some((_, "resolved" | "inactive" | "remission")) => Some(say.pick("đã khỏi", "resolved")),
        _ => None,
    };
    html! {
        ul { @for one in all {
            @let line = told(one.resource, say);
            li { b { (line.label) } @if !line.value.is_empty() { ": " (line.value) } (cell(colours.at(one.address), say))
                @if let Some(word) = status(one) { " (" (word) ")" }
                @if text(one.resource, "/resourceType") == "Condition" && !line.at.is_empty() { " · " (say.date(&line.at)) }
                (link(id, one.address, say))
            }
        } }
    }
}
