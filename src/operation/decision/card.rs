//! Cards, <https://cds-hooks.hl7.org/2.0/#card-attributes>.

use serde_json::{Value, json};

use super::facts::Facts;
use crate::fhir::date::calendar::iso;
use crate::fhir::issue::{Language, Text};
use crate::mch::due::Due;
use crate::mch::due::window::Status as Standing;
use crate::mch::immunization::chart::Chart;
use crate::mch::immunization::forecast::{Recommended, Status, Why};
use crate::mch::risk::{Finding, Level};

/// Characters of a summary, by the specification less than 140.
const SUMMARY: usize = 139;

/// Something that a card tells: its short name, its day and the line about it.
struct Told {
    name: String,
    day: Option<i64>,
    line: String,
}

/// The cards of somebody, the gravest first.
pub(super) fn cards(facts: &Facts<'_>, page: Option<&str>, language: Language) -> Vec<Value> {
    let writer = Writer { facts, page, language };
    let history = facts.chart.map(Chart::evaluate);
    let forecast = facts.chart.zip(history.as_ref());
    let doses = forecast.map(|(chart, history)| chart.forecast(history, false)).unwrap_or_default();
    let is_urgent = |one: &&Recommended<'_>| {
        one.why.contains(&Why::HepatitisBOfMother)
            && matches!(one.status, Status::Due | Status::Overdue)
    };
    let urgent: Vec<Told> = doses.iter().filter(is_urgent).map(|one| writer.dose(one)).collect();
    let of = |status: Status, standing: Standing| -> Vec<Told> {
        let doses = doses.iter().filter(|one| one.status == status && !is_urgent(one));
        let others = facts.due.iter().filter(|one| one.status == standing);
        let all = doses.map(|one| writer.dose(one)).chain(others.map(|one| writer.other(one)));
        let mut all: Vec<Told> = all.collect();
        all.sort_by_key(|one| one.day);
        all
    };
    let danger = facts.findings.iter().filter(|one| one.level == Level::Danger);
    let danger: Vec<Told> = danger.map(|one| writer.finding(one)).collect();
    let mut next = of(Status::Upcoming, Standing::Upcoming);
    let soonest = next.iter().filter_map(|one| one.day).filter(|day| *day > facts.day).min();
    next.retain(|one| one.day == soonest && soonest.is_some());
    let groups = [
        (
            "critical",
            Text::new("DẤU HIỆU NGUY HIỂM, đến cơ sở y tế ngay", "DANGER SIGN, go at once"),
            danger,
        ),
        (
            "critical",
            Text::new("KHẨN, mẹ có HBsAg dương tính", "URGENT, the mother is HBsAg positive"),
            urgent,
        ),
        ("warning", Text::new("Quá hạn", "Overdue"), of(Status::Overdue, Standing::Overdue)),
        ("info", Text::new("Đến hạn", "Due"), of(Status::Due, Standing::Due)),
        ("info", on(soonest), next),
    ];
    let told = groups.into_iter().filter(|(.., some)| !some.is_empty());
    told.map(|(indicator, what, some)| writer.card(indicator, what, &some)).collect()
}

fn on(day: Option<i64>) -> Text {
    let day = day.map(iso).unwrap_or_default();
    let written: Vec<&str> = day.split('-').rev().collect();
    Text::new(format!("Hẹn tiếp theo {}", written.join("/")), format!("Next on {day}"))
}

struct Writer<'c, 'a> {
    facts: &'c Facts<'a>,
    /// The address of the person's page, where there is one.
    page: Option<&'c str>,
    language: Language,
}

impl Writer<'_, '_> {
    fn said(&self, text: Text) -> String {
        if self.language == Language::English { text.en } else { text.vi }
    }

    fn pick<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        if self.language == Language::English { en } else { vi }
    }

    fn card(&self, indicator: &str, what: Text, some: &[Told]) -> Value {
        let names: Vec<&str> = some.iter().map(|one| one.name.as_str()).collect();
        let summary = format!("{}: {}", self.said(what), names.join(", "));
        let label = self.pick("Sổ Mẹ và Bé (Mebe)", "Mother and child booklet (Mebe)");
        let version = &self.facts.version;
        let mut card = json!({
            "uuid": uuid::Uuid::new_v4().hyphenated().to_string(),
            "summary": cut(&summary),
            "indicator": indicator,
            "detail": some.iter().map(|one| one.line.as_str()).collect::<Vec<_>>().join("\n"),
            "source": { "label": format!("{label}; {version}") },
        });
        if let (Some(page), Some(card)) = (self.page, card.as_object_mut()) {
            let label = self.pick("Mở sổ", "Open the booklet");
            let link = json!({ "label": label, "url": page, "type": "absolute" });
            card.insert("links".into(), json!([link]));
        }
        card
    }

    /// A dose, its day, its source, and what else is to be known, in Markdown.
    fn dose(&self, one: &Recommended<'_>) -> Told {
        let day = one.dates.due;
        let row = self.said(one.row.text(&one.vaccine_text()));
        let programme = self.facts.chart.map(|chart| chart.programme);
        let why = programme
            .into_iter()
            .flat_map(|programme| one.why.iter().map(|why| self.said(why.text(programme))));
        let why: Vec<String> = why.collect();
        let name = format!("{} ({})", self.said(one.vaccine_text()), one.row.dose);
        Told { name, day, line: line(day, &format!("{row} {}", why.join(" "))) }
    }

    /// A visit, a test, a measurement and such.
    fn other(&self, one: &Due) -> Told {
        let name = self.pick(&one.label.vi, &one.label.en).to_owned();
        let day = Some(one.window.due);
        let text = format!("{name}. {}", one.source);
        Told { name, day, line: line(day, &text) }
    }

    fn finding(&self, one: &Finding<'_>) -> Told {
        let name = self.pick(&one.label.vi, &one.label.en).to_owned();
        let value = self.pick(&one.value.vi, &one.value.en);
        let text = format!("- {name}: {value}. {}", one.source);
        Told { name, day: None, line: text }
    }
}

fn line(day: Option<i64>, text: &str) -> String {
    let day = day.map(iso).unwrap_or_default();
    format!("- **{day}** {text}").trim_end().to_owned()
}

/// A text that is not too long, whole letters only.
fn cut(text: &str) -> String {
    if text.chars().count() <= SUMMARY {
        return text.to_owned();
    }
    let short: String = text.chars().take(SUMMARY - 1).collect();
    format!("{short}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_short() {
        assert_eq!(cut("Sởi"), "Sởi");
        assert_eq!(cut(&"ầ".repeat(200)).chars().count(), SUMMARY);
    }
}
