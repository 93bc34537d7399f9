//! Which profiles of the guide a resource is held to although it does not claim them.

use serde_json::Value;

use super::reached::{Object, Whose, reached};
use crate::mch::catalogue::{Catalogue, Kind, catalogue};
use crate::mch::record::concept::codings;

/// A profile that a resource is held to.
#[derive(Debug, PartialEq, Eq)]
pub struct Demand {
    pub canonical: String,
    /// Whether a code of ours asks for it; else it was reached by others' codes alone.
    pub is_promised: bool,
}

/// The profiles that the codes of a resource ask for; those it claims are left out. What was
/// withdrawn says nothing any more, and nothing is asked of it.
pub fn demands(resource: &Object) -> Vec<Demand> {
    if is_withdrawn(resource) {
        return Vec::new();
    }
    let catalogue = catalogue();
    let name = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    let Some(kind) = catalogue.kind(name) else { return Vec::new() };
    let claimed = claims(resource);
    // Whoever claims a profile of the guide for this type is told by that profile of a wrong kind.
    let claims_one = claimed.iter().any(|one| kind.canonicals.iter().any(|known| known == one));
    let mut demands = match claims_one {
        true => Vec::new(),
        false => triggered(catalogue, kind, resource),
    };
    match name {
        "Observation" => {
            of_items(catalogue, resource, &mut demands);
            of_results(catalogue, resource, &mut demands);
        }
        "Immunization" if demands.is_empty() && !claims_one => {
            let mut codes = codings(resource.get("vaccineCode"));
            if codes.any(|(system, code)| catalogue.is_vaccine(system, code)) {
                let canonical = catalogue.canonical("mch-immunization");
                demands.push(Demand { canonical, is_promised: false });
            }
        }
        _ => {}
    }
    demands.retain(|demand| !claimed.contains(&demand.canonical.as_str()));
    demands
}

/// Whether a record was entered in error.
pub(super) fn is_withdrawn(resource: &Object) -> bool {
    resource.get("status").is_some_and(|status| status == "entered-in-error")
}

/// The profiles a resource claims, without versions. A profile of the guide in a version that is not
/// there is not claimed: nobody would hold the resource to anything.
pub fn claims(resource: &Object) -> Vec<&str> {
    let claimed = resource.get("meta").and_then(|meta| meta.get("profile")?.as_array());
    let texts = claimed.into_iter().flatten().filter_map(Value::as_str);
    let (guide, known) = (&catalogue().canonical, &catalogue().version);
    let claim = |text: &'_ str| match text.split_once('|') {
        None => Some(text.len()),
        Some((url, version)) => {
            let rest = known.strip_prefix(version).filter(|_| !version.is_empty());
            let is_known = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            (is_known || !url.starts_with(guide.as_str())).then_some(url.len())
        }
    };
    texts.filter_map(|text| text.get(..claim(text)?)).collect()
}

/// What the elements that name the kind of a record ask for.
fn triggered(catalogue: &Catalogue, kind: &Kind, resource: &Object) -> Vec<Demand> {
    let mut demands = Vec::new();
    for (path, triggers) in &kind.paths {
        let mut concepts = Vec::new();
        at(resource, path, &mut concepts);
        for (system, code) in concepts.into_iter().flat_map(|concept| codings(Some(concept))) {
            if !catalogue.is_ours(system) {
                continue;
            }
            for trigger in triggers {
                let is_it = trigger.system == system
                    && trigger.code.as_deref().is_none_or(|one| one == code);
                let canonical = is_it.then(|| catalogue.canonical(&trigger.profile));
                let demand = canonical.map(|canonical| Demand { canonical, is_promised: true });
                demands.extend(demand.filter(|demand| !demands.contains(demand)));
            }
        }
    }
    demands
}

/// The values at a path, lists taken apart.
fn at<'v>(object: &'v Object, path: &str, found: &mut Vec<&'v Value>) {
    let (name, below) = match path.split_once('.') {
        Some((name, below)) => (name, Some(below)),
        None => (path, None),
    };
    let values = match object.get(name) {
        Some(Value::Array(items)) => items.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    for value in values {
        match (below, value) {
            (Some(below), Value::Object(object)) => at(object, below, found),
            (Some(_), _) => {}
            (None, value) => found.push(value),
        }
    }
}

