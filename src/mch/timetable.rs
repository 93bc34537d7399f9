//! The rows of the schedule of care: what is due for whom, from when to when, and who says so.
//!
//! They are data, `profiles/catalogue/schedule/*.json`, so that a correction changes no code. A row
//! counts from its anchor; months are those of the calendar ([`plus_months`]). Nobody computes from
//! a number that no row has.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value;

use super::catalogue::Sentence;
use super::record::days::Days;
use crate::fhir::date::calendar::plus_months;

/// The files, each with its name.
const FILES: &[(&str, &str)] = &[
    ("child.json", include_str!("../../profiles/catalogue/schedule/child.json")),
    ("follow-up.json", include_str!("../../profiles/catalogue/schedule/follow-up.json")),
    ("pregnancy.json", include_str!("../../profiles/catalogue/schedule/pregnancy.json")),
];

/// One thing that is to be done, or one limit that engines reckon with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Row {
    pub id: String,
    pub label: Sentence,
    pub who: Who,
    pub anchor: Anchor,
    /// What kind of care it is: `visit`, `test`, `vaccine`, `growth` and such.
    pub kind: String,
    /// From when on it is to be done.
    pub due: Option<Offset>,
    /// Before that it does not count.
    pub least: Option<Offset>,
    /// The last day on which it can be made up.
    pub latest: Option<Offset>,
    /// From when on it is late.
    pub overdue: Option<Offset>,
    /// After so much time it is to be done again.
    pub repeat: Option<Offset>,
    /// The least time since the one before.
    pub interval: Option<Offset>,
    /// The code of a vaccine in `mch-vaccine`, and which dose of it.
    pub vaccine: Option<String>,
    pub dose: Option<u32>,
    /// What engines need besides, by name.
    #[serde(default)]
    pub parameters: Value,
    pub effective_period: Effective,
    /// Of which edition of the schedule it is.
    pub version: String,
    pub source: Vec<String>,
    pub certainty: String,
    #[serde(default)]
    pub unsourced: Unsourced,
    /// The sources in one text, put together once.
    #[serde(skip)]
    told: String,
}

/// Whom a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    Mother,
    Child,
}

/// From when a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The first day of a pregnancy, 280 days before the due date.
    Pregnancy,
    /// The child's birth, for its mother too.
    Birth,
    /// The day the facility was left; the birth where that was elsewhere.
    Discharge,
    /// The dose before it.
    Previous,
    /// A day of every year.
    Calendar,
    /// The day something was recorded: a referral.
    Record,
}

/// A span of time from an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offset {
    pub years: i64,
    pub months: i64,
    pub weeks: i64,
    pub days: i64,
}

/// When a row holds, as days since 1970-01-01, both included; an open end is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effective {
    start: Option<i64>,
    end: Option<i64>,
}

/// What of a row nobody was read to say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Unsourced {
    All(bool),
    /// These members of it.
    Some(Vec<String>),
}

impl Default for Unsourced {
    fn default() -> Self {
        Self::All(false)
    }
}

impl Unsourced {
    /// Whether nothing was read for a member of the row.
    pub fn has(&self, member: &str) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Some(members) => members.iter().any(|one| one == member),
        }
    }

    /// Whether nothing was read for some member of the row.
    pub fn is_any(&self) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Some(members) => !members.is_empty(),
        }
    }
}

impl Offset {
    /// The day that is so much after another: years and months first, then weeks and days.
    pub fn after(self, day: i64) -> i64 {
        let months = self.years.saturating_mul(12).saturating_add(self.months);
        let days = self.weeks.saturating_mul(7).saturating_add(self.days);
        plus_months(day, months).saturating_add(days)
    }

    /// As days, where it has neither months nor years.
    pub fn in_days(self) -> Option<i64> {
        (self.years == 0 && self.months == 0).then(|| self.after(0))
    }
}

impl Effective {
    /// The first day and the last one, as far as there are any.
    pub fn edges(self) -> impl Iterator<Item = Days> {
        [self.start, self.end].into_iter().flatten().map(|day| Days { first: day, last: day })
    }

    /// Whether a row holds on a day.
    pub fn holds(self, day: i64) -> bool {
        self.start.is_none_or(|start| start <= day) && self.end.is_none_or(|end| day <= end)
    }
}

