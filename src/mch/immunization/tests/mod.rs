//! The engine against the rows of the schedule, and what holds whatever is given.

mod doses;
mod next;
mod properties;
mod women;

use crate::fhir::date::calendar::{date_of, day_number};
use crate::mch::record::days::Days;

use super::evaluation::{History, evaluate};
use super::forecast::{Case, Recommended, Status, forecast};
use super::obstacle::Obstacles;
use super::person::{Given, Person};
use super::programme::{Code, programme};

/// A day such as `2026-11-22`, or a month of days.
fn days(text: &str) -> Days {
    let parts: Vec<i64> = text.split('-').map(|part| part.parse().expect(text)).collect();
    match parts[..] {
        [year, month, day] => {
            let day = day_number(year, month, day);
            Days { first: day, last: day }
        }
        [year, month] => {
            let (next, first) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            let last = day_number(next, first, 1) - 1;
            Days { first: day_number(year, month, 1), last }
        }
        _ => panic!("{text}"),
    }
}

fn written(day: i64) -> String {
    let (year, month, day) = date_of(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Doses by the codes of their vaccines, or by `cvx:` and that.
fn given<'a>(all: &[(&'a str, &str)]) -> Vec<Given<'a>> {
    let one = |(code, day): &(&'a str, &str)| {
        let coded = match code.strip_prefix("cvx:") {
            Some(cvx) => Code::Cvx(cvx),
            None => Code::Local(code),
        };
        let product = programme().place(std::iter::once(coded)).expect(code);
        Given { address: code, product, day: days(day) }
    };
    all.iter().map(one).collect()
}

/// What became of doses, one line for each and each antigen that is not simply valid.
fn findings(person: &Person, all: &[(&str, &str)]) -> Vec<String> {
    let doses = given(all);
    let history = evaluate(programme(), person, &doses);
    let mut lines = Vec::new();
    for one in &history.judged {
        let reasons: Vec<&str> = one.reasons.iter().map(|reason| reason.code()).collect();
        if one.is_valid && reasons.is_empty() {
            continue;
        }
        let antigen = &programme().antigens[one.antigen].id;
        let status = if one.is_valid { "valid" } else { "notvalid" };
        let (code, day) = all[one.dose];
        lines.push(format!("{code} {day} {antigen} {status} {}", reasons.join(" ")));
    }
    lines.sort();
    lines
}

/// Somebody on a day.
struct Seen<'a> {
    person: Person,
    doses: Vec<Given<'a>>,
    day: i64,
    is_all: bool,
}

impl<'a> Seen<'a> {
    /// A girl born on a day, with doses, on another day.
    fn child(birth: &str, all: &[(&'a str, &str)], day: &str) -> Self {
        let person = Person::child(days(birth), Some("female"));
        Self { person, doses: given(all), day: days(day).last, is_all: false }
    }

    fn history(&self) -> History<'static> {
        evaluate(programme(), &self.person, &self.doses)
    }

    fn next(&self) -> Vec<Recommended<'static>> {
        let case = Case {
            person: &self.person,
            doses: &self.doses,
            obstacles: &Obstacles::default(),
            is_urgent: false,
            day: self.day,
            is_all: self.is_all,
        };
        forecast(programme(), &case, &self.history())
    }

    /// Status, dose and due date of a vaccine: `due 2 2026-04-01`.
    fn of(&self, vaccine: &str) -> String {
        let all = self.next();
        let found = all.iter().find(|one| one.vaccine.code == vaccine);
        let Some(found) = found else { return "none".to_owned() };
        let status = found.status.code();
        match found.status {
            Status::Complete => format!("{status} {}", found.row.dose),
            _ => {
                let due = found.dates.due.map(written).unwrap_or_default();
                format!("{status} {} {due}", found.row.dose).trim_end().to_owned()
            }
        }
    }
}
