//! Runs a compiled path.
//!
//! Every result borrows from the resource or from the program. A comparison with nothing is
//! nothing, and `and` and `or` have three values, <http://hl7.org/fhirpath/N1/#boolean-logic>.

use serde_json::Value;

use super::item::{Item, Items};
use super::program::{Edge, Program, ProgramStep, Start, push};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, text};
use crate::fhir::{decimal, reference};

/// What stays the same while one path is run.
#[derive(Clone, Copy)]
pub(super) struct Evaluator<'a> {
    pub(super) resource: Item<'a>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn program(self, program: &'a Program, focus: Item<'a>) -> Items<'a> {
        let mut items = Items::new();
        match program {
            Program::Empty => {}
            Program::Boolean(value) => items.push(Item::Boolean(*value)),
            Program::String(text) => items.push(Item::String(text)),
            Program::Number(text) => items.push(Item::Number(text)),
            Program::Union(parts) => {
                items.extend(parts.iter().flat_map(|part| self.program(part, focus)));
            }
            Program::Steps(start, steps) => {
                match start {
                    Start::Focus => items.push(focus),
                    Start::Resource => items.push(self.resource),
                    Start::Program(inner) => items = self.program(inner, focus),
                }
                self.steps(steps, &mut items);
            }
            Program::Equal { equal, left, right } => {
                let same = same(&self.program(left, focus), &self.program(right, focus));
                items.extend(same.map(|same| Item::Boolean(same == *equal)));
            }
            Program::And(left, right) => {
                let truth = match (self.truth(left, focus), self.truth(right, focus)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                };
                items.extend(truth.map(Item::Boolean));
            }
            Program::Or(left, right) => {
                let truth = match (self.truth(left, focus), self.truth(right, focus)) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                };
                items.extend(truth.map(Item::Boolean));
            }
        }
        items
    }

    pub(super) fn steps(self, steps: &'a [ProgramStep], items: &mut Items<'a>) {
        for step in steps {
            match step {
                ProgramStep::Child(edges) => *items = children(edges, items),
                ProgramStep::Where(criteria) => {
                    items.retain(|item| self.truth(criteria, *item) == Some(true));
                }
                ProgramStep::OfType(types) => items.retain(|item| types.contains(&item.kind())),
                ProgramStep::Extension(url) => items.retain(|item| {
                    let found = item.value().and_then(|extension| text(extension, "url"));
                    found == Some(&**url)
                }),
                ProgramStep::Index(index) => {
                    let found = items.get(*index).copied();
                    items.clear();
                    items.extend(found);
                }
                ProgramStep::Is(types) => {
                    each(items, |item| Item::Boolean(types.contains(&item.kind())));
                }
                ProgramStep::ResolvesTo(kind) => {
                    each(items, |item| Item::Boolean(points_at(item, *kind)));
                }
                ProgramStep::Not => {
                    let truth = truth(items);
                    items.clear();
                    items.extend(truth.map(|truth| Item::Boolean(!truth)));
                }
                ProgramStep::Exists | ProgramStep::Empty => {
                    let truth = items.is_empty() == matches!(step, ProgramStep::Empty);
                    items.clear();
                    items.push(Item::Boolean(truth));
                }
            }
        }
    }

    fn truth(self, program: &'a Program, focus: Item<'a>) -> Option<bool> {
        truth(&self.program(program, focus))
    }
}

fn children<'a>(edges: &'a [Edge], items: &Items<'a>) -> Items<'a> {
    let mut found = Items::new();
    for item in items {
        let Item::Node { value, kind } = *item else { continue };
        for edge in edges.iter().filter(|edge| edge.from == kind) {
            if let Some(value) = member(value, &edge.key) {
                push(&mut found, value, edge.to);
            }
        }
    }
    found
}

fn each<'a>(items: &mut Items<'a>, change: impl Fn(Item<'a>) -> Item<'a>) {
    for item in items {
        *item = change(*item);
    }
}

/// A collection as a condition: one item that is no boolean is true,
/// <http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections>.
fn truth(items: &Items<'_>) -> Option<bool> {
    match items.as_slice() {
        [item] => Some(item.boolean().unwrap_or(true)),
        _ => None,
    }
}

fn same(left: &Items<'_>, right: &Items<'_>) -> Option<bool> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let pairs = || left.iter().zip(right).all(|(left, right)| same_item(*left, *right));
    Some(left.len() == right.len() && pairs())
}

fn same_item(left: Item<'_>, right: Item<'_>) -> bool {
    if let (Some(left), Some(right)) = (left.string(), right.string()) {
        return left == right;
    }
    if let (Some(left), Some(right)) = (left.boolean(), right.boolean()) {
        return left == right;
    }
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        return decimal::value(left) == decimal::value(right);
    }
    matches!((left.value(), right.value()), (Some(left), Some(right)) if left == right)
}

/// Whether a reference points at a resource of this type, as its text or its `type` tells.
fn points_at(item: Item<'_>, kind: ResourceKind) -> bool {
    let told = match item.value() {
        Some(Value::String(url)) => return reference::kind(url) == Some(kind),
        Some(value) => value,
        None => return false,
    };
    match text(told, "reference").and_then(reference::kind) {
        Some(found) => found == kind,
        None => text(told, "type") == Some(kind.name()),
    }
}
