//! The five parts of the journey: what is recorded in each, every item once, and what is not.

use std::collections::{BTreeMap, HashMap, HashSet};

use maud::{Markup, html};
use serde_json::Value;

use super::super::colour::{Colours, cell};
use super::super::correction::link;
use super::super::item::{Told, told};
use super::super::reader::{resources, text};
use crate::budget;
use crate::fhir::member::members;
use crate::interaction::failure::Failure;
use crate::mch::catalogue::{Item, catalogue};
use crate::mch::record::concept::{codings, is_local};
use crate::mch::record::pregnancy::is_counted;
use crate::mch::risk::Level;
use crate::ui::say::Say;

/// A tab: its id in addresses, its name, and the parts of the booklet it holds.
struct Tab {
    id: &'static str,
    name: (&'static str, &'static str),
    parts: &'static [&'static str],
}

/// Where the parts of the printed booklet stand on the page.
const TABS: [Tab; 5] = [
    Tab {
        id: "mang-thai",
        name: ("Mang thai", "Pregnancy"),
        parts: &[
            "cover",
            "family",
            "obstetric-history",
            "disease-history",
            "pregnancy",
            "tetanus",
            "antenatal",
        ],
    },
    Tab { id: "sinh-no", name: ("Sinh nở", "Birth"), parts: &["child", "delivery", "newborn"] },
    Tab { id: "sau-sinh", name: ("Sau sinh", "After birth"), parts: &["postnatal"] },
    Tab {
        id: "dinh-duong",
        name: ("Dinh dưỡng và phát triển", "Nutrition and development"),
        parts: &["growth", "development"],
    },
    Tab {
        id: "khi-con-om", name: ("Khi con ốm", "When the child is ill"), parts: &["prevention"]
    },
];

/// Who stands in the head of the page, and what is computed, is no item.
const ELSEWHERE: [&str; 5] = [
    "Patient",
    "RelatedPerson",
    "ImmunizationRecommendation",
    "ImmunizationEvaluation",
    "Parameters",
];

/// Whether a resource of a booklet is a record that counts, not who it is about nor what was computed.
pub(super) fn is_recorded(resource: &Value) -> bool {
    let mut tags = resource.pointer("/meta/tag").and_then(Value::as_array).into_iter().flatten();
    let is_computed = tags
        .any(|tag| is_local(text(tag, "/system"), "mch-tag") && text(tag, "/code") == "computed");
    let is_elsewhere = ELSEWHERE.contains(&text(resource, "/resourceType"));
    !is_computed && !is_elsewhere && is_counted(resource)
}

/// A thing with all that is recorded of it.
struct Row<'d> {
    label: String,
    /// The newest last.
    all: Vec<One<'d>>,
}

/// One record: what it says, its colour, its address.
struct One<'d> {
    told: Told,
    level: Option<Level>,
    address: &'d str,
}

/// How rows are shown: in which language, of whom, and whether what is folded is open.
#[derive(Clone, Copy)]
pub(super) struct Shown<'s> {
    pub(super) say: Say,
    pub(super) patient: &'s str,
    pub(super) is_open: bool,
}

/// The tabs of an answer of `$booklet`.
pub(super) fn tabs(
    document: &Value,
    (base, is_mother): (&str, bool),
    colours: &Colours,
    shown_as: Shown<'_>,
) -> Result<Markup, Failure> {
    let Shown { say, is_open, .. } = shown_as;
    let sections = sections(document);
    let known = addresses(document, base);
    let mut recorded = HashSet::new();
    let mut shown = Vec::new();
    for tab in &TABS {
        let of_tab = sections.iter().filter(|(code, _)| tab.parts.contains(code));
        let mut rows: BTreeMap<String, Row<'_>> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        for (address, resource) in of_tab
            .flat_map(|(_, addresses)| addresses)
            .filter_map(|at| Some((*at, *known.get(at)?)))
        {
            budget::spend(64)?;
            if !is_recorded(resource) {
                continue;
            }
            note(resource, &mut recorded);
            let told = told(resource, say);
            let key = told.key.clone();
            let row = rows.entry(key.clone()).or_insert_with(|| {
                order.push(key);
                Row { label: told.label.clone(), all: Vec::new() }
            });
            row.all.push(One { told, level: colours.at(address), address });
        }
        let rows: Vec<Row<'_>> = order.iter().filter_map(|key| rows.remove(key)).collect();
        shown.push((tab, rows));
    }
    Ok(html! {
        nav .tabs aria-label=(say.pick("Hành trình", "Journey")) {
            @for (tab, _) in &shown { a href={ "#" (tab.id) } { (say.pick(tab.name.0, tab.name.1)) } }
        }
        @for (tab, rows) in &shown {
            section #(tab.id) {
                h2 { (say.pick(tab.name.0, tab.name.1)) }
                @if rows.is_empty() { p .dim { (say.pick("Chưa ghi gì.", "Nothing is recorded yet.")) } }
                @else { (table(rows, shown_as)) }
                (missing(tab, (is_mother, &recorded), (say, is_open)))
            }
        }
    })
}

