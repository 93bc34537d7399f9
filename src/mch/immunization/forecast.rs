//! What comes next: for each vaccine of the programme its next dose, and whether it is due.
//!
//! A series that was begun late goes on where it stopped. Of each vaccine one dose at the most is
//! due; what waits for another vaccine is still to come.

use smallvec::SmallVec;

pub use super::date::Dates;
use super::date::Standing;
use super::evaluation::History;
use super::obstacle::{Hindrance, Obstacle, Obstacles};
use super::person::{Given, Person};
use super::programme::{Product, Programme};
use super::series::{Part, Row, Who};
use super::tetanus::Adult;

/// What is to be done about a vaccine.
#[derive(Debug)]
pub struct Recommended<'p> {
    pub vaccine: &'p Product,
    /// The row of the next dose; of the last one when there is none.
    pub row: &'p Row,
    pub status: Status,
    pub dates: Dates,
    /// Doses of the series.
    pub series: u32,
    /// The places of the doses that count for it.
    pub supporting: Vec<usize>,
    pub why: Vec<Why<'p>>,
}

/// How a dose stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Upcoming,
    Due,
    Overdue,
    Complete,
    Contraindicated,
    Postponed,
    AgedOut,
}

/// What is said about a recommendation beside its row.
#[derive(Debug, Clone, PartialEq)]
pub enum Why<'p> {
    /// The mother has hepatitis B: at once.
    HepatitisBOfMother,
    /// Only this is missing: the place of an antigen.
    Missing(usize),
    /// Another vaccine comes first.
    Waits,
    Hindered(Obstacle),
    /// A date is Mebe's own: a field of the row.
    Ours(&'p str),
}

/// What is known of somebody on a day.
#[derive(Debug, Clone, Copy)]
pub struct Case<'s> {
    pub person: &'s Person,
    pub doses: &'s [Given<'s>],
    pub obstacles: &'s Obstacles,
    /// The mother has hepatitis B.
    pub is_urgent: bool,
    pub day: i64,
    /// Vaccines outside the programme too.
    pub is_all: bool,
}

/// What comes next.
pub fn forecast<'p>(
    programme: &'p Programme,
    case: &Case<'_>,
    history: &History<'p>,
) -> Vec<Recommended<'p>> {
    let &Case { person, doses, day, .. } = case;
    let had = programme.tetanus.and_then(|antigen| history.counted.get(antigen));
    let grown = || had.map(|had| Adult::after(programme, person, had));
    let adult = match person.who {
        Who::Mother => history.adult.or_else(grown),
        Who::Child => None,
    };
    let standing = Standing { programme, person, doses, history, day, adult };
    let mut vaccines: SmallVec<[&str; 16]> = SmallVec::new();
    for row in programme.rows_of(person.who) {
        if !vaccines.contains(&row.vaccine.as_str()) && is_listed(row, case) {
            vaccines.push(&row.vaccine);
        }
    }
    vaccines.iter().filter_map(|vaccine| recommend(&standing, case, vaccine)).collect()
}

/// Whether somebody is told of a vaccine.
fn is_listed(row: &Row, case: &Case<'_>) -> bool {
    let is_of_age = || match (row.listed, case.person.birth) {
        (Some(listed), Some(birth)) => case.day >= listed.age.after(birth.last),
        (listed, _) => listed.is_none(),
    };
    let is_forecast = match row.programme {
        Part::National => case.is_all || is_of_age(),
        Part::Service => case.is_all,
        Part::Counted | Part::Extra => false,
    };
    let is_of_sex = row.sex.is_none() || row.sex == case.person.sex;
    is_forecast && is_of_sex && row.holds()
}

fn recommend<'p>(
    standing: &Standing<'_, 'p>,
    case: &Case<'_>,
    vaccine: &str,
) -> Option<Recommended<'p>> {
    let rows = rows(standing, case, vaccine);
    let last = rows.last().copied()?;
    let next = rows.iter().copied().find(|row| !standing.is_done(row));
    let row = next.unwrap_or(last);
    let dates = next.map(|row| standing.dates(row)).unwrap_or_default();
    let waits = next.is_some_and(|row| standing.waits(row));
    let obstacles = case.obstacles.against(vaccine, last_day(standing, &rows));
    let is_contraindicated = obstacles.iter().any(Obstacle::contraindicates);
    let status = match next {
        None => Status::Complete,
        Some(_) if is_contraindicated => Status::Contraindicated,
        Some(_) => status(&dates, waits, case.day),
    };
    let mut why = reasons(standing, row, status, case);
    let is_open = matches!(status, Status::Upcoming | Status::Due | Status::Overdue);
    let is_told = |one: &Obstacle| match status {
        Status::Contraindicated => one.contraindicates(),
        _ => is_open && one.kind != Hindrance::None,
    };
    why.extend(obstacles.into_iter().filter(is_told).map(Why::Hindered));
    if waits && is_open {
        why.push(Why::Waits);
    }
    Some(Recommended {
        vaccine: standing.programme.vaccine(vaccine)?,
        row,
        status,
        dates,
        series: last.dose,
        supporting: supporting(standing, &rows),
        why,
    })
}

