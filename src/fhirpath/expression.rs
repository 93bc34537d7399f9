//! A whole expression: compiled once, evaluated often.

use std::cell::Cell;

use super::datum::{Collection, Datum};
use super::environment::Environment;
use super::error::PathError;
use super::evaluation_error::EvaluationError;
use super::kind::{Dialect, Kind};
use super::parser::parse;
use super::plan::Plan;
use super::planner::{Planner, Types};
use super::run::{Evaluator, Scope};
use crate::definitions::shape::Shapes;

/// A compiled expression.
#[derive(Debug)]
pub struct Expression {
    plan: Plan,
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
        let planned = Planner { shapes, dialect }.expression(&tree, &types)?;
        Ok(Self { plan: planned.plan })
    }

    /// What the expression gives for a focus. The shapes are those it was compiled with.
    pub fn evaluate<'a>(
        &'a self,
        shapes: &'a Shapes,
        environment: &Environment<'a>,
        focus: &[Datum<'a>],
    ) -> Result<Collection<'a>, EvaluationError> {
        let left = Cell::new(environment.steps);
        let evaluator = Evaluator { environment, shapes, context: focus, left };
        evaluator.plan(&self.plan, &Scope { focus, index: 0, total: &[] })
    }

    /// The expression as a condition; none when it gives nothing.
    pub fn condition<'a>(
        &'a self,
        shapes: &'a Shapes,
        environment: &Environment<'a>,
        focus: &[Datum<'a>],
    ) -> Result<Option<bool>, EvaluationError> {
        let left = Cell::new(environment.steps);
        let evaluator = Evaluator { environment, shapes, context: focus, left };
        let found = evaluator.plan(&self.plan, &Scope { focus, index: 0, total: &[] })?;
        evaluator.truth(&found)
    }
}
