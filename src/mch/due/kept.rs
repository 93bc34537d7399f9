//! What is kept of a thing to do: its row, its window, and its status where days do not change that.
//! Labels and sources are the row's, the status of a day is decided when it is read.

use std::hash::Hasher;
use std::sync::LazyLock;

use rustc_hash::FxHasher;

use super::vaccines::{KIND, label};
use super::window::{Life, Status, Window};
use super::{Due, Label};
use crate::mch::immunization::programme::programme;
use crate::mch::referral::Stage;
use crate::mch::timetable::rows;

/// A day that is later than all others: no limit.
pub const FAR: i64 = 10_000_000;

/// A thing to do, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The id of the row of the schedule.
    pub row: String,
    /// How far a referral is; empty for all others.
    pub stage: String,
    pub due: i64,
    /// [`FAR`] without one, as below.
    pub overdue: i64,
    pub latest: i64,
    /// Its status whatever the day; none where the window decides.
    pub fixed: Option<Status>,
    pub owner: String,
    pub focus: String,
}

impl Due {
    /// What is kept of it, as it stands on a day.
    pub fn keep(&self, day: i64) -> Kept {
        let Window { due, overdue, latest } = self.window;
        let by_window = self.window.status(day, Life::default());
        let is_over = matches!(self.status, Status::Missed);
        let is_fixed = self.is_floating || is_over || by_window != self.status;
        Kept {
            row: self.row.to_string(),
            stage: self.stage.map(Stage::code).unwrap_or_default().to_owned(),
            due,
            overdue: overdue.unwrap_or(FAR),
            latest: latest.unwrap_or(FAR),
            fixed: is_fixed.then_some(self.status),
            owner: self.owner.clone().unwrap_or_default(),
            focus: self.focus.clone().unwrap_or_default(),
        }
    }
}

impl Kept {
    /// How it stands on a day, for somebody by the address; none when the schedule has no such row any
    /// more.
    pub fn due(self, person: &str, day: i64) -> Option<Due> {
        let limit = |day: i64| (day < FAR).then_some(day);
        let window =
            Window { due: self.due, overdue: limit(self.overdue), latest: limit(self.latest) };
        let status = self.fixed.unwrap_or_else(|| window.status(day, Life::default()));
        let told = |text: String| (!text.is_empty()).then_some(text);
        let mut due = of_row(&self.row)?;
        (due.status, due.window, due.person) = (status, window, person.to_owned());
        (due.owner, due.focus) = (told(self.owner), told(self.focus));
        if let Some(stage) = Stage::of_code(&self.stage) {
            due.tell(stage);
        }
        Some(due)
    }
}

/// Something to do by the row with an id.
fn of_row(id: &str) -> Option<Due> {
    let blank = |row: &'static str| Due {
        code: row.into(),
        row: row.into(),
        kind: KIND.into(),
        label: Label { vi: "".into(), en: "".into() },
        status: Status::Upcoming,
        window: Window { due: 0, overdue: None, latest: None },
        person: String::new(),
        focus: None,
        owner: None,
        source: "".into(),
        version: "".into(),
        stage: None,
        is_floating: false,
    };
    if let Some(row) = rows().iter().find(|row| row.id == id) {
        let mut due = blank(&row.id);
        if let Some(code) = row.parameters.get("code").and_then(serde_json::Value::as_str) {
            due.code = code.into();
        }
        due.kind = row.kind.as_str().into();
        due.label = Label { vi: row.label.vi.as_str().into(), en: row.label.en.as_str().into() };
        due.source = row.told_by().into();
        due.version = row.version.as_str().into();
        return Some(due);
    }
    let row = programme().rows.iter().find(|row| row.id == id)?;
    let mut due = blank(&row.id);
    due.label = label(programme().vaccine(&row.vaccine)?, row);
    due.source = row.source.join("; ").into();
    due.version = row.version.as_str().into();
    Some(due)
}

/// Which edition of the rows and of the rules something was worked out by: another number when any of
/// them changes.
pub fn edition() -> &'static str {
    static EDITION: LazyLock<String> = LazyLock::new(|| {
        let mut hash = FxHasher::default();
        hash.write(env!("CARGO_PKG_VERSION").as_bytes());
        for row in rows() {
            hash.write(format!("{row:?}").as_bytes());
        }
        hash.write(format!("{:?}", programme().rows).as_bytes());
        format!("{:016x}", hash.finish())
    });
    &EDITION
}
