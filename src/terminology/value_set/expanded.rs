//! The expansion that a value set carries itself, <https://hl7.org/fhir/R4/valueset.html#expansion>:
//! it counts where the systems are not known well enough to work one out.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;
use smallvec::SmallVec;

use super::found::Found;
use crate::terminology::system::concept::Concept;
use crate::terminology::system::read_concept::{designations, list, text};

/// The codes of an expansion, in its order.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    pub(crate) entries: Vec<Found>,
    by_code: FxHashMap<Box<str>, SmallVec<[usize; 1]>>,
    /// Whether the set has no other codes.
    pub(crate) is_complete: bool,
}

impl Expanded {
    /// Takes the expansion of a value set, when it has one.
    pub(crate) fn of(value_set: &Value) -> Self {
        let mut made = Self::default();
        let Some(expansion) = value_set.get("expansion") else { return made };
        let mut listed = 0;
        let mut waiting: Vec<&Value> = list(expansion, "contains").iter().rev().collect();
        while let Some(entry) = waiting.pop() {
            waiting.extend(list(entry, "contains").iter().rev());
            listed += 1;
            if let Some(found) = found(entry) {
                let place = made.entries.len();
                made.by_code.entry(found.concept.code.clone()).or_default().push(place);
                made.entries.push(found);
            }
        }
        let total = expansion.get("total").and_then(Value::as_u64);
        let total = total.and_then(|total| usize::try_from(total).ok());
        let is_limited = list(expansion, "parameter")
            .iter()
            .any(|parameter| text(parameter, "name") == Some("limitedExpansion"));
        let says_everything = list(expansion, "extension").is_empty() && !is_limited;
        made.is_complete =
            listed > 0 && says_everything && total.is_none_or(|total| total <= listed);
        made
    }

    /// A code of a system, or of any.
    pub(crate) fn find(&self, system: Option<&str>, code: &str) -> Vec<Found> {
        let places = self.by_code.get(code).into_iter().flatten();
        let found = places.filter_map(|place| self.entries.get(*place));
        found
            .filter(|found| system.is_none_or(|system| *found.system == *system))
            .cloned()
            .collect()
    }
}

fn found(entry: &Value) -> Option<Found> {
    let is = |key: &str| entry.get(key) == Some(&Value::Bool(true));
    let concept = Concept {
        code: text(entry, "code")?.into(),
        display: text(entry, "display").map(Into::into),
        designations: designations(entry),
        is_inactive: is("inactive"),
        is_abstract: is("abstract"),
        ..Concept::default()
    };
    // Some published expansions write the version behind the system.
    let (system, version) = match text(entry, "system")?.split_once('|') {
        Some((system, version)) => (system, Some(version)),
        None => (text(entry, "system")?, text(entry, "version")),
    };
    Some(Found {
        system: system.into(),
        version: version.map(Into::into),
        source: None,
        concept: Arc::new(concept),
        listed: None,
        problems: Vec::new(),
    })
}
