//! A whole expression: compiled once, evaluated often.
//!
//! [`planner`] follows the types and makes a [`plan`]. [`run`] evaluates it, [`condition`] where
//! only a truth is wanted; [`navigate`] leads from items to the elements below them, [`operator`]
//! computes. What they share is the [`evaluator`] (what an evaluation may ask, and its steps), a
//! [`scope`] (what `$this` and [`variable`]s are here) and an [`outcome`]. The [`environment`] is
//! what only the caller knows.

mod condition;
pub mod environment;
pub mod evaluation_error;
pub(super) mod evaluator;
pub(super) mod navigate;
pub(super) mod operator;
pub(super) mod outcome;
pub(super) mod pattern;
pub(super) mod plan;
mod planner;
mod run;
pub(super) mod scope;
mod variable;

#[cfg(test)]
mod tests;

use std::cell::Cell;

use super::syntax::error::PathError;
use super::syntax::parser::parse;
use super::value::datum::{Collection, Datum};
use super::value::kind::{Dialect, Kind};
use crate::definitions::shape::Shapes;
use environment::Environment;
use evaluation_error::EvaluationError;
use evaluator::Evaluator;
use plan::Plan;
use planner::variable::Variables;
use planner::{Planner, Types};
use scope::Scope;
use variable::require;

/// How many regular expressions are compiled with an expression; more of them are when they are
/// met, and cost steps. One takes up to some milliseconds.
const PATTERNS: usize = 16;

/// A compiled expression.
#[derive(Debug)]
pub struct Expression {
    plan: Plan,
    /// The variables that the caller has to give.
    variables: Box<[Box<str>]>,
    /// The types of its result as far as they are known beforehand.
    types: Option<Box<[Kind]>>,
}

impl Expression {
    /// Compiles an expression that begins at items of these types; none: of any type.
    pub fn compile(
        shapes: &Shapes,
        focus: Option<&[Kind]>,
        dialect: Dialect,
        text: &str,
    ) -> Result<Self, PathError> {
        let tree = parse(text)?;
        let types = Types { kinds: focus.map(<[_]>::to_vec), ordered: true };
        let planner = Planner {
            shapes,
            dialect,
            variables: Variables::default(),
            patterns: Cell::new(PATTERNS),
        };
        let planned = planner.expression(&tree, &types)?;
        let types = planned.types.kinds.map(Vec::into_boxed_slice);
        Ok(Self { plan: planned.plan, variables: planner.variables.free(), types })
    }

    /// The types that items of the result may have; none where any is possible.
    pub fn types(&self) -> Option<&[Kind]> {
        self.types.as_deref()
    }

    /// What the expression gives for a focus. The shapes are those it was compiled with.
    pub fn evaluate<'a>(
        &'a self,
        shapes: &'a Shapes,
        environment: &Environment<'a>,
        focus: &[Datum<'a>],
    ) -> Result<Collection<'a>, EvaluationError> {
        let evaluator = Evaluator::new(environment, shapes, focus);
        require(&evaluator, &self.variables)?;
        let scope = Scope { focus, index: 0, total: &[], defined: None };
        let found = evaluator.plan(&self.plan, &scope);
        evaluator.settle();
        found
    }

    /// The expression as a condition; none when it gives nothing.
    pub fn condition<'a>(
        &'a self,
        shapes: &'a Shapes,
        environment: &Environment<'a>,
        focus: &[Datum<'a>],
    ) -> Result<Option<bool>, EvaluationError> {
        let evaluator = Evaluator::new(environment, shapes, focus);
        require(&evaluator, &self.variables)?;
        let scope = Scope { focus, index: 0, total: &[], defined: None };
        let truth = evaluator.condition(&self.plan, &scope);
        evaluator.settle();
        truth
    }
}
