//! The next dose of each vaccine, as the engine for vaccines forecasts it.

use super::window::{Status, Window};
use super::{Asked, Due, Label, facility};
use crate::mch::immunization::chart::Chart;
use crate::mch::immunization::forecast::{Recommended, Status as Forecast, Why};
use crate::mch::immunization::programme::Product;
use crate::mch::immunization::series::Row;
use crate::mch::record::records::Records;

/// The kind of all rows of vaccines.
pub(super) const KIND: &str = "vaccine";

/// One thing for each vaccine of the programme; nothing for somebody whose birth is not known.
pub(super) fn due(records: &Records<'_>, asked: Asked<'_>) -> Vec<Due> {
    let Ok(chart) = Chart::of(records, asked.person, asked.day) else { return Vec::new() };
    let history = chart.evaluate();
    let owner = facility(records, asked.person);
    let one = |next: &Recommended<'static>| {
        let last = next.supporting.last().and_then(|place| chart.doses.get(*place));
        let given = last.filter(|_| next.status == Forecast::Complete);
        let dates = next.dates;
        let from = given.map(|dose| dose.day.first).or(dates.due).or(dates.earliest)?;
        let window = Window { due: from, overdue: dates.overdue, latest: dates.latest };
        Some(Due {
            code: next.row.id.as_str().into(),
            row: next.row.id.as_str().into(),
            kind: KIND.into(),
            label: label(next.vaccine, next.row),
            status: status(next.status),
            window,
            person: asked.person.to_owned(),
            focus: given.map(|dose| dose.address.to_owned()),
            owner: owner.map(str::to_owned),
            source: next.row.source.join("; ").into(),
            version: next.row.version.as_str().into(),
            stage: None,
            // What waits for another dose is thought of as given after that, today at the soonest.
            is_floating: next.why.contains(&Why::Waits) || dates.due.is_none(),
        })
    };
    chart.forecast(&history, false).iter().filter_map(one).collect()
}

/// A dose in words.
pub(super) fn label(vaccine: &Product, row: &Row) -> Label {
    let dose = row.dose;
    let vi = format!("{}, mũi {dose}", vaccine.vi).into();
    Label { vi, en: format!("{}, dose {dose}", vaccine.en).into() }
}

/// A dose that was put off is due all the same; one that must not be given is not.
fn status(forecast: Forecast) -> Status {
    match forecast {
        Forecast::Upcoming => Status::Upcoming,
        Forecast::Due | Forecast::Postponed => Status::Due,
        Forecast::Overdue => Status::Overdue,
        Forecast::Complete => Status::Done,
        Forecast::Contraindicated => Status::NotApplicable,
        Forecast::AgedOut => Status::Missed,
    }
}
