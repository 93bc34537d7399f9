//! Holds what comes to the profiles of the booklet, claimed or not.
//!
//! A code of ours promises the whole profile of its item: its errors refuse. Who reaches an item by
//! a code of everybody's alone is warned of what the profile says, and where the value cannot be what
//! the item means ([`crate::mch::item`]); that refuses only what is about one of our mothers or
//! children, as who reads the records around it can tell. The profiles of R4 for vital
//! signs hold for their codes as R4 demands. How findings of a profile count is a setting.
//!
//! A resource is walked once: each profile weighs what its level says.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::config::settings::Level;
use crate::definitions::base::{today, today_in};
use crate::fhir::issue::Issue;
use crate::fhir::issue::merge::once;
use crate::mch::catalogue::catalogue;
use crate::mch::future::{Clock, in_future};
use crate::mch::item::demand::{Demand, claims, demands};
use crate::mch::item::meaning::{self, Meaning, NOBODY, meaning};
use crate::mch::item::uncoded::uncoded;
use crate::validation::request::{Demands, Request, Weight};
use crate::validation::validator::Validator;

/// What the canonicals of R4's profiles begin with.
const R4_PROFILES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Bundles in Bundles that are looked into.
const MOST_NESTED: usize = 4;

/// How findings of profiles count.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    /// By id or canonical.
    by_profile: BTreeMap<String, Level>,
    /// Those of R4's profiles for vital signs, about what claims the profile of somebody else.
    vital_signs_of_others: Level,
}

/// What codes and claims ask for, as the levels weigh it.
struct WeighedDemand<'e>(&'e Levels);

impl Levels {
    /// Takes the settings.
    pub fn new(by_profile: BTreeMap<String, Level>, vital_signs_of_others: Level) -> Self {
        let by_profile = by_profile.into_iter().map(|(name, level)| (today(&name).into(), level));
        Self { by_profile: by_profile.collect(), vital_signs_of_others }
    }

    /// Whether any profile only tells.
    fn has_warning(&self) -> bool {
        self.by_profile.values().any(|level| *level == Level::Warning)
    }

    /// How findings of the profile with this canonical count.
    fn of(&self, canonical: &str) -> Level {
        let url = canonical.split('|').next().unwrap_or(canonical);
        let id = url.rsplit('/').next().unwrap_or(url);
        let levels = &self.by_profile;
        levels.get(url).or_else(|| levels.get(id)).copied().unwrap_or_default()
    }
}

impl Demands for WeighedDemand<'_> {
    fn weight(&self, canonical: &str) -> Option<Weight> {
        weight(self.0.of(canonical))
    }

    fn besides(&self, resource: &Map<String, Value>) -> Vec<(String, Weight)> {
        let weighed = |demand: Demand| {
            let level = match self.0.of(&demand.canonical) {
                Level::Error if !demand.is_promised => Level::Warning,
                level => level,
            };
            Some((demand.canonical, weight(level)?))
        };
        demands(resource).into_iter().filter_map(weighed).collect()
    }

    fn of_vital_sign(&self, canonical: &str, resource: &Map<String, Value>) -> Option<Weight> {
        let weight = weight(self.0.of(canonical))?;
        if !claims(resource).iter().any(|claimed| is_of_others(claimed)) {
            return Some(weight);
        }
        match self.0.vital_signs_of_others {
            Level::Error => Some(weight),
            Level::Warning => Some(Weight::Tells),
            Level::Off => None,
        }
    }

    fn states(&self, canonical: &str) -> bool {
        catalogue().is_profile(canonical)
    }

    fn owns(&self, system: &str) -> bool {
        catalogue().is_ours(system)
    }
}

fn weight(level: Level) -> Option<Weight> {
    match level {
        Level::Error => Some(Weight::Refuses),
        Level::Warning => Some(Weight::Tells),
        Level::Off => None,
    }
}

/// Whether a profile is neither R4's nor one of the guide.
fn is_of_others(canonical: &str) -> bool {
    !canonical.starts_with(R4_PROFILES) && !catalogue().is_profile(canonical)
}

/// What refuses a record of one of our mothers or children that speaks codes of everybody's alone.
pub(super) fn of_ours(levels: &Levels, resource: &Value) -> Vec<Issue> {
    let found = |object| meaning::of_ours(object, |one| levels.of(one) == Level::Error);
    today_in(resource).as_object().map(found).unwrap_or_default()
}