/// What the items of an Observation ask for.
fn of_items(catalogue: &Catalogue, observation: &Object, demands: &mut Vec<Demand>) {
    let (whose, reached) = reached(catalogue, observation);
    let claimed = claims(observation);
    let is_claimed = |profile: &String| claimed.contains(&profile.as_str());
    // Who speaks our codes is held to what they promise; the parts belong to it.
    for one in reached.into_iter().filter(|one| one.by == whose) {
        let mut profiles: Vec<&String> = Vec::new();
        for item in &one.items {
            let possible = &item.observed_under;
            if possible.iter().any(is_claimed) {
                profiles.clear();
                break;
            }
            profiles.extend(possible.first().filter(|first| !profiles.contains(first)));
        }
        // A code of everybody's that may mean items of several profiles asks for none of them.
        if whose == Whose::Others && profiles.len() > 1 {
            continue;
        }
        for profile in profiles {
            let canonical = profile.clone();
            let demand = Demand { canonical, is_promised: whose == Whose::Ours };
            if !demands.contains(&demand) {
                demands.push(demand);
            }
        }
    }
}

/// What the result of a test that is kept apart asks for, such as one for HIV.
fn of_results(catalogue: &Catalogue, observation: &Object, demands: &mut Vec<Demand>) {
    let results = catalogue.items.iter().flat_map(|item| &item.result);
    for (system, code) in codings(observation.get("code")) {
        let mut known = results.clone();
        let result = known.find(|one| one.coding.system == system && one.coding.code == code);
        let Some(result) = result else { continue };
        let canonical = catalogue.canonical(&result.profile);
        if !demands.iter().any(|demand| demand.canonical == canonical) {
            demands.push(Demand { canonical, is_promised: false });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OURS: &str = "https://mebe.example/fhir/CodeSystem/";

    #[track_caller]
    fn check(resource: &Value, expected: &[(&str, bool)]) {
        let found = demands(resource.as_object().expect("an object"));
        let id = |canonical: &str| canonical.rsplit('/').next().expect("an id").to_owned();
        let found: Vec<_> =
            found.iter().map(|demand| (id(&demand.canonical), demand.is_promised)).collect();
        let expected: Vec<_> = expected.iter().map(|(id, own)| ((*id).to_owned(), *own)).collect();
        assert_eq!(found, expected, "{resource}");
    }

    fn observation(system: &str, code: &str) -> Value {
        json!({ "resourceType": "Observation", "code": { "coding": [{ "system": system, "code": code }] } })
    }

    #[test]
    fn codes_lead_to_profiles() {
        let item = format!("{OURS}mch-booklet-item");
        check(&observation(&item, "A15"), &[("mch-fetus-observation", true)]);
        check(&observation("http://loinc.org", "55283-6"), &[("mch-fetus-observation", false)]);
        check(&observation("http://loinc.org", "1"), &[]);
        let visit = |code: &str| {
            json!({ "resourceType": "Encounter",
            "type": [{ "coding": [{ "system": format!("{OURS}mch-encounter-type"), "code": code }] }] })
        };
        check(&visit("antenatal"), &[("mch-antenatal-visit", true)]);
        check(&visit("antenatal-inpatient"), &[]);
        let dose = |system: &str, code: &str| {
            json!({ "resourceType": "Immunization",
            "vaccineCode": { "coding": [{ "system": system, "code": code }] } })
        };
        check(&dose(&format!("{OURS}mch-vaccine"), "BCG"), &[("mch-immunization", true)]);
        check(&dose("http://hl7.org/fhir/sid/cvx", "19"), &[("mch-immunization", false)]);
        check(&dose("http://hl7.org/fhir/sid/cvx", "9999"), &[]);
    }

    #[test]
    fn what_is_claimed_is_not_asked_for_again() {
        let mut claiming = observation(&format!("{OURS}mch-booklet-item"), "A15");
        claiming["meta"] = json!({ "profile": ["https://mebe.example/fhir/StructureDefinition/mch-fetus-observation|0.1.0"] });
        check(&claiming, &[]);
    }

    #[test]
    fn a_version_that_is_not_there_claims_nothing() {
        let profile = "https://mebe.example/fhir/StructureDefinition/mch-fetus-observation";
        let mut claiming = observation(&format!("{OURS}mch-booklet-item"), "A15");
        for (version, claims) in [
            ("", true),
            ("|0.1.0", true),
            ("|0.1", true),
            ("|9.9", false),
            ("|0.1.1", false),
            ("|", false),
        ] {
            claiming["meta"] = json!({ "profile": [format!("{profile}{version}")] });
            let asked: &[_] = if claims { &[] } else { &[("mch-fetus-observation", true)] };
            check(&claiming, asked);
        }
    }
}
