//! A number that only one person has, found in two Patients: most likely one person twice.
//!
//! The numbers are those of both Vietnamese families of identifier URIs
//! (`profiles/input/fsh/naming.fsh`). Patients that are linked to each other ([Patient.link]) are
//! known to belong together. How a finding counts is the setting `same_identifier`; when it
//! refuses, the write rests on there being no other, so that of two at once one is refused.
//!
//! [Patient.link]: https://hl7.org/fhir/R4/patient.html#links

use serde_json::Value;

use crate::config::settings::Level;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::search::query::{Parameter, Query};
use crate::store::write::Premise;

use super::around::Coming;
use super::conditional::{found, resolved};
use super::engine::Ctx;
use super::failure::Failure;

/// A number, and the systems it is written under.
struct Family {
    vi: &'static str,
    en: &'static str,
    systems: &'static [&'static str],
}

/// The Ministry's drafts took one name of the personal number for the other.
const FAMILIES: [Family; 2] = [
    Family {
        vi: "số định danh cá nhân (CCCD)",
        en: "personal identification number (CCCD)",
        systems: &[
            "http://fhir.hl7.org.vn/core/sid/cccd",
            "http://fhir.ehealth.gov.vn/core/sid/national_id",
            "http://fhir.ehealth.gov.vn/core/sid/citizen_id",
        ],
    },
    Family {
        vi: "số thẻ bảo hiểm y tế (BHYT)",
        en: "health-insurance number (BHYT)",
        systems: &[
            "http://fhir.hl7.org.vn/core/sid/bhyt",
            "http://fhir.ehealth.gov.vn/core/sid/insurance_number",
        ],
    },
];

/// What was found about each resource, and what a refusal of others rests on.
#[derive(Debug, Default)]
pub(super) struct Same {
    /// As many as there are resources.
    pub(super) issues: Vec<Vec<Issue>>,
    pub(super) premises: Vec<Premise>,
}

/// A number of a Patient: its place among the identifiers, what it is, and its value.
type Number<'a> = (usize, &'static Family, &'a str);

/// Whether a resource has a number that only one person has.
pub(super) fn has_number(resource: &Value) -> bool {
    !numbers(resource).is_empty()
}

