//! Until which day what was worked out for another day holds, when nothing is recorded meanwhile.
//!
//! The status of a window follows from the day; what else depends on it turns on days that are known
//! before: records of later days, an age that is reached, a pregnancy that goes on too long, a row
//! that comes into force.

use serde_json::Value;

use super::{Asked, Due};
use crate::mch::gestation::gestations;
use crate::mch::gestation::limit::in_days;
use crate::mch::immunization::chart::expected;
use crate::mch::immunization::programme::programme;
use crate::mch::record::days::Days;
use crate::mch::record::records::Records;
use crate::mch::record::subject::birth;
use crate::mch::rule::listed::rule;
use crate::mch::timetable::{Offset, rows};

/// The longest time that something is held for right.
const MOST: i64 = 400;

/// The last day on which the windows of somebody are as they were worked out.
pub fn holds_until(records: &Records<'_>, asked: Asked<'_>, due: &[Due]) -> i64 {
    if due.iter().any(|one| one.is_floating) {
        return asked.day;
    }
    let mut turns = Turns { day: asked.day, next: asked.day + MOST };
    for one in records.all() {
        turns.within(one.resource, records);
    }
    let years = rule("mebe-mother-too-young").and_then(|rule| rule.whole("years"));
    let born = records.at(asked.person).and_then(|one| birth(one.resource, records));
    for born in born.into_iter().flat_map(|born| [born.first, born.last]) {
        let young = years.map(|years| Offset { years, ..Offset::default() }.after(born));
        for day in young.into_iter().chain(programme().ages(born)) {
            turns.take_days(Days { first: day, last: day });
        }
    }
    for one in gestations(records, asked.person, asked.day) {
        let lasts = in_days("unclosed-pregnancy", |row| row.overdue);
        for start in one.start().into_iter().flat_map(|start| [start.first, start.last]) {
            turns.take(start);
            lasts.iter().for_each(|days| turns.take(start + days));
        }
        let rests = in_days("unclosed-birth", |row| row.overdue);
        for (end, days) in one.end.into_iter().zip(rests) {
            turns.take(end.day.last + days);
        }
    }
    for one in expected(records, asked.person) {
        for days in [Some(one.start), one.due, one.end].into_iter().flatten() {
            turns.take_days(days);
        }
    }
    let held = rows().iter().flat_map(|row| row.effective_period.edges());
    held.for_each(|days| turns.take_days(days));
    turns.next - 1
}

/// Days on which something turns.
struct Turns {
    day: i64,
    /// The first one behind the day.
    next: i64,
}

impl Turns {
    fn take(&mut self, day: i64) {
        if day > self.day {
            self.next = self.next.min(day);
        }
    }

    fn take_days(&mut self, days: Days) {
        self.take(days.first);
        self.take(days.last);
        self.take(days.last.saturating_add(1));
    }

    /// Every date that is written in a record.
    fn within(&mut self, value: &Value, records: &Records<'_>) {
        match value {
            Value::String(text) if is_dated(text) => {
                if let Some(days) = Days::of(Some(value), records.zone) {
                    self.take_days(days);
                }
            }
            Value::Object(object) => object.values().for_each(|one| self.within(one, records)),
            Value::Array(items) => items.iter().for_each(|one| self.within(one, records)),
            _ => {}
        }
    }
}

/// Whether a text begins as a date does.
fn is_dated(text: &str) -> bool {
    let mut bytes = text.bytes();
    let year = bytes.by_ref().take(4).filter(u8::is_ascii_digit).count();
    year == 4 && matches!(bytes.next(), None | Some(b'-'))
}
