//! The compiled form of an expression: names are found, types are tests, functions are pointers.

use super::pattern::Pattern;
use crate::fhirpath::function::signature::Signature;
use crate::fhirpath::syntax::ast::Operator;
use crate::fhirpath::value::datum::Datum;
use crate::fhirpath::value::kind::{Dialect, Kind, TypeTest};

/// How to find a collection.
#[derive(Debug)]
pub(in crate::fhirpath) enum Plan {
    Empty,
    Literal(Datum<'static>),
    /// A union of literals, each once.
    Literals(Box<[Datum<'static>]>),
    External(Box<str>),
    /// Steps from the focus, or from what a plan gives.
    Path(Option<Box<Plan>>, Box<[PlanStep]>),
    Negative(Box<Plan>),
    Binary(Operator, Box<(Plan, Plan)>),
    Is(Box<Plan>, TypeTest, Dialect),
    As(Box<Plan>, TypeTest, As),
    Union(Box<[Plan]>),
    /// The argument of `is`, `as` and `ofType`.
    Type(TypeTest),
}

/// What `as` does with more than one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fhirpath) enum As {
    Refuses,
    Filters,
}

/// From one collection to the next.
#[derive(Debug)]
pub(in crate::fhirpath) enum PlanStep {
    Member(Member),
    /// The name of a type at the start of a path.
    Root(TypeTest),
    Indexer(Plan),
    This,
    Index,
    Total,
    /// `defineVariable()`
    Define(Box<Define>),
    /// `exists()` and `empty()`
    Ask(Ask),
    Call(Box<Invoked>),
}

/// A question about a whole collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fhirpath) enum Ask {
    Exists,
    Empty,
}

/// A variable for the steps that follow, and its value where that is not the input.
#[derive(Debug)]
pub(in crate::fhirpath) struct Define {
    pub(in crate::fhirpath) name: Plan,
    pub(in crate::fhirpath) value: Option<Plan>,
}

/// An element by its name, with the ways to it from every type that was foreseen.
#[derive(Debug)]
pub(in crate::fhirpath) struct Member {
    pub(in crate::fhirpath) name: Box<str>,
    pub(in crate::fhirpath) ways: Box<[Way]>,
}

/// The way along one JSON key.
#[derive(Debug, Clone)]
pub(in crate::fhirpath) struct Way {
    pub(in crate::fhirpath) from: Kind,
    pub(in crate::fhirpath) key: Box<str>,
    /// `_birthDate`, for a primitive.
    pub(in crate::fhirpath) extra: Option<Box<str>>,
    pub(in crate::fhirpath) to: Kind,
}

/// A function and what it is called with.
#[derive(Debug)]
pub(in crate::fhirpath) struct Invoked {
    pub(in crate::fhirpath) signature: &'static Signature,
    pub(in crate::fhirpath) arguments: Box<[Plan]>,
    /// A regular expression that is known beforehand.
    pub(in crate::fhirpath) pattern: Option<Pattern>,
    /// How `as` takes a collection.
    pub(in crate::fhirpath) filters: As,
}