/// Looks for other Patients with the numbers of those that are stored together; `gone` are deleted
/// along with it.
pub(super) async fn look(
    ctx: &Ctx<'_>,
    coming: &[Coming<'_>],
    gone: &[&ResourceId],
) -> Result<Same, Failure> {
    let mut same = Same { issues: vec![Vec::new(); coming.len()], premises: Vec::new() };
    let level = ctx.engine.same_identifier;
    if level == Level::Off {
        return Ok(same);
    }
    let patients: Vec<&Coming<'_>> = coming.iter().filter(|one| has_number(one.resource)).collect();
    for (one, issues) in coming.iter().zip(&mut same.issues) {
        for number in numbers(one.resource) {
            let with_it = patients.iter().filter(|other| has(other.resource, number));
            let written: Vec<&Coming<'_>> = with_it.copied().collect();
            let mut other = written
                .iter()
                .find(|other| other.id != one.id && !linked(one, other.id, other.resource));
            let mut address = other.take().map(|other| format!("Patient/{}", other.id));
            if address.is_none() {
                let (found, premise) = stored(ctx, one, number, &written, gone).await?;
                address = found;
                same.premises.extend(premise.filter(|_| level == Level::Error));
            }
            issues.extend(address.map(|address| issue(level, number, &address)));
        }
    }
    Ok(same)
}

/// The address of a stored Patient with the number, besides those that are written or deleted now.
async fn stored(
    ctx: &Ctx<'_>,
    one: &Coming<'_>,
    (_, family, value): Number<'_>,
    written: &[&Coming<'_>],
    gone: &[&ResourceId],
) -> Result<(Option<String>, Option<Premise>), Failure> {
    let Some(kind) = ResourceKind::parse("Patient") else { return Ok((None, None)) };
    let escaped: String = value.chars().flat_map(escape).collect();
    let values = family.systems.iter().map(|system| format!("{system}|{escaped}"));
    let text = values.collect::<Vec<_>>().join(",");
    let parameter = Parameter { name: "identifier".into(), modifier: None, text };
    let search = resolved(ctx, kind, Query { parameters: vec![parameter] })?;
    let known = written.len() + gone.len();
    let most = u32::try_from(known).unwrap_or(u32::MAX).saturating_add(MOST_LINKED);
    let (hits, premise) = found(ctx, &search, most).await?;
    let is_other = |id: &ResourceId| {
        id != one.id && !written.iter().any(|other| other.id == id) && !gone.contains(&id)
    };
    let mut others = hits.iter().filter(|stored| is_other(&stored.id));
    let other = others.find(|stored| {
        let resource: Value = serde_json::from_str(&stored.body).unwrap_or_default();
        !linked(one, &stored.id, &resource)
    });
    Ok((other.map(|other| format!("Patient/{}", other.id)), Some(premise)))
}

/// Linked Patients that are looked through for one that is not.
const MOST_LINKED: u32 = 16;

fn escape(letter: char) -> impl Iterator<Item = char> {
    let sign = matches!(letter, '\\' | ',' | '|' | '$').then_some('\\');
    sign.into_iter().chain([letter])
}

/// The numbers of a Patient.
fn numbers(resource: &Value) -> Vec<Number<'_>> {
    let is_patient = resource.get("resourceType").is_some_and(|kind| kind == "Patient");
    let all = resource.get("identifier").and_then(Value::as_array).filter(|_| is_patient);
    let number = |(at, identifier): (usize, &'_ Value)| {
        let system = identifier.get("system")?.as_str()?;
        let family = FAMILIES.iter().find(|family| family.systems.contains(&system))?;
        Some((at, family))
    };
    let numbers = all.into_iter().flatten().enumerate().filter_map(|(at, identifier)| {
        let (at, family) = number((at, identifier))?;
        let value = identifier.get("value")?.as_str().filter(|value| !value.is_empty())?;
        Some((at, family, value))
    });
    numbers.collect()
}

fn has(resource: &Value, (_, family, value): Number<'_>) -> bool {
    numbers(resource).iter().any(|(_, other, same)| other.vi == family.vi && *same == value)
}

/// Whether one of two Patients says that it belongs to the other.
fn linked(one: &Coming<'_>, id: &ResourceId, other: &Value) -> bool {
    points_at(one.resource, id) || points_at(other, one.id)
}

fn points_at(patient: &Value, id: &ResourceId) -> bool {
    let links = patient.get("link").and_then(Value::as_array).into_iter().flatten();
    let mut references = links.filter_map(|link| link.get("other")?.get("reference")?.as_str());
    references.any(|reference| {
        let current = reference.split_once("/_history/").map_or(reference, |(current, _)| current);
        current.strip_suffix(id.as_str()).is_some_and(|rest| rest.ends_with("Patient/"))
    })
}

fn issue(level: Level, (at, family, _): Number<'_>, address: &str) -> Issue {
    let text = Text::new(
        format!(
            "{address} có cùng {}. Nếu là cùng một người, hãy dùng hồ sơ ấy, hoặc nối hai hồ sơ bằng Patient.link; nếu không, hãy xem lại số này.",
            family.vi
        ),
        format!(
            "{address} has the same {}. If it is the same person, use that record, or link both by Patient.link; if not, look at the number again.",
            family.en
        ),
    );
    let issue = Issue::error(IssueCode::Duplicate, text).at(format!("Patient.identifier[{at}]"));
    if level == Level::Error { issue } else { issue.warning() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_systems_are_those_of_the_guide() {
        let fsh = include_str!("../../profiles/input/fsh/naming.fsh");
        for system in FAMILIES.iter().flat_map(|family| family.systems) {
            assert!(fsh.contains(&format!("\"{system}\"")), "{system}");
        }
    }

    #[test]
    fn numbers_of_both_families_are_seen() {
        let patient = json!({ "resourceType": "Patient", "identifier": [
            { "system": "http://fhir.ehealth.gov.vn/core/sid/national_id", "value": "001198000001" },
            { "system": "https://mebe.example/fhir/sid/mrn", "value": "1" },
            { "system": "http://fhir.hl7.org.vn/core/sid/bhyt", "value": "" },
            { "system": "http://fhir.hl7.org.vn/core/sid/bhyt", "value": "DN4010012345678" },
        ] });
        let found: Vec<_> = numbers(&patient).iter().map(|(at, _, value)| (*at, *value)).collect();
        assert_eq!(found, [(0, "001198000001"), (3, "DN4010012345678")]);
        let other = json!({ "resourceType": "Practitioner", "identifier": patient["identifier"] });
        assert!(!has_number(&other));
    }

    #[test]
    fn links_lead_to_the_other_patient() {
        let id = ResourceId::parse("a").expect("an id");
        let patient = |link: &str| json!({ "link": [{ "other": { "reference": link } }] });
        for link in ["Patient/a", "Patient/a/_history/2", "http://x/fhir/Patient/a"] {
            assert!(points_at(&patient(link), &id), "{link}");
        }
        for link in ["Patient/aa", "RelatedPerson/a", "Patient/b"] {
            assert!(!points_at(&patient(link), &id), "{link}");
        }
    }
}