/// Every finding about a resource that is to be stored, or might be.
pub fn findings(
    validator: &Validator,
    (levels, clock): (&Levels, Clock),
    resource: &Value,
    request: Request<'_>,
) -> Vec<Issue> {
    let asked = WeighedDemand(levels);
    let resource = &*today_in(resource);
    let mut issues = validator.check(resource, &Request { demands: Some(&asked), ..request });
    once(&mut issues);
    add_impossible(levels, resource, None, MOST_NESTED, &mut issues);
    look_again(clock, resource, None, MOST_NESTED, &mut issues);
    once(&mut issues);
    issues
}

/// Adds what whoever wrote a resource should look at again, of those in it too.
fn look_again(
    clock: Clock,
    resource: &Value,
    place: Option<&str>,
    nested: usize,
    issues: &mut Vec<Issue>,
) {
    let Some(object) = resource.as_object() else { return };
    let found = in_future(resource, clock).into_iter().chain(uncoded(object));
    issues.extend(found.map(|issue| below(issue, place)));
    let entries = object.get("entry").and_then(Value::as_array);
    let (Some(entries), Some(left)) = (entries, nested.checked_sub(1)) else { return };
    for (at, entry) in entries.iter().enumerate() {
        if let Some(resource) = entry.get("resource") {
            let place = format!("{}.entry[{at}].resource", place.unwrap_or("Bundle"));
            look_again(clock, resource, Some(&place), left, issues);
        }
    }
}

/// Adds what cannot be meant, of a resource and of those in it.
fn add_impossible(
    levels: &Levels,
    resource: &Value,
    place: Option<&str>,
    nested: usize,
    issues: &mut Vec<Issue>,
) {
    let Some(object) = resource.as_object() else { return };
    if let (Some(Value::Array(entries)), Some(below)) = (object.get("entry"), nested.checked_sub(1))
    {
        let bundle = place.unwrap_or("Bundle");
        for (at, entry) in entries.iter().enumerate() {
            if let Some(resource) = entry.get("resource") {
                let place = format!("{bundle}.entry[{at}].resource");
                add_impossible(levels, resource, Some(&place), below, issues);
            }
        }
        if !is_request(object) {
            issues.iter_mut().filter(|issue| is_about_nobody(issue)).for_each(weaken);
        }
    }
    let at = |level| meaning(object, |canonical| levels.of(canonical) == level);
    let Meaning { issues: found, is_foreign } = at(Level::Error);
    let told = match levels.has_warning() {
        true => at(Level::Warning).issues,
        false => Vec::new(),
    };
    let told = told.into_iter().map(|issue| Weight::Tells.of(issue));
    let weight = if is_foreign { Weight::Tells } else { Weight::Refuses };
    let found = found.into_iter().map(|issue| weight.of(issue));
    let found: Vec<Issue> = found.chain(told).map(|issue| below(issue, place)).collect();
    // Who keeps a profile was told by the profile already, but in words about many items.
    if is_foreign {
        issues
            .retain(|issue| issue.severity.refuses() || !found.iter().any(|one| same(issue, one)));
        issues.extend(found);
        return;
    }
    for one in found {
        let is_said = issues.iter().any(|issue| is_said(issue, &one));
        match issues.iter_mut().find(|issue| same(issue, &one)) {
            Some(issue) => {
                issue.severity = issue.severity.min(one.severity);
                issue.text = one.text;
            }
            None if is_said => {}
            None => issues.push(one),
        }
    }
}

/// Whether an element was said to be wrong in other words already, or the unit of its number.
fn is_said(issue: &Issue, meant: &Issue) -> bool {
    let (Some(said), Some(meant)) = (&issue.expression, &meant.expression) else { return false };
    let rest = said.strip_prefix(&**meant);
    issue.severity.refuses() && rest.is_some_and(|rest| matches!(rest, "" | ".code" | ".system"))
}

/// Whether a Bundle asks for its resources to be stored one by one.
fn is_request(bundle: &Map<String, Value>) -> bool {
    bundle.get("type").is_some_and(|kind| kind == "transaction" || kind == "batch")
}

