//! A number that only one person has, found in two Patients: most likely one person twice.
//!
//! The numbers are those of both Vietnamese families of identifier URIs
//! (`profiles/input/fsh/naming.fsh`). Patients that are linked to each other ([Patient.link]) are
//! known to belong together. How a finding counts is the setting `same_identifier`; when it
//! refuses, the write rests on there being no other, so that of two at once one is refused.
//!
//! [Patient.link]: https://hl7.org/fhir/R4/patient.html#links

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::config::settings::Level;
use crate::criteria::access::Reason;
use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::token::{System, TokenValue};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::index::row::{indexed_part, system_hash};
use crate::store::lookup::{Found, Lookup};
use crate::store::row::Stored;
use crate::store::write::Premise;

use super::check::Coming;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;

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
pub(in crate::interaction) struct Same {
    /// As many as there are resources.
    pub(in crate::interaction) issues: Vec<Vec<Issue>>,
    pub(in crate::interaction) premises: Vec<Premise>,
}

/// A number of a Patient.
#[derive(Clone, Copy)]
struct Number<'a> {
    /// Its place among the identifiers.
    at: usize,
    family: &'static Family,
    value: &'a str,
}

/// Linked Patients that are looked through for one that is not.
const MOST_LINKED: usize = 16;

/// Whether a resource has a number that only one person has.
pub(super) fn has_number(resource: &Value) -> bool {
    !numbers(resource).is_empty()
}

/// Looks for other Patients with the numbers of those that are stored together; `gone` are deleted
/// along with it.
pub(in crate::interaction) async fn look(
    ctx: &Ctx<'_>,
    coming: &[Coming<'_>],
    gone: &[&ResourceId],
) -> Result<Same, Failure> {
    let mut same = Same { issues: vec![Vec::new(); coming.len()], premises: Vec::new() };
    let level = ctx.engine.same_identifier;
    let mut numbers = Vec::new();
    let mut together: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for (place, one) in coming.iter().enumerate() {
        for number in self::numbers(one.resource) {
            together.entry(number.key()).or_default().push(place);
            numbers.push((place, number));
        }
    }
    if level == Level::Off || numbers.is_empty() {
        return Ok(same);
    }
    let known = numbers.len() + gone.len();
    let (stored, premises) = stored(ctx, &numbers, known).await?;
    for ((place, number), stored) in numbers.iter().zip(stored) {
        let Some(one) = coming.get(*place) else { continue };
        let written = || {
            let places = together.get(&number.key()).into_iter().flatten();
            places.filter_map(|place| coming.get(*place))
        };
        let beside =
            written().find(|other| other.id != one.id && !linked(one, other.id, other.resource));
        let is_other = |id: &ResourceId| {
            id != one.id && !written().any(|other| other.id == id) && !gone.contains(&id)
        };
        let is_unlinked = |stored: &&Stored| {
            let resource: Value = serde_json::from_str(&stored.body).unwrap_or_default();
            is_other(&stored.id) && !linked(one, &stored.id, &resource)
        };
        let mut before = None;
        for other in stored.iter().filter(is_unlinked) {
            before = before.or(Some(other));
            if ctx.rows().shows(other).await? {
                before = Some(other);
                break;
            }
        }
        let name = match (beside, before) {
            (Some(other), _) => address(other.id),
            (None, Some(stored)) if ctx.rows().shows(stored).await? => address(&stored.id),
            // Whoever writes may not read who it is.
            (None, Some(_)) if ctx.access().keeps_silent() => continue,
            (None, Some(_)) => Text::new("Một Patient khác", "Another Patient"),
            (None, None) => continue,
        };
        if let Some(issues) = same.issues.get_mut(*place) {
            issues.push(issue(level, *number, &name));
        }
    }
    if level == Level::Error {
        same.premises.extend(premises);
    }
    Ok(same)
}

/// The stored Patients with each number, and that there are no others: one question for all of them.
async fn stored(
    ctx: &Ctx<'_>,
    numbers: &[(usize, Number<'_>)],
    known: usize,
) -> Result<(Vec<Vec<Stored>>, Vec<Premise>), Failure> {
    let mut stored = vec![Vec::new(); numbers.len()];
    let indexer = ctx.engine.indexer();
    let param = |kind| {
        let identifier = indexer.search().find(kind, "identifier")?;
        Some((kind, identifier.indexed_as()))
    };
    let Some((patient, param)) = param(ResourceKind::PATIENT) else {
        return Ok((stored, Vec::new()));
    };
    let since = ctx.engine.rows.for_server(Reason::Rules).seen();
    let (mut lookups, mut places) = (Vec::new(), Vec::new());
    for (place, (_, number)) in numbers.iter().enumerate() {
        for system in number.family.systems {
            let (code, system) = (indexed_part(number.value).to_owned(), system_hash(system));
            lookups.push(Lookup::Coded { param, code, system });
            places.push(place);
        }
    }
    let most = u32::try_from(known + MOST_LINKED).unwrap_or(u32::MAX);
    for Found { lookup, hit } in
        ctx.engine.rows.for_server(Reason::Rules).look_up(lookups, most).await?
    {
        if let Some(found) = places.get(lookup).and_then(|place| stored.get_mut(*place)) {
            found.push(hit.stored);
        }
    }
    let premises = numbers.iter().map(|(_, number)| {
        let value = TokenValue::new(System::Any, Some(number.value));
        let criteria = Criteria::Parameter(param, Values::Tokens(vec![value]));
        Premise::untouched(since, patient, vec![criteria])
    });
    Ok((stored, premises.collect()))
}

/// The numbers of a Patient.
fn numbers(resource: &Value) -> Vec<Number<'_>> {
    let is_patient = resource.get("resourceType").is_some_and(|kind| kind == "Patient");
    let all = resource.get("identifier").and_then(Value::as_array).filter(|_| is_patient);
    let numbers = all.into_iter().flatten().enumerate().filter_map(|(at, identifier)| {
        let text = |name: &str| identifier.get(name)?.as_str();
        let (system, value) = (text("system")?, text("value")?);
        let family = FAMILIES.iter().find(|family| family.systems.contains(&system))?;
        (!value.is_empty()).then_some(Number { at, family, value })
    });
    numbers.collect()
}

impl<'a> Number<'a> {
    /// What the same number of the same kind has, too.
    fn key(self) -> (&'static str, &'a str) {
        (self.family.en, self.value)
    }
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

fn address(id: &ResourceId) -> Text {
    Text::new(format!("Patient/{id}"), format!("Patient/{id}"))
}

fn issue(level: Level, number: Number<'_>, name: &Text) -> Issue {
    let Number { at, family, .. } = number;
    let text = Text::new(
        format!(
            "{} có cùng {}. Nếu là cùng một người, hãy dùng hồ sơ ấy, hoặc nối hai hồ sơ bằng Patient.link; nếu không, hãy xem lại số này.",
            name.vi, family.vi
        ),
        format!(
            "{} has the same {}. If it is the same person, use that record, or link both by Patient.link; if not, look at the number again.",
            name.en, family.en
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
        let fsh = include_str!("../../../profiles/input/fsh/naming.fsh");
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
        let found: Vec<_> = numbers(&patient).iter().map(|one| (one.at, one.value)).collect();
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
