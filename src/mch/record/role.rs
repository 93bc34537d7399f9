//! Whether somebody is known as a mother or as a child of the booklet.

use serde_json::Value;

use super::itself::{is_hers, is_pregnancy};
use super::kin::claims;
use super::records::Records;
use super::subject::birth;
use crate::fhir::date::calendar::whole_months;
use crate::mch::rule::listed::rule;

/// What somebody is known as; a girl of the booklet may have become a mother.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles {
    pub is_mother: bool,
    pub is_child: bool,
}

/// What a patient is known as, by claims and by the records that are there.
pub fn roles(records: &Records<'_>, person: &str) -> Roles {
    let has_pregnancy = || {
        let mut episodes = records.pointing("EpisodeOfCare", "patient", person);
        episodes.any(|one| is_pregnancy(one.resource))
    };
    let is_mother = claims(records, person, "mch-mother")
        || has_pregnancy()
        || !children(records, person).is_empty();
    let is_child = claims(records, person, "mch-child")
        || records.pointing("RelatedPerson", "patient", person).any(|one| is_hers(one.resource));
    Roles { is_mother, is_child }
}

/// The children of a mother that are among the records, the oldest first.
pub fn children<'a>(records: &Records<'a>, mother: &str) -> Vec<&'a str> {
    let related = records.of_type("RelatedPerson").filter(|one| is_hers(one.resource));
    let children = related.filter_map(|one| records.target(one.resource.get("patient")));
    let mut children: Vec<_> = children.filter(|one| one.address != mother).collect();
    children.sort_by_key(|one| (birth(one.resource, records).map(|day| day.first), one.address));
    children.dedup_by_key(|one| one.address);
    let addresses = children.into_iter().map(|one| one.address);
    addresses.filter(|child| records.mothers(child).contains(&mother)).collect()
}

/// Whether somebody is asked about as a mother: she is known as one, or is known as nothing and could
/// be one.
pub fn is_about_mother(records: &Records<'_>, person: &str, day: i64) -> bool {
    let known = roles(records, person);
    known.is_mother || !known.is_child && may_be_mother(records, person, day)
}

/// Whether somebody who is known as neither can be pregnant: no man, nobody of less years than the
/// rule about young mothers has.
pub fn may_be_mother(records: &Records<'_>, person: &str, day: i64) -> bool {
    let Some(patient) = records.at(person) else { return false };
    let is_male = patient.resource.get("gender").and_then(Value::as_str) == Some("male");
    let years = rule("mebe-mother-too-young").and_then(|rule| rule.number("years"));
    let born = birth(patient.resource, records);
    let months = born.map(|born| whole_months(born.first, day));
    let months = months.and_then(|months| i32::try_from(months).ok()).map(f64::from);
    let is_young = months.zip(years).is_some_and(|(months, years)| months < years * 12.0);
    !is_male && !is_young
}
