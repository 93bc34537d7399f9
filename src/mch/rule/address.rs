//! Addresses against the administrative units of Vietnam since 2025-07-01, two levels without
//! districts: Resolution 202/2025/QH15, Decision 19/2025/QĐ-TTg.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::listed::rule;
use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::record::concept::is_local;
use crate::mch::record::days::Days;
use crate::mch::record::records::{Record, Records};

/// Checks every address of a resource.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    let concerned = ["Patient", "RelatedPerson", "Organization", "Location"];
    if !concerned.contains(&at.kind()) {
        return;
    }
    match at.resource.get("address") {
        Some(Value::Array(all)) => {
            for (index, address) in all.iter().enumerate() {
                let element = format!("{}.address[{index}]", at.kind());
                check_address(address, &element, records, report);
            }
        }
        Some(address) => check_address(address, &format!("{}.address", at.kind()), records, report),
        None => {}
    }
}

fn check_address(address: &Value, element: &str, records: &Records<'_>, report: &mut Report) {
    let is_abroad = address
        .get("country")
        .and_then(Value::as_str)
        .is_some_and(|country| !matches!(country, "VN" | "VNM" | "Việt Nam" | "Viet Nam"));
    if is_abroad {
        return;
    }
    if let Some(district) = address.get("district").and_then(Value::as_str)
        && is_of_today(address, records)
    {
        let seen = Text::new(format!("“{district}”."), format!("“{district}”."));
        report.add("mebe-district-after-2025", &format!("{element}.district"), seen);
    }
    let province = unit(address, "vn-province");
    let commune = unit(address, "vn-commune");
    if let Some((province, commune)) = province.zip(commune)
        && let Some(home) = communes().get(commune)
        && *home != province
    {
        let seen = Text::new(
            format!("Xã {commune} thuộc tỉnh {home}, không phải {province}."),
            format!("Commune {commune} is of province {home}, not {province}."),
        );
        report.add("mebe-commune-of-province", element, seen);
    }
}

/// Whether an address holds, or began to hold, since the districts were abolished. One that says it
/// is of Vietnam, or nothing about a time, is of today.
fn is_of_today(address: &Value, records: &Records<'_>) -> bool {
    let from = rule("mebe-district-after-2025").and_then(|rule| rule.parameter("from"));
    let from = from.map(|from| Value::String(from.to_owned()));
    let Some(from) = Days::of(from.as_ref(), records.zone) else { return false };
    if address.get("use").and_then(Value::as_str) == Some("old") {
        return false;
    }
    let is_vietnamese = unit(address, "vn-province").is_some()
        || address.get("country").and_then(Value::as_str).is_some();
    let start = address.get("period").and_then(|period| period.get("start"));
    let end = address.get("period").and_then(|period| period.get("end"));
    match (Days::of(start, records.zone), Days::of(end, records.zone)) {
        (Some(start), _) => start.first >= from.first,
        (None, Some(end)) => end.first >= from.first && is_vietnamese,
        (None, None) => records.today >= from.first && is_vietnamese,
    }
}

/// The code of an administrative unit, in the extensions of an address.
fn unit<'a>(address: &'a Value, name: &str) -> Option<&'a str> {
    let all = address.get("extension").and_then(Value::as_array);
    all.into_iter().flatten().find_map(|extension| {
        let concept = extension.get("valueCodeableConcept");
        let first = concept.and_then(|concept| concept.get("coding")?.get(0));
        let coding = extension.get("valueCoding").or(first)?;
        let system = coding.get("system")?.as_str()?;
        is_local(system, name).then_some(coding.get("code")?.as_str()?)
    })
}

/// Whether there is a commune with this code.
pub fn is_commune(code: &str) -> bool {
    communes().contains_key(code)
}

/// The province of each commune.
fn communes() -> &'static FxHashMap<&'static str, &'static str> {
    static COMMUNES: OnceLock<FxHashMap<&'static str, &'static str>> = OnceLock::new();
    let listed = include_str!("../../../profiles/administrative-units/communes.csv");
    COMMUNES
        .get_or_init(|| listed.lines().skip(1).filter_map(|line| line.split_once(',')).collect())
}
