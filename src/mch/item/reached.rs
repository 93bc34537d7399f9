//! Which items an Observation reaches, and by whose codes.

use serde_json::{Map, Value};

use crate::fhir::member::of;
use crate::mch::catalogue::{Catalogue, Item};
use crate::mch::record::concept::codings;

const SNOMED: &str = "http://snomed.info/sct";

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// Items that one code of an Observation or of a component may mean.
#[derive(Debug)]
pub(super) struct Reached<'r> {
    pub(super) items: Vec<&'r Item>,
    /// What has the code: the Observation or a component of it.
    pub(super) holder: &'r Object,
    /// The position of the component.
    pub(super) component: Option<usize>,
    /// Whether only codes of SNOMED CT lead here: a concept says what is meant, not how it is told.
    pub(super) by_concept: bool,
    /// Whose codes lead here.
    pub(super) by: Whose,
}

/// Whose codes an Observation speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Ours,
    Others,
}

/// The items of an Observation. Where it or a component has a code of ours, only that counts there; a
/// part without one, such as the two of a blood pressure, is known by everybody's.
pub(super) fn reached<'r>(
    catalogue: &'r Catalogue,
    observation: &'r Object,
) -> (Whose, Vec<Reached<'r>>) {
    let components = observation.get("component").and_then(Value::as_array);
    let components = components.into_iter().flatten().enumerate();
    let components = components.filter_map(|(at, one)| Some((Some(at), one.as_object()?)));
    let holders: Vec<_> = [(None, observation)].into_iter().chain(components).collect();
    let speaks_ours =
        |holder: &Object| codings(of(holder, "code")).any(|(system, _)| catalogue.is_ours(system));
    let is_ours = holders.iter().any(|(_, holder)| speaks_ours(holder));
    let whose = if is_ours { Whose::Ours } else { Whose::Others };
    let found = holders.into_iter().filter_map(|(component, holder)| {
        let speaks_ours = speaks_ours(holder);
        // What the whole is called by others is said better by its parts.
        if is_ours && !speaks_ours && component.is_none() {
            return None;
        }
        let codes = codings(of(holder, "code"));
        let codes = codes.filter(|(system, _)| catalogue.is_ours(system) == speaks_ours);
        let mut items: Vec<&Item> = Vec::new();
        let mut by_concept = true;
        for (system, code) in codes {
            for item in catalogue.items(system, code) {
                by_concept &= system == SNOMED;
                if !items.iter().any(|known| known.id == item.id) {
                    items.push(item);
                }
            }
        }
        let by = if speaks_ours { Whose::Ours } else { Whose::Others };
        (!items.is_empty()).then_some(Reached { items, holder, component, by_concept, by })
    });
    (whose, found.collect())
}

impl Reached<'_> {
    /// Whether a code of the booklet leads here.
    pub(super) fn is_ours(&self) -> bool {
        self.by == Whose::Ours
    }
}
