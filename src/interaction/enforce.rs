//! Holds what comes to the profiles of the booklet, claimed or not.
//!
//! A code of ours promises the whole profile of its item: its errors refuse. Who reaches an item by
//! a code of everybody's alone is refused only where the value cannot be what the item means
//! ([`crate::mch::item`]); all else that the profile says is a warning. The profiles of R4 for vital
//! signs hold for their codes as R4 demands. How findings of a profile count is a setting.
//!
//! A resource is walked once: each profile weighs what its level says.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};

use crate::config::settings::Level;
use crate::fhir::issue::Issue;
use crate::mch::catalogue::catalogue;
use crate::mch::item::demand::{Demand, demands};
use crate::mch::item::meaning::{Meaning, NOBODY, meaning};
use crate::validation::validator::{Demands, Request, Validator, Weight};

/// Bundles in Bundles that are looked into.
const MOST_NESTED: usize = 4;

/// How findings of profiles count, by id.
#[derive(Debug, Clone, Default)]
pub struct Levels(BTreeMap<String, Level>);

/// What codes and claims ask for, as the levels weigh it.
struct Asked<'e>(&'e Levels);

impl Levels {
    /// Takes the setting.
    pub fn new(levels: BTreeMap<String, Level>) -> Self {
        Self(levels)
    }

    /// Whether any profile only tells.
    fn has_warning(&self) -> bool {
        self.0.values().any(|level| *level == Level::Warning)
    }

    /// How findings of the profile with this canonical count.
    fn of(&self, canonical: &str) -> Level {
        let url = canonical.split('|').next().unwrap_or(canonical);
        let id = url.rsplit('/').next().unwrap_or(url);
        self.0.get(url).or_else(|| self.0.get(id)).copied().unwrap_or_default()
    }
}

impl Demands for Asked<'_> {
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

/// Every finding about a resource that is to be stored, or might be.
pub fn findings(
    validator: &Validator,
    levels: &Levels,
    resource: &Value,
    request: Request<'_>,
) -> Vec<Issue> {
    let asked = Asked(levels);
    let mut issues = validator.check(resource, &Request { demands: Some(&asked), ..request });
    once(&mut issues);
    mean(levels, resource, None, MOST_NESTED, &mut issues);
    issues
}

/// Leaves out what another profile says of the same element in the same words: a profile repeats
/// what it inherits.
fn once(issues: &mut Vec<Issue>) {
    let mut seen = HashSet::new();
    issues.retain(|issue| {
        let words = (issue.expression.clone(), issue.text.vi.clone());
        seen.insert(words)
    });
}

/// Adds what cannot be meant, of a resource and of those in it.
fn mean(
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
                mean(levels, resource, Some(&place), below, issues);
            }
        }
        if !is_request(object) {
            issues.iter_mut().filter(|issue| is_about_nobody(issue)).for_each(tell);
        }
    }
    let at = |level| meaning(object, |canonical| levels.of(canonical) == level);
    let Meaning { issues: found, is_foreign } = at(Level::Error);
    let told = match levels.has_warning() {
        true => at(Level::Warning).issues,
        false => Vec::new(),
    };
    let told = told.into_iter().map(|issue| Weight::Tells.of(issue));
    let found: Vec<Issue> =
        found.into_iter().chain(told).map(|issue| below(issue, place)).collect();
    let is_refused = |issues: &[Issue]| {
        let mut errors = issues.iter().filter(|issue| issue.severity.refuses());
        errors.any(|issue| {
            let expression = issue.expression.as_deref().unwrap_or_default();
            place.is_none_or(|place| expression.starts_with(place))
        })
    };
    // Who keeps a profile was told by the profile already, but in words about many items.
    if is_foreign {
        issues
            .retain(|issue| issue.severity.refuses() || !found.iter().any(|one| same(issue, one)));
        issues.extend(found);
        return;
    }
    for issue in issues.iter_mut() {
        if let Some(one) = found.iter().find(|one| same(issue, one)) {
            issue.text = one.text.clone();
        }
    }
    if !is_refused(issues) {
        issues.extend(found);
    }
}

/// Whether a Bundle asks for its resources to be stored one by one.
fn is_request(bundle: &Map<String, Value>) -> bool {
    bundle.get("type").is_some_and(|kind| kind == "transaction" || kind == "batch")
}

/// A document says at its beginning whom it is about, a collection may.
fn is_about_nobody(issue: &Issue) -> bool {
    key(issue) == Some(NOBODY) && issue.severity.refuses()
}

fn tell(issue: &mut Issue) {
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
