//! The constraints of an element, and which of them a value can break.

use rustc_hash::FxHashMap;
use serde_json::Value;
use smallvec::SmallVec;

use super::constraint::Constraint;
use crate::definitions::shape::{Content, Shape, Shapes};
use crate::fhir::member::members;
use crate::fhirpath::syntax::premise::Premise;
use crate::fhirpath::value::kind::Kind;

/// Positions of constraints.
type Places = SmallVec<[usize; 8]>;

/// Constraints, in the order of the definition.
#[derive(Debug, Default)]
pub(in crate::validation) struct Constraints {
    all: Vec<Constraint>,
    always: Vec<usize>,
    premises: Vec<Coded>,
}

/// Constraints that hold unless one of their values stands at a place.
#[derive(Debug)]
struct Coded {
    path: Vec<String>,
    member: String,
    by_value: FxHashMap<String, Places>,
}

impl Constraints {
    /// Takes constraints on values of these types, each with the text of its expression.
    pub(in crate::validation::profile) fn new(
        shapes: &Shapes,
        focus: &[Kind],
        texts: Vec<(Constraint, &str)>,
    ) -> Self {
        let mut constraints = Self::default();
        for (at, (constraint, text)) in texts.into_iter().enumerate() {
            let premise = Premise::of(text).filter(|premise| is_plain(shapes, focus, premise));
            match premise.filter(|_| constraint.expression.is_ok()) {
                Some(premise) => constraints.add(at, premise),
                None => constraints.always.push(at),
            }
            constraints.all.push(constraint);
        }
        constraints
    }

    pub(in crate::validation::profile) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Those that a value may break; all others hold.
    pub(in crate::validation) fn due(&self, value: &Value) -> impl Iterator<Item = &Constraint> {
        let mut places: Places = SmallVec::from_slice(&self.always);
        for coded in &self.premises {
            coded.find(value, &coded.path, &mut places);
        }
        if !self.premises.is_empty() {
            places.sort_unstable();
            places.dedup();
        }
        places.into_iter().filter_map(|at| self.all.get(at))
    }

    fn add(&mut self, at: usize, premise: Premise) {
        let Premise { path, member, values } = premise;
        let known = self.premises.iter_mut();
        let mut known = known.filter(|one| one.path == path && one.member == member);
        let coded = match known.next() {
            Some(coded) => coded,
            None => {
                drop(known);
                self.premises.push(Coded { path, member, by_value: FxHashMap::default() });
                let Some(last) = self.premises.last_mut() else { return };
                last
            }
        };
        for value in values {
            coded.by_value.entry(value).or_default().push(at);
        }
    }
}

impl Coded {
    fn find(&self, value: &Value, path: &[String], places: &mut Places) {
        match path.split_first() {
            Some((name, below)) => {
                for value in members(value, name) {
                    self.find(value, below, places);
                }
            }
            None => {
                for found in members(value, &self.member).iter().filter_map(Value::as_str) {
                    places.extend(self.by_value.get(found).into_iter().flatten().copied());
                }
            }
        }
    }
}

/// Whether the keys of JSON are the names of the path: none of its elements is a choice.
fn is_plain(shapes: &Shapes, focus: &[Kind], premise: &Premise) -> bool {
    let [kind] = focus else { return false };
    let shape = match kind {
        Kind::Resource(kind) => shapes.of(*kind),
        Kind::Element(Content::Complex(id)) => shapes.shape(*id),
        _ => None,
    };
    let below = |shape: Option<&'_ Shape>, name: &String| -> Option<Content> {
        let element = shape?.element(name)?;
        (*element.name == **name).then_some(element.content)
    };
    let mut shape = shape;
    for name in &premise.path {
        shape = match below(shape, name) {
            Some(Content::Complex(id)) => shapes.shape(id),
            _ => return false,
        };
    }
    matches!(below(shape, &premise.member), Some(Content::Primitive(_)))
}