/// The rows of a vaccine that somebody needs, in order.
fn rows<'p>(standing: &Standing<'_, 'p>, case: &Case<'_>, vaccine: &str) -> SmallVec<[&'p Row; 6]> {
    let plan = standing.adult.map(|adult| adult.plan);
    let is_needed = |row: &&Row| {
        row.vaccine == vaccine
            && is_listed(row, case)
            && row.history == plan.filter(|_| row.who == Who::Mother)
            && !row.unless.is_some_and(|unless| is_short(standing, row, unless.series_of))
    };
    standing.programme.rows_of(case.person.who).filter(is_needed).collect()
}

/// Whether every dose that counts is of a brand with so many.
fn is_short(standing: &Standing<'_, '_>, row: &Row, doses: u32) -> bool {
    let antigens =
        row.gives.iter().filter_map(|(antigen, _)| standing.history.counted.get(*antigen));
    let mut counted = antigens.flatten().peekable();
    let is_of = |place: usize| {
        let given = standing.doses.get(place);
        let product = given.and_then(|given| standing.programme.products.get(given.product));
        product.is_some_and(|product| product.series_of == Some(doses))
    };
    counted.peek().is_some() && counted.all(|one| is_of(one.dose))
}

fn status(dates: &Dates, waits: bool, day: i64) -> Status {
    let Dates { earliest, due, overdue, latest } = *dates;
    let is_over = latest
        .is_some_and(|latest| day > latest || earliest.is_some_and(|earliest| earliest > latest));
    match due {
        _ if is_over => Status::AgedOut,
        _ if waits => Status::Upcoming,
        None => Status::Upcoming,
        Some(due) if day < due => Status::Upcoming,
        Some(_) if overdue.is_some_and(|overdue| day >= overdue) => Status::Overdue,
        Some(_) => Status::Due,
    }
}

fn reasons<'p>(
    standing: &Standing<'_, 'p>,
    row: &'p Row,
    status: Status,
    case: &Case<'_>,
) -> Vec<Why<'p>> {
    let mut why = Vec::new();
    let is_open = matches!(status, Status::Upcoming | Status::Due | Status::Overdue);
    if !is_open {
        return why;
    }
    let is_at_birth = row.gives.iter().any(|(_, number)| *number == 0);
    if is_at_birth && case.is_urgent {
        why.push(Why::HepatitisBOfMother);
    }
    let is_missing = |(antigen, number): &&(usize, u32)| standing.count(*antigen) < *number;
    let missing: SmallVec<[_; 5]> = row.gives.iter().filter(is_missing).collect();
    if missing.len() < row.gives.len() && !is_at_birth {
        why.extend(missing.iter().map(|(antigen, _)| Why::Missing(*antigen)));
    }
    let is_shown = |field: &str| match field {
        "overdue" => status == Status::Overdue,
        "latest" => false,
        _ => true,
    };
    let ours = row.unsourced_fields.iter().map(String::as_str);
    why.extend(ours.filter(|field| is_shown(field)).map(Why::Ours));
    why
}

/// The doses that count for some rows.
fn supporting(standing: &Standing<'_, '_>, rows: &[&Row]) -> Vec<usize> {
    let mut all: Vec<usize> = Vec::new();
    for (antigen, number) in rows.iter().flat_map(|row| &row.gives) {
        let counted = standing.history.counted.get(*antigen).into_iter().flatten();
        let most = |one: &&super::evaluation::Counted| match number {
            0 => one.number == 0,
            number => one.number <= *number,
        };
        all.extend(counted.filter(most).map(|one| one.dose));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The last day on which a dose counted for some rows.
fn last_day(standing: &Standing<'_, '_>, rows: &[&Row]) -> Option<i64> {
    let supporting = supporting(standing, rows);
    supporting.iter().filter_map(|place| standing.doses.get(*place)).map(|one| one.day.last).max()
}