fn table(rows: &[Row<'_>], shown: Shown<'_>) -> Markup {
    let Shown { say, patient, .. } = shown;
    html! {
        div .wide .stack { table .rows {
            thead { tr {
                th scope="col" { (say.pick("Mục", "Item")) }
                th scope="col" { (say.pick("Ghi gần nhất", "Last record")) }
                th scope="col" { (say.pick("Ngày", "Day")) }
            } }
            tbody { @for row in rows {
                @if let Some((One { told: last, level, address }, before)) = row.all.split_last() {
                    tr {
                        td { b { (row.label) } }
                        td {
                            (last.value) (cell(*level, say)) (link(patient, address, say))
                            @if !before.is_empty() { (earlier(before, shown)) }
                        }
                        td data-name=(say.pick("ngày", "day")) { (say.date(&last.at)) }
                    }
                }
            } }
        } }
    }
}

fn earlier(before: &[One<'_>], Shown { say, patient, is_open }: Shown<'_>) -> Markup {
    let number = before.len();
    html! {
        details open[is_open] {
            summary { (say.pick(format!("{number} lần ghi trước"), format!("{number} earlier"))) }
            ul { @for One { told: one, level, address } in before.iter().rev() {
                li { (say.date(&one.at)) @if !one.value.is_empty() { ": " (one.value) } (cell(*level, say)) (link(patient, address, say)) }
            } }
        }
    }
}

/// What the booklet asks for once and nobody wrote: that is not the same as not done.
fn missing(
    tab: &Tab,
    (is_mother, recorded): (bool, &HashSet<&'static str>),
    (say, is_open): (Say, bool),
) -> Markup {
    let is_missing = |item: &&Item| {
        let part = match item.section.as_str() {
            "this-pregnancy" => "pregnancy",
            "antenatal-visit" => "antenatal",
            "postnatal-visit" => "postnatal",
            "prevention-illness" => "prevention",
            other => other,
        };
        let is_once = matches!(item.per.as_str(), "booklet" | "pregnancy" | "delivery" | "child");
        tab.parts.contains(&part)
            && is_once
            && is_mother == (item.subject != "child")
            && !item.security_label
            && !item.value.group
            && item.part_of.is_none()
            && item.same_as.is_none()
            && !catalogue().profiles_of(item, "Observation").is_empty()
            && !recorded.contains(item.id.as_str())
    };
    let all: Vec<&Item> = catalogue().items.iter().filter(is_missing).collect();
    html! {
        @if !all.is_empty() {
            details open[is_open] {
                summary { (say.pick(format!("Chưa ghi: {} mục", all.len()), format!("Not recorded: {} items", all.len()))) }
                ul { @for item in all { li { (say.of(&item.label)) } } }
            }
        }
    }
}

/// Notes the items that a record is of.
fn note(resource: &Value, recorded: &mut HashSet<&'static str>) {
    let parts = resource.get("component").and_then(Value::as_array).into_iter().flatten();
    let concepts = std::iter::once(resource.get("code")).chain(parts.map(|one| one.get("code")));
    for (system, code) in concepts.flat_map(codings) {
        let items = catalogue().items(system, code).into_iter();
        recorded.extend(items.flat_map(|item| {
            std::iter::once(item.id.as_str())
                .chain(item.same_as.as_deref())
                .chain(item.part_of.as_deref())
        }));
    }
}

/// The parts of the booklet, by code, with the addresses in each.
pub(super) fn sections(document: &Value) -> Vec<(&str, Vec<&str>)> {
    let composition = resources(document).next();
    let all = composition.and_then(|one| one.get("section")?.as_array()).into_iter().flatten();
    all.map(section).collect()
}

fn section(section: &Value) -> (&str, Vec<&str>) {
    let addresses = members(section, "entry").iter().map(|one| text(one, "/reference"));
    (text(section, "/code/coding/0/code"), addresses.collect())
}

/// The resources of a document, by address.
pub(super) fn addresses<'d>(document: &'d Value, base: &str) -> HashMap<&'d str, &'d Value> {
    let entries = document.get("entry").and_then(Value::as_array).into_iter().flatten();
    let one = |entry: &'d Value| {
        let address = text(entry, "/fullUrl").strip_prefix(base)?.strip_prefix('/')?;
        Some((address, entry.get("resource")?))
    };
    entries.filter_map(one).collect()
}