impl<'de> Deserialize<'de> for Effective {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use crate::fhir::date::Zone;
        let period = Value::deserialize(from)?;
        let day = |name: &str| Days::of(period.get(name), Zone::default());
        Ok(Self { start: day("start").map(|day| day.first), end: day("end").map(|day| day.last) })
    }
}

impl Row {
    /// A number that an engine needs besides.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.parameters.get(name)?.as_i64()
    }

    /// Where it was read, in one text; says so when it was not.
    pub fn told_by(&self) -> &str {
        &self.told
    }

    fn tell(&mut self) {
        self.told = match self.source.is_empty() {
            true => "của Mebe, chưa có nguồn / Mebe's own, unsourced".to_owned(),
            false => self.source.join("; "),
        };
    }
}

/// The rows, and their places by id.
#[derive(Debug)]
struct Timetable {
    rows: Vec<Row>,
    by_id: FxHashMap<String, Vec<usize>>,
}

static TIMETABLE: LazyLock<Timetable> = LazyLock::new(|| {
    let mut rows: Vec<Row> = Vec::new();
    for (name, text) in FILES {
        match serde_json::from_str::<Vec<Row>>(text) {
            Ok(read) => rows.extend(read),
            Err(error) => tracing::error!(?error, name, "rows of the schedule cannot be read"),
        }
    }
    rows.iter_mut().for_each(Row::tell);
    let mut by_id: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (place, row) in rows.iter().enumerate() {
        by_id.entry(row.id.clone()).or_default().push(place);
    }
    Timetable { rows, by_id }
});

/// Every row, those of earlier editions too.
pub fn rows() -> &'static [Row] {
    &TIMETABLE.rows
}

/// The row with an id that holds on a day.
pub fn row(id: &str, day: i64) -> Option<&'static Row> {
    let places = TIMETABLE.by_id.get(id)?;
    let mut of_id = places.iter().filter_map(|place| TIMETABLE.rows.get(*place));
    of_id.find(|row| row.effective_period.holds(day))
}

/// The rows of a kind that hold on a day.
pub fn of_kind(kind: &str, day: i64) -> impl Iterator<Item = &'static Row> {
    rows().iter().filter(move |row| row.kind == kind && row.effective_period.holds(day))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::fhir::date::calendar::day_number;

    #[test]
    fn every_file_is_embedded_and_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles/catalogue/schedule");
        let files = std::fs::read_dir(folder).expect("a folder");
        let name = |file: std::fs::DirEntry| file.file_name().into_string().expect("a name");
        let there: BTreeSet<_> = files.map(|file| name(file.expect("a file"))).collect();
        let mut embedded: BTreeSet<_> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        // Series of doses have a shape of their own: `mch::immunization::programme` reads them.
        embedded.insert("vaccines.json".into());
        assert_eq!(there, embedded);
        for (name, text) in FILES {
            let read = serde_json::from_str::<Vec<Row>>(text);
            assert!(read.is_ok(), "{name}: {:?}", read.err());
        }
    }

    #[test]
    fn every_row_says_where_it_was_read_or_that_it_was_not() {
        for row in rows() {
            let read = row.source.iter().filter(|source| source.trim().len() >= 2).count();
            assert!(read > 0 || row.unsourced.is_any(), "{} has no source", row.id);
            assert_eq!(read, row.source.len(), "{} has an empty source", row.id);
            assert!(!row.version.is_empty() && !row.certainty.is_empty(), "{}", row.id);
        }
    }

    #[test]
    fn of_one_id_one_row_holds_a_day() {
        for one in rows() {
            let days = [one.effective_period.start, one.effective_period.end];
            for day in days.into_iter().flatten() {
                let holding = rows().iter().filter(|row| row.id == one.id);
                let holding = holding.filter(|row| row.effective_period.holds(day)).count();
                assert_eq!(holding, 1, "{} on {day}", one.id);
            }
        }
    }

    #[test]
    fn windows_are_in_order() {
        for row in rows() {
            // From a day after which the months are short, and one after which they are long.
            for from in [day_number(2026, 1, 31), day_number(2026, 8, 31), day_number(2027, 6, 1)] {
                let at = |offset: Option<Offset>| offset.map(|offset| offset.after(from));
                let days = [at(row.least), at(row.due), at(row.overdue), at(row.latest)];
                let known: Vec<i64> = days.into_iter().flatten().collect();
                assert!(known.is_sorted(), "{}: {days:?}", row.id);
            }
        }
    }
}
