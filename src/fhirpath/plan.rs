//! The compiled form of an expression: names are found, types are tests, functions are pointers.

use super::ast::Operator;
use super::datum::Datum;
use super::function::signature::Signature;
use super::kind::{Dialect, Kind, TypeTest};
use super::pattern::Pattern;

/// How to find a collection.
#[derive(Debug)]
pub(super) enum Plan {
    Empty,
    Literal(Datum<'static>),
    /// A union of literals, each once.
    Literals(Box<[Datum<'static>]>),
    External(Box<str>),
    /// Steps from the focus, or from what a plan gives.
    Path(Option<Box<Plan>>, Box<[Step]>),
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
pub(super) enum As {
    Refuses,
    Filters,
}

/// From one collection to the next.
#[derive(Debug)]
pub(super) enum Step {
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
pub(super) enum Ask {
    Exists,
    Empty,
}

/// A variable for the steps that follow, and its value where that is not the input.
#[derive(Debug)]
pub(super) struct Define {
    pub(super) name: Plan,
    pub(super) value: Option<Plan>,
}

/// An element by its name, with the ways to it from every type that was foreseen.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: Box<str>,
    pub(super) ways: Box<[Way]>,
}

/// The way along one JSON key.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) from: Kind,
    pub(super) key: Box<str>,
    /// `_birthDate`, for a primitive.
    pub(super) extra: Option<Box<str>>,
    pub(super) to: Kind,
}

/// A function and what it is called with.
#[derive(Debug)]
pub(super) struct Invoked {
    pub(super) signature: &'static Signature,
    pub(super) arguments: Box<[Plan]>,
    /// A regular expression that is known beforehand.
    pub(super) pattern: Option<Pattern>,
    /// How `as` takes a collection.
    pub(super) filters: As,
}
