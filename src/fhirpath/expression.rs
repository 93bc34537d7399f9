//! A whole expression: compiled once, evaluated often.

use std::cell::Cell;

use super::datum::{Collection, Datum};
use super::environment::Environment;
use super::error::PathError;
use super::evaluation::Evaluator;
use super::evaluation_error::EvaluationError;
use super::kind::{Dialect, Kind};
use super::parser::parse;
use super::plan::Plan;
use super::planner::{Planner, Types};
use super::planner_variable::Variables;
use super::scope::Scope;
use super::variable::require;
use crate::definitions::shape::Shapes;

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

#[cfg(test)]
mod tests;
