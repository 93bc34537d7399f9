//! Cards, <https://cds-hooks.hl7.org/2.0/#card-attributes>.

use serde_json::{Value, json};

use crate::fhir::issue::{Language, Text};
use crate::mch::immunization::chart::Chart;
use crate::mch::immunization::forecast::{Recommended, Status, Why};
use crate::operation::immunization::answer::iso;

/// Characters of a summary, by the specification less than 140.
const SUMMARY: usize = 139;

/// The cards of somebody, the gravest first.
pub(super) fn cards(chart: &Chart<'_>, language: Language) -> Vec<Value> {
    let history = chart.evaluate();
    let all = chart.forecast(&history, false);
    let is_urgent = |one: &&Recommended<'_>| {
        one.why.contains(&Why::HepatitisBOfMother)
            && matches!(one.status, Status::Due | Status::Overdue)
    };
    let writer = Writer { chart, language };
    let urgent: Vec<&Recommended<'_>> = all.iter().filter(is_urgent).collect();
    let of = |status: Status| -> Vec<&Recommended<'_>> {
        all.iter().filter(|one| one.status == status && !is_urgent(one)).collect()
    };
    let mut upcoming = of(Status::Upcoming);
    let soonest = upcoming.iter().filter_map(|one| one.dates.due).min();
    upcoming.retain(|one| one.dates.due == soonest && soonest.is_some());
    let groups = [
        (
            "critical",
            Text::new("KHẨN, mẹ có HBsAg dương tính", "URGENT, the mother is HBsAg positive"),
            urgent,
        ),
        ("warning", Text::new("Quá hạn tiêm", "Overdue"), of(Status::Overdue)),
        ("info", Text::new("Đến hạn tiêm", "Due"), of(Status::Due)),
        ("info", next(soonest), upcoming),
    ];
    let told = groups.into_iter().filter(|(.., some)| !some.is_empty());
    told.map(|(indicator, what, some)| writer.card(indicator, what, &some)).collect()
}

fn next(day: Option<i64>) -> Text {
    let day = day.map(iso).unwrap_or_default();
    let written: Vec<&str> = day.split('-').rev().collect();
    Text::new(format!("Hẹn tiêm tiếp theo {}", written.join("/")), format!("Next on {day}"))
}

struct Writer<'c, 'a> {
    chart: &'c Chart<'a>,
    language: Language,
}

impl Writer<'_, '_> {
    fn said(&self, text: Text) -> String {
        if self.language == Language::English { text.en } else { text.vi }
    }

    fn card(&self, indicator: &str, what: Text, some: &[&Recommended<'_>]) -> Value {
        let names: Vec<String> = some
            .iter()
            .map(|one| format!("{} ({})", self.said(one.vaccine_text()), one.row.dose))
            .collect();
        let summary = format!("{}: {}", self.said(what), names.join(", "));
        let label = Text::new("Sổ Mẹ và Bé (Mebe)", "Mother and child booklet (Mebe)");
        json!({
            "uuid": uuid::Uuid::new_v4().hyphenated().to_string(),
            "summary": cut(&summary),
            "indicator": indicator,
            "detail": some.iter().map(|one| self.line(one)).collect::<Vec<_>>().join("\n"),
            "source": { "label": format!("{}; {}", self.said(label), self.chart.programme.version) },
        })
    }

    /// A line of Markdown: the dose, its day, its source, and what else is to be known.
    fn line(&self, one: &Recommended<'_>) -> String {
        let day = one.dates.due.map(iso).unwrap_or_default();
        let row = self.said(one.row.text(&one.vaccine_text()));
        let why = one.why.iter().map(|why| self.said(why.text(self.chart.programme)));
        let why: Vec<String> = why.collect();
        format!("- **{day}** {row} {}", why.join(" ")).trim_end().to_owned()
    }
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
