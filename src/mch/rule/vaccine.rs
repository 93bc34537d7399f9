//! Doses against age and against each other.

use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::immunization::chart::person;
use crate::mch::immunization::evaluation::{Reason, evaluate};
use crate::mch::immunization::person::{Given, Person};
use crate::mch::immunization::programme::programme;
use crate::mch::record::dose::Dose;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::whose;

const OCCURRENCE: &str = "Immunization.occurrence";

/// Checks a dose that was given.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if at.kind() != "Immunization" {
        return;
    }
    let Some(dose) = Dose::of(records, at) else { return };
    let others = dose.others(records);
    evaluated(&dose, &others, records, report);
    order(&dose, &others, report);
    same_day(&dose, &others, report);
}

/// What the engine finds about the dose.
fn evaluated(dose: &Dose<'_>, others: &[Dose<'_>], records: &Records<'_>, report: &mut Report) {
    let doses: Vec<Given<'_>> = std::iter::once(dose).chain(others).map(|one| one.given).collect();
    let patient = whose(records, dose.record.resource).and_then(|person| records.at(person));
    let known = patient.and_then(|patient| person(records, patient, &doses, dose.day.last).ok());
    let history = evaluate(programme(), &known.unwrap_or_else(Person::unknown), &doses);
    let of_it = history.judged.iter().filter(|one| one.dose == 0);
    let reasons: Vec<Reason> = of_it.flat_map(|one| one.reasons.iter().copied()).collect();
    let early = reasons.iter().find_map(|reason| match reason {
        Reason::TooYoung { days, least } if *days >= 0 => Some((days, least)),
        _ => None,
    });
    if let Some((days, least)) = early {
        let seen = Text::new(
            format!("Trẻ được {days} ngày tuổi, tối thiểu {least} ngày."),
            format!("The child is {days} days old, the least is {least} days."),
        );
        report.add("mebe-vaccine-too-early", OCCURRENCE, seen);
    }
    let soon = reasons.iter().find_map(|reason| match reason {
        Reason::TooSoon { days, least, .. } => Some(Text::new(
            format!("Cách mũi trước {days} ngày, tối thiểu {least} ngày."),
            format!("It is {days} days after the dose before, the least is {least} days."),
        )),
        _ => None,
    });
    let live = || reasons.iter().find_map(|reason| live(reason, dose, others));
    if let Some(seen) = soon.or_else(live) {
        report.add("mebe-vaccine-interval", OCCURRENCE, seen);
    }
}

fn live(reason: &Reason, dose: &Dose<'_>, others: &[Dose<'_>]) -> Option<Text> {
    let Reason::LiveTooSoon { days, least, other } = *reason else { return None };
    let mut all = std::iter::once(dose).chain(others);
    let other = all.nth(other)?;
    let (vi, en, at) = (&other.vaccine.vi, &other.vaccine.en, other.record.address);
    Some(Text::new(
        format!(
            "Cách vắc xin sống khác ({vi}, {at}) {days} ngày; không tiêm cùng ngày thì cách ít nhất {least} ngày. Mũi này vẫn được tính."
        ),
        format!(
            "It is {days} days after another live vaccine ({en}, {at}); those not given on one day are at least {least} days apart. The dose counts all the same."
        ),
    ))
}

fn order(dose: &Dose<'_>, others: &[Dose<'_>], report: &mut Report) {
    let Some(number) = dose.number else { return };
    let wrong = others.iter().find(|other| {
        let is_series = other.vaccine.code == dose.vaccine.code;
        let other_number = other.number.filter(|_| is_series);
        other_number.is_some_and(|other_number| match other_number.cmp(&number) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Less => dose.day.surely_before(other.day),
            std::cmp::Ordering::Greater => other.day.surely_before(dose.day),
        })
    });
    if let Some(other) = wrong {
        let other_number = other.number.unwrap_or_default();
        let seen = Text::new(
            format!(
                "Mũi {other_number} tiêm ngày {}: {}.",
                other.day.written(),
                other.record.address
            ),
            format!(
                "Dose {other_number} was given on {}: {}.",
                other.day.written(),
                other.record.address
            ),
        );
        report.add("mebe-dose-order", "Immunization.protocolApplied[0].doseNumber", seen);
    }
}

fn same_day(dose: &Dose<'_>, others: &[Dose<'_>], report: &mut Report) {
    let twice = others
        .iter()
        .find(|other| other.day == dose.day && dose.day.is_exact() && other.shares_antigen(dose));
    if let Some(other) = twice {
        let seen = Text::new(
            format!("Xem {}.", other.record.address),
            format!("See {}.", other.record.address),
        );
        report.add("mebe-same-antigen-same-day", OCCURRENCE, seen);
    }
}
