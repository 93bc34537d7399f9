//! Doses against age and against each other.

use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::record::dose::Dose;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{birth, whose};

const OCCURRENCE: &str = "Immunization.occurrence";

/// Checks a dose that was given.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if at.kind() != "Immunization" {
        return;
    }
    let Some(dose) = Dose::of(records, at) else { return };
    age(&dose, records, report);
    let others = dose.others(records);
    interval(&dose, &others, report);
    order(&dose, &others, report);
    same_day(&dose, &others, report);
}

fn age(dose: &Dose<'_>, records: &Records<'_>, report: &mut Report) {
    let Some(least) = dose.vaccine.least_age else { return };
    let person = whose(records, dose.record.resource);
    let patient = person.and_then(|person| records.at(person));
    let Some(born) = patient.and_then(|patient| birth(patient.resource, records)) else { return };
    let (_, most) = dose.day.since(born);
    if most < least && most >= 0 {
        let seen = Text::new(
            format!("Trẻ được {most} ngày tuổi, tối thiểu {least} ngày."),
            format!("The child is {most} days old, the least is {least} days."),
        );
        report.add("mebe-vaccine-too-early", OCCURRENCE, seen);
    }
}

fn interval(dose: &Dose<'_>, others: &[Dose<'_>], report: &mut Report) {
    let Some(least) = dose.vaccine.least_interval else { return };
    let before = others.iter().filter(|other| {
        other.shares_antigen(dose) && !other.goes_with(dose) && other.day.first < dose.day.first
    });
    let Some(last) = before.max_by_key(|other| other.day.first) else { return };
    let (_, most) = dose.day.since(last.day);
    if most < least && most > 0 {
        let seen = Text::new(
            format!("Cách mũi trước {most} ngày, tối thiểu {least} ngày."),
            format!("It is {most} days after the dose before, the least is {least} days."),
        );
        report.add("mebe-vaccine-interval", OCCURRENCE, seen);
    }
}

fn order(dose: &Dose<'_>, others: &[Dose<'_>], report: &mut Report) {
    let Some(number) = dose.number else { return };
    let wrong = others.iter().find(|other| {
        let is_series = std::ptr::eq(other.vaccine, dose.vaccine);
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
    let twice = others.iter().find(|other| {
        other.day == dose.day
            && dose.day.is_exact()
            && other.shares_antigen(dose)
            && !other.goes_with(dose)
    });
    if let Some(other) = twice {
        let seen = Text::new(
            format!("Xem {}.", other.record.address),
            format!("See {}.", other.record.address),
        );
        report.add("mebe-same-antigen-same-day", OCCURRENCE, seen);
    }
}
