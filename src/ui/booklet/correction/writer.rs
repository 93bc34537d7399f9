//! Which facility wrote an entry: whom the record itself names, else that of its visit, else the one
//! that looks after the person.

use serde_json::Value;

use super::super::reader::text;
use crate::mch::record::records::{Record, Records};

/// Where records name who wrote them or where.
const PLACES: [&str; 10] = [
    "/performer",
    "/performer/actor",
    "/performer/onBehalfOf",
    "/serviceProvider",
    "/custodian",
    "/author",
    "/managingOrganization",
    "/recorder",
    "/asserter",
    "/informationSource",
];

/// `Organization/…`; none where nobody is known.
pub(super) fn writer<'a>(
    records: &Records<'a>,
    entry: &Record<'a>,
    person: &str,
) -> Option<&'a str> {
    let visit = entry.resource.get("encounter").or_else(|| entry.resource.get("context"));
    let visit = records.address(visit).and_then(|at| records.at(at));
    let looked_after = records.at(person);
    let of = |one: Record<'a>| PLACES.iter().find_map(|place| named(one.resource, place));
    let whole = of(*entry).or_else(|| visit.and_then(of)).or_else(|| looked_after.and_then(of));
    whole.map(|text| text.get(text.rfind("Organization/").unwrap_or(0)..).unwrap_or(text))
}

/// The organization at a place, within the first of several or within one.
fn named<'a>(resource: &'a Value, place: &str) -> Option<&'a str> {
    let mut all = vec![resource];
    for step in place.split('/').skip(1) {
        let below = all.iter().filter_map(|one| one.get(step));
        all = below
            .flat_map(|one| match one {
                Value::Array(all) => all.iter().collect::<Vec<_>>(),
                one => vec![one],
            })
            .collect();
    }
    let mut references = all.into_iter().map(|one| text(one, "/reference"));
    references.find(|text| text.rsplit('/').nth(1) == Some("Organization"))
}
