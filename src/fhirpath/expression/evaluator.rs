//! One evaluation: what it may ask, and the steps it may still take.

use std::cell::Cell;

use super::environment::Environment;
use super::evaluation_error::EvaluationError;
use super::outcome::Outcome;
use crate::budget;
use crate::definitions::shape::Shapes;
use crate::fhirpath::value::datum::Datum;
use crate::fhirpath::value::kind::Kind;

/// Steps of looking at two units.
const UNITS: usize = 200;

/// What stays the same during one evaluation.
pub(crate) struct Evaluator<'e, 'a> {
    pub(crate) environment: &'e Environment<'a>,
    pub(crate) shapes: &'a Shapes,
    /// The focus of the whole expression.
    pub(crate) context: &'e [Datum<'a>],
    /// Steps that it was given.
    granted: u64,
    /// Steps that may still be taken.
    left: Cell<u64>,
}

impl<'e, 'a> Evaluator<'e, 'a> {
    /// Begins an evaluation, within what is left of the request's budget.
    pub(crate) fn new(
        environment: &'e Environment<'a>,
        shapes: &'a Shapes,
        context: &'e [Datum<'a>],
    ) -> Self {
        let granted = environment.steps.min(budget::steps_left());
        Self { environment, shapes, context, granted, left: Cell::new(granted) }
    }

    /// Takes what was used from the request's budget.
    pub(crate) fn settle(&self) {
        let left = self.left.get();
        // One that needed more than was left has spent the budget.
        let over = u64::from(left == 0 && self.granted < self.environment.steps);
        // Who asks for more next is refused.
        let _spent = budget::spend_steps(self.granted - left + over);
    }

    /// Takes steps from the budget.
    pub(crate) fn spend(&self, steps: usize) -> Result<(), EvaluationError> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let left = self.left.get().checked_sub(steps);
        self.left.set(left.unwrap_or_default());
        left.map(|_| ()).ok_or(EvaluationError::TooManySteps(self.environment.steps))
    }

    /// Takes the steps of a text that is looked at.
    pub(crate) fn spend_text(&self, text: &str) -> Result<(), EvaluationError> {
        self.spend_size(text.len())
    }

    /// Takes the steps of a text of so many bytes, before it is made.
    pub(crate) fn spend_size(&self, bytes: usize) -> Result<(), EvaluationError> {
        self.spend(bytes / 16 + 1)
    }

    /// Takes the steps of bringing two quantities to one unit.
    pub(crate) fn spend_units(
        &self,
        left: &Datum<'_>,
        right: &Datum<'_>,
    ) -> Result<(), EvaluationError> {
        match (left, right) {
            (Datum::Quantity(left), Datum::Quantity(right)) if left.unit != right.unit => {
                self.spend(UNITS)
            }
            _ => Ok(()),
        }
    }

    /// A copy of items, each of which is a step.
    pub(crate) fn copied(&self, items: &[Datum<'a>]) -> Outcome<'a> {
        self.spend(items.len())?;
        Ok(items.into())
    }

    /// An error for an item that is not of a type that is taken.
    pub(crate) fn wrong_type(
        &self,
        what: String,
        expected: &'static str,
        item: &Datum<'a>,
    ) -> EvaluationError {
        let found = self.type_name(item.kind());
        EvaluationError::WrongType { what, expected, found }
    }

    fn type_name(&self, kind: Kind) -> String {
        let (namespace, name) = kind.name(self.shapes);
        format!("{namespace}.{name}")
    }
}
