//! The compiled form of a path: every name is a JSON key, every test of a type a list of types.

use serde_json::Value;

use super::evaluator::Evaluator;
use super::item::{Item, Items, Type};
use crate::fhir::kind::ResourceKind;

/// A compiled path.
#[derive(Debug)]
pub struct Path {
    pub(super) arms: Box<[Arm]>,
}

/// One part of a path that is a union at its top; a path that is none has one.
#[derive(Debug)]
pub struct Arm {
    pub(super) program: Program,
    pub(super) types: Box<[Type]>,
}

/// How to find a collection.
#[derive(Debug, Clone)]
pub(super) enum Program {
    Empty,
    Boolean(bool),
    String(Box<str>),
    Number(Box<str>),
    Steps(Start, Vec<ProgramStep>),
    Union(Box<[Program]>),
    Equal { equal: bool, left: Box<Program>, right: Box<Program> },
    And(Box<Program>, Box<Program>),
    Or(Box<Program>, Box<Program>),
}

/// Where steps begin.
#[derive(Debug, Clone)]
pub(super) enum Start {
    Focus,
    Resource,
    Program(Box<Program>),
}

/// From one collection to the next.
#[derive(Debug, Clone)]
pub(super) enum ProgramStep {
    Child(Box<[Edge]>),
    Where(Program),
    OfType(Box<[Type]>),
    Is(Box<[Type]>),
    /// Whether a reference points at this type.
    ResolvesTo(ResourceKind),
    /// Extensions with this URL.
    Extension(Box<str>),
    Index(usize),
    Exists,
    Empty,
    Not,
}

/// The way along one JSON key.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) from: Type,
    pub(super) key: Box<str>,
    pub(super) to: Type,
}

/// A JSON key of the focus that an arm begins with.
#[derive(Debug, Clone, Copy)]
pub struct Trigger<'a> {
    pub key: &'a str,
    to: Type,
}

impl Path {
    /// What the path gives for a focus within a resource.
    pub fn evaluate<'a>(&'a self, resource: Item<'a>, focus: Item<'a>) -> Items<'a> {
        let mut items = Items::new();
        for arm in &self.arms {
            items.extend(arm.evaluate(resource, focus));
        }
        items
    }

    /// The parts of the union at the top of the path.
    pub fn arms(&self) -> &[Arm] {
        &self.arms
    }

    /// The parts of the union at the top of the path.
    pub fn into_arms(self) -> Box<[Arm]> {
        self.arms
    }

    /// The types that items of the path may have.
    pub fn types(&self) -> Vec<Type> {
        let mut types = Vec::new();
        for kind in self.arms.iter().flat_map(|arm| &arm.types) {
            if !types.contains(kind) {
                types.push(*kind);
            }
        }
        types
    }
}

impl Arm {
    /// The types that items of this arm may have.
    pub fn types(&self) -> &[Type] {
        &self.types
    }

    /// What the arm gives for a focus within a resource.
    pub fn evaluate<'a>(&'a self, resource: Item<'a>, focus: Item<'a>) -> Items<'a> {
        Evaluator { resource }.program(&self.program, focus)
    }

    /// The keys of the focus without any of which the arm gives nothing; none when it may give
    /// something anyway, and so has to be evaluated always.
    pub fn triggers(&self) -> Option<Vec<Trigger<'_>>> {
        let Program::Steps(Start::Focus, steps) = &self.program else { return None };
        let (ProgramStep::Child(edges), rest) = steps.split_first()? else { return None };
        let makes_from_nothing =
            |step: &ProgramStep| matches!(step, ProgramStep::Exists | ProgramStep::Empty);
        if rest.iter().any(makes_from_nothing) {
            return None;
        }
        Some(edges.iter().map(|edge| Trigger { key: &edge.key, to: edge.to }).collect())
    }

    /// What the arm gives when it begins with the value of one of its keys, which the caller has
    /// found already.
    pub fn evaluate_below<'a>(
        &'a self,
        resource: Item<'a>,
        kind: Type,
        value: &'a Value,
    ) -> Items<'a> {
        let mut items = Items::new();
        push(&mut items, value, kind);
        if let Program::Steps(_, steps) = &self.program {
            let rest = steps.get(1..).unwrap_or_default();
            Evaluator { resource }.steps(rest, &mut items);
        }
        items
    }
}

impl Trigger<'_> {
    /// The type of what the key holds.
    pub fn kind(self) -> Type {
        self.to
    }
}

/// Adds what a key holds: each value of an array, or the one value.
pub(super) fn push<'a>(items: &mut Items<'a>, value: &'a Value, kind: Type) {
    match value {
        Value::Null => {}
        Value::Array(values) => items.extend(
            values.iter().filter(|value| !value.is_null()).map(|value| Item::Node { value, kind }),
        ),
        value => items.push(Item::Node { value, kind }),
    }
}
