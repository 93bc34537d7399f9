//! The dates of a pregnancy against each other: last period, due date, gestational age.

use super::listed::rule;
use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::record::days::Days;
use crate::mch::record::measure::gestation;
use crate::mch::record::pregnancy::{Dating, Pregnancy, dating, is_counted, pregnancies, term};
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{moment, whose};
use crate::mch::record::topic::{AGE, AGE_BY_LAST_PERIOD};

const VALUE: &str = "Observation.value";

/// Checks what an Observation says of when a pregnancy began, ends, or how old it is.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if at.kind() != "Observation" || !is_counted(at.resource) {
        return;
    }
    if dating(at.resource) == Some(Dating::LastPeriod) {
        in_future(at, records, report);
    }
    let Some(woman) = whose(records, at.resource) else { return };
    let day = moment(&at, records);
    let Some(pregnancy) = of_day(records, woman, day.as_ref().map(|(day, _)| *day)) else { return };
    match dating(at.resource) {
        Some(Dating::LastPeriod) => {
            due_date(pregnancy.lmp, pregnancy.due_by_lmp, "tolerance", report);
            if !by_ultrasound(&pregnancy, pregnancy.due_anyhow) {
                due_date(pregnancy.lmp, pregnancy.due_anyhow, "toleranceAnyhow", report);
            }
        }
        Some(Dating::DueByLastPeriod) => {
            let due = Days::of(at.resource.get("valueDateTime"), records.zone);
            due_date(pregnancy.lmp, due, "tolerance", report);
        }
        Some(Dating::Due) => {
            let due = Days::of(at.resource.get("valueDateTime"), records.zone);
            if !by_ultrasound(&pregnancy, due) {
                due_date(pregnancy.lmp, due, "toleranceAnyhow", report);
            }
        }
        _ => {
            if let Some((day, _)) = day {
                age(at, day, &pregnancy, report);
            }
        }
    }
}

fn in_future(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    let lmp = Days::of(at.resource.get("valueDateTime"), records.zone);
    let recorded = moment(&at, records).map(|(day, _)| day);
    let recorded = recorded.unwrap_or(Days { first: records.today, last: records.today });
    if let Some(lmp) = lmp.filter(|lmp| recorded.surely_before(*lmp)) {
        let seen = Text::new(
            format!("Kinh cuối {}, ghi ngày {}.", lmp.written(), recorded.written()),
            format!("The period is {}, recorded {}.", lmp.written(), recorded.written()),
        );
        report.add("mebe-lmp-in-future", VALUE, seen);
    }
}

/// The pregnancy that goes on on a day, or the only one.
fn of_day<'a>(records: &Records<'a>, woman: &str, day: Option<Days>) -> Option<Pregnancy<'a>> {
    let all = pregnancies(records, woman);
    if let [only] = &*all {
        return Some(*only);
    }
    let day = day?;
    all.iter().find(|one| one.period.is_some_and(|period| period.meets(day))).copied()
}

/// Whether an ultrasound gave this due date.
fn by_ultrasound(pregnancy: &Pregnancy<'_>, due: Option<Days>) -> bool {
    let both = due.zip(pregnancy.due_by_ultrasound);
    both.is_some_and(|(due, scanned)| distance(due.since(scanned), (0, 0)) <= allowed("tolerance"))
}

fn allowed(tolerance: &str) -> f64 {
    let rule = rule("mebe-due-date-disagrees");
    rule.and_then(|rule| rule.number(tolerance)).unwrap_or(7.0)
}

fn due_date(lmp: Option<Days>, due: Option<Days>, tolerance: &str, report: &mut Report) {
    let Some((lmp, due)) = lmp.zip(due) else { return };
    if distance(due.since(lmp.plus(term())), (0, 0)) > allowed(tolerance) {
        let expected = lmp.plus(term()).written();
        let seen = Text::new(
            format!(
                "Kinh cuối {} cho ngày {expected}, không phải {}.",
                lmp.written(),
                due.written()
            ),
            format!("The period of {} gives {expected}, not {}.", lmp.written(), due.written()),
        );
        report.add("mebe-due-date-disagrees", VALUE, seen);
    }
}

fn age(at: Record<'_>, day: Days, pregnancy: &Pregnancy<'_>, report: &mut Report) {
    let by_lmp = AGE_BY_LAST_PERIOD.is(at.resource);
    if !by_lmp && !AGE.is(at.resource) {
        return;
    }
    let start = match (by_lmp, pregnancy.lmp, pregnancy.due) {
        (true, Some(lmp), _) => lmp,
        (_, _, Some(due)) => due.plus(-term()),
        (_, Some(lmp), None) => lmp,
        (_, None, None) => return,
    };
    let (Some(given), expected) = (gestation(at.resource), day.since(start)) else { return };
    let most = rule("mebe-gestation-disagrees").and_then(|rule| rule.number("days"));
    if distance(given, expected) > most.unwrap_or(14.0) {
        let (low, high) = expected;
        let seen = Text::new(
            format!("Đến ngày {} thai được {} đến {} tuần.", day.written(), low / 7, high / 7),
            format!("On {} it is {} to {} weeks.", day.written(), low / 7, high / 7),
        );
        report.add("mebe-gestation-disagrees", VALUE, seen);
    }
}

/// How many days lie between two spans at least.
fn distance(a: (i64, i64), b: (i64, i64)) -> f64 {
    let days = (b.0 - a.1).max(a.0 - b.1).max(0);
    i32::try_from(days).map_or(f64::MAX, f64::from)
}