/// A document says at its beginning whom it is about, a collection may.
fn is_about_nobody(issue: &Issue) -> bool {
    key(issue) == Some(NOBODY) && issue.severity.refuses()
}

fn weaken(issue: &mut Issue) {
    *issue = issue.clone().warning();
}

/// The key of the constraint that was broken.
fn key(issue: &Issue) -> Option<&str> {
    issue.rule.as_ref()?.key.as_deref()
}

/// The element; a finding about its value is one about the element.
fn place(issue: &Issue) -> &str {
    let expression = issue.expression.as_deref().unwrap_or_default();
    expression.strip_suffix(".value").unwrap_or(expression)
}

/// Whether a constraint made from the catalogue says of an element what a finding about its item
/// says: that the value is of another kind, in another unit, impossible, or no answer of the list.
fn same(issue: &Issue, meant: &Issue) -> bool {
    let (Some(made), Some(meant_by)) = (key(issue), key(meant)) else { return false };
    let kind = match meant_by {
        "mebe-item-kind" => "-type-",
        "mebe-item-unit" => "-unit-",
        "mebe-item-possible" if made == "mebe-bp-possible" => "",
        "mebe-item-possible" => "-range-",
        "mebe-item-answer" => "-answer-",
        _ => return false,
    };
    made.starts_with("mebe-") && made.contains(kind) && place(issue) == place(meant)
}

/// A finding about a resource in a Bundle.
fn below(issue: Issue, place: Option<&str>) -> Issue {
    let (Some(place), Some(expression)) = (place, &issue.expression) else { return issue };
    let path = expression.split_once('.').map(|(_, path)| format!("{place}.{path}"));
    Issue { expression: Some(path.unwrap_or_else(|| place.to_owned())), ..issue }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, LazyLock};

    use serde_json::json;

    use super::*;
    use crate::definitions::registry::Registry;
    use crate::fhir::date::Zone;
    use crate::fhir::time;

    static VALIDATOR: LazyLock<Validator> =
        LazyLock::new(|| Validator::new(Arc::new(Registry::r4().expect("R4"))));

    const GUIDE: &str = "https://mebe.example/fhir";

    fn errors(resource: &Value) -> Vec<Issue> {
        let clock = Clock { now: time::now().micros(), zone: Zone::default() };
        let levels = Levels::default();
        let mut found = findings(&VALIDATOR, (&levels, clock), resource, Request::default());
        found.retain(|issue| issue.severity.refuses());
        found
    }

    fn result(code: &str, more: &Value) -> Value {
        let coding = json!({ "system": "http://loinc.org", "code": code });
        let mut result = json!({ "resourceType": "Observation", "status": "final",
            "subject": { "reference": "Patient/1" }, "effectiveDateTime": "2026-02-01",
            "code": { "coding": [coding] } });
        for (key, value) in more.as_object().expect("an object") {
            result[key] = value.clone();
        }
        result
    }

    #[test]
    fn a_version_nobody_knows_is_no_way_around_a_profile() {
        let claim = |version: &str| {
            let profile = format!("{GUIDE}/StructureDefinition/mch-laboratory{version}");
            let item = format!("{GUIDE}/CodeSystem/mch-booklet-item");
            let coding = json!({ "system": item, "code": "A20" });
            json!({ "resourceType": "Observation", "meta": { "profile": [profile] },
                "status": "final", "code": { "coding": [coding] }, "valueBoolean": true })
        };
        let plain = errors(&claim(""));
        assert!(!plain.is_empty());
        let versioned = errors(&claim("|999"));
        assert_eq!(versioned.len(), plain.len(), "{versioned:#?}");
    }

    #[test]
    fn an_impossible_value_is_told_beside_other_errors() {
        // Of a profile that is claimed, and wrong in another way as well.
        let weight = json!({ "value": 7000, "system": "http://unitsofmeasure.org", "code": "kg" });
        let claimed = json!({ "meta": { "profile": [format!("{GUIDE}/StructureDefinition/mch-maternal-observation")] },
            "valueQuantity": weight, "status": "x" });
        let found = errors(&result("29463-7", &claimed));
        let is_about =
            |place: &str| found.iter().any(|issue| issue.expression.as_deref() == Some(place));
        assert!(is_about("Observation.status"), "{found:#?}");
        assert!(is_about("Observation.value"), "{found:#?}");
    }
}
