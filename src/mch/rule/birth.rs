//! A child against its mother: her age, her pregnancies, and how many were born.

use serde_json::Value;

use super::listed::rule;
use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::gestation::limit::in_days;
use crate::mch::record::concept::has_local;
use crate::mch::record::days::Days;
use crate::mch::record::pregnancy::{Pregnancy, is_counted, pregnancies, term};
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{birth, pregnancy_links, whose};
use crate::mch::record::topic::{PLURALITY, is_any};

/// Checks a child, or what makes somebody its mother.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    let (child, element) = match at.kind() {
        "Patient" => (Some(at), "Patient.birthDate"),
        "RelatedPerson" => (records.target(at.resource.get("patient")), "RelatedPerson.patient"),
        "Procedure" if is_birth(at.resource) => {
            plurality(at, records, report);
            (records.target(at.resource.get("subject")), "Procedure.performed")
        }
        _ => return,
    };
    let Some(child) = child else { return };
    let Some(born) = birth(child.resource, records) else { return };
    for mother in records.mothers(child.address) {
        let Some(mother) = records.at(mother) else { continue };
        too_young(mother, born, element, records, report);
        let pregnancies = pregnancies(records, mother.address);
        // An older child was born before anybody kept these records.
        let first = pregnancies.iter().filter_map(begin).map(|start| start.first).min();
        let is_older = first.is_none_or(|first| born.last < first)
            && !is_born_here(child, &pregnancies, records);
        if !is_older && !pregnancies.iter().any(|one| may_end(one, born)) {
            let seen = Text::new(
                format!("Trẻ sinh ngày {}.", born.written()),
                format!("The child was born on {}.", born.written()),
            );
            report.add("mebe-birth-outside-pregnancy", element, seen);
        }
    }
}

/// When a pregnancy began, as far as it is known.
fn begin(pregnancy: &Pregnancy<'_>) -> Option<Days> {
    let dated = pregnancy.lmp.or_else(|| pregnancy.due.map(|due| due.plus(-term())));
    dated.or(pregnancy.period)
}

/// Whether a birth of the child is part of a delivery of one of the pregnancies.
fn is_born_here(child: Record<'_>, pregnancies: &[Pregnancy<'_>], records: &Records<'_>) -> bool {
    records.pointing("Encounter", "subject", child.address).any(|birth| {
        let delivery = records.target(birth.resource.get("partOf"));
        let episodes = delivery.and_then(|one| one.resource.get("episodeOfCare")?.as_array());
        let mut episodes =
            episodes.into_iter().flatten().filter_map(|one| records.address(Some(one)));
        episodes.any(|episode| pregnancies.iter().any(|one| one.episode.address == episode))
    })
}

/// Whether a birth can be the end of a pregnancy.
fn may_end(pregnancy: &Pregnancy<'_>, born: Days) -> bool {
    let dated = pregnancy.lmp.or_else(|| pregnancy.due.map(|due| due.plus(-term())));
    match dated {
        Some(start) => {
            let earliest = in_days("birth-earliest", |row| row.due);
            let latest = in_days("unclosed-pregnancy", |row| row.overdue);
            earliest.zip(latest).is_none_or(|(earliest, latest)| {
                Days { first: start.first + earliest, last: start.last + latest }.meets(born)
            })
        }
        None => pregnancy.period.is_none_or(|period| period.meets(born)),
    }
}

fn too_young(
    mother: Record<'_>,
    born: Days,
    element: &str,
    records: &Records<'_>,
    report: &mut Report,
) {
    let Some(own) = birth(mother.resource, records) else { return };
    let years = rule("mebe-mother-too-young").and_then(|rule| rule.number("years"));
    let (_, most) = born.since(own);
    let most = i32::try_from(most).map_or(f64::MAX, f64::from);
    if most < years.unwrap_or(10.0) * 365.25 {
        let seen = Text::new(
            format!("Mẹ sinh ngày {}, con sinh ngày {}.", own.written(), born.written()),
            format!("The mother was born {}, the child {}.", own.written(), born.written()),
        );
        report.add("mebe-mother-too-young", element, seen);
    }
}

/// The pregnancies that a record is about.
fn addresses<'r>(records: &Records<'_>, resource: &'r Value) -> Vec<&'r str> {
    let links = pregnancy_links(resource).into_iter();
    links.filter_map(|(_, link)| records.address(Some(link))).collect()
}

fn is_birth(procedure: &Value) -> bool {
    is_counted(procedure)
        && has_local(procedure.get("category"), "mch-procedure-category", &["birth"])
}

/// As many births are part of a delivery as it had children.
fn plurality(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    let part_of = |resource: &Value| -> Vec<String> {
        let all = resource.get("partOf").and_then(Value::as_array);
        let addresses = all.into_iter().flatten().filter_map(|one| records.address(Some(one)));
        addresses.map(str::to_owned).collect()
    };
    let deliveries = part_of(at.resource);
    let Some(delivery) = deliveries.first() else { return };
    let births = records
        .of_type("Procedure")
        .filter(|other| is_birth(other.resource) && part_of(other.resource).contains(delivery));
    let births = births.count();
    let delivered = records.at(delivery);
    let Some(delivered) = delivered else { return };
    let Some(mother) = whose(records, delivered.resource) else { return };
    let encounter = records.address(delivered.resource.get("encounter"));
    let pregnancies = addresses(records, delivered.resource);
    // What was counted of this delivery, at it or of its pregnancy.
    let is_of_it = |one: &Record<'_>| {
        let at = records.address(one.resource.get("encounter"));
        at.is_some() && at == encounter
            || addresses(records, one.resource).iter().any(|focus| pregnancies.contains(focus))
    };
    let counted = records.pointing("Observation", "subject", mother).filter_map(|one| {
        let is_count = is_any(one.resource, &PLURALITY) && is_counted(one.resource);
        let value = one.resource.get("valueInteger").and_then(Value::as_u64);
        value.filter(|_| is_count && is_of_it(&one))
    });
    let counted = counted.min();
    // Births are written one by one: only more than there were is wrong.
    if let Some(counted) = counted.and_then(|count| usize::try_from(count).ok())
        && births > counted
    {
        let seen = Text::new(
            format!("Có {births} lần ra đời, nhưng đã ghi {counted} con."),
            format!("There are {births} births, but {counted} children were recorded."),
        );
        report.add("mebe-plurality", "Procedure.partOf", seen);
    }
}
