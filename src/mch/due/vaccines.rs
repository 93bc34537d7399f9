//! The next dose of each vaccine, as the engine for vaccines forecasts it.

use super::window::{Status, Window};
use super::{Asked, Due, Label, facility};
use crate::mch::immunization::chart::Chart;
use crate::mch::immunization::forecast::{Recommended, Status as Forecast};
use crate::mch::record::records::Records;

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
        let (vaccine, dose) = (next.vaccine, next.row.dose);
        let vi = format!("{}, mũi {dose}", vaccine.vi).into();
        let en = format!("{}, dose {dose}", vaccine.en).into();
        Some(Due {
            code: next.row.id.as_str().into(),
            kind: "vaccine".into(),
            label: Label { vi, en },
            status: status(next.status),
            window,
            person: asked.person.to_owned(),
            focus: given.map(|dose| dose.address.to_owned()),
            owner: owner.map(str::to_owned),
            source: next.row.source.join("; ").into(),
            version: next.row.version.as_str().into(),
        })
    };
    chart.forecast(&history, false).iter().filter_map(one).collect()
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
