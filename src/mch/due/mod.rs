//! What is to be done for a person, and how it stands on a day.
//!
//! [`window`] says from when to when, [`pregnancy`] has the visits and tests of a pregnancy and after
//! it, [`childhood`] those of a child, [`vaccines`] the next doses, [`follow_up`] referrals and episodes left open. [`kept`] is what is kept of
//! it from day to day, [`turn`] until which day that holds. Which visit counts
//! for which row is decided by the gestational age or the age on its day, not by its number. What was
//! over before somebody was registered is missed, and never due.

mod childhood;
mod done;
mod follow_up;
pub mod kept;
mod pregnancy;
pub mod turn;
mod vaccines;
pub mod window;

use std::borrow::Cow;

use super::record::days::Days;
use super::record::records::{Record, Records};
use super::referral::Stage;
use super::timetable::Row;
use window::{Life, Status, Window};

/// Something that is to be done.
#[derive(Debug, Clone)]
pub struct Due {
    /// The code in `mch-due`.
    pub code: Cow<'static, str>,
    /// The id of the row of the schedule.
    pub row: Cow<'static, str>,
    /// What kind of care it is: `visit`, `vaccine` and such.
    pub kind: Cow<'static, str>,
    pub label: Label,
    pub status: Status,
    pub window: Window,
    /// The address of the Patient.
    pub person: String,
    /// The address of what it is about, or of what it was done by.
    pub focus: Option<String>,
    /// The address of the facility that is to do it.
    pub owner: Option<String>,
    pub source: Cow<'static, str>,
    pub version: Cow<'static, str>,
    /// How far a referral is.
    pub stage: Option<Stage>,
    /// Whether its window depends on the day that is asked for, beside its status.
    pub is_floating: bool,
}

/// A label in both languages.
#[derive(Debug, Clone)]
pub struct Label {
    pub vi: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

/// Whom it is about, and on which day.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub person: &'a str,
    pub is_mother: bool,
    pub day: i64,
    /// Days in which a referral is to be replied to.
    pub referral_days: Option<i64>,
}

/// Everything that is, was or will be to do.
pub fn all(records: &Records<'_>, asked: Asked<'_>) -> Vec<Due> {
    let mut all = match asked.is_mother {
        true => pregnancy::due(records, asked),
        false => childhood::due(records, asked),
    };
    all.extend(vaccines::due(records, asked));
    all.extend(follow_up::due(records, asked));
    if let Some(died) = died(records, asked) {
        all.iter_mut().for_each(|one| one.end_with_life(died));
    }
    all
}

/// The day somebody died, by the day that is asked about; of a death without a day the first of all.
fn died(records: &Records<'_>, asked: Asked<'_>) -> Option<i64> {
    let patient = records.at(asked.person)?.resource;
    let day = Days::of(patient.get("deceasedDateTime"), records.zone).map(|day| day.first);
    let is_dead = patient.get("deceasedBoolean") == Some(&serde_json::Value::Bool(true));
    day.or(is_dead.then_some(i64::MIN)).filter(|died| *died <= asked.day)
}

/// What is known of a thing that a row asks for.
struct Made<'a> {
    window: Window,
    life: Life,
    /// What it was done by.
    done: Option<Record<'a>>,
    owner: Option<&'a str>,
}

impl Due {
    /// Nobody does anything for the dead but close what was left open.
    fn end_with_life(&mut self, died: i64) {
        let is_open = matches!(self.status, Status::Upcoming | Status::Due | Status::Overdue);
        if is_open && self.kind != "unclosed" {
            self.status =
                if self.window.due <= died { Status::Missed } else { Status::NotApplicable };
        }
    }

    /// A row that is to be done, or was.
    fn of(row: &'static Row, asked: Asked<'_>, made: Made<'_>) -> Self {
        let Made { window, life, done, owner } = made;
        let status = match done {
            Some(_) => Status::Done,
            None => window.status(asked.day, life),
        };
        let code = row.parameters.get("code").and_then(serde_json::Value::as_str);
        Self {
            code: code.unwrap_or(&row.id).into(),
            row: row.id.as_str().into(),
            kind: row.kind.as_str().into(),
            label: Label { vi: row.label.vi.as_str().into(), en: row.label.en.as_str().into() },
            status,
            window,
            person: asked.person.to_owned(),
            focus: done.map(|one| one.address.to_owned()),
            owner: owner.map(str::to_owned),
            source: row.told_by().into(),
            version: row.version.as_str().into(),
            stage: None,
            is_floating: false,
        }
    }
}

/// The facility that looks after somebody.
fn facility<'a>(records: &Records<'a>, person: &str) -> Option<&'a str> {
    let patient = records.at(person)?;
    let managing = records.address(patient.resource.get("managingOrganization"));
    managing.or_else(|| {
        let all = patient.resource.get("generalPractitioner")?.as_array()?;
        all.iter()
            .filter_map(|one| records.address(Some(one)))
            .find(|one| one.starts_with("Organization/"))
    })
}

#[cfg(test)]
mod tests;
