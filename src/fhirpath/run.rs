//! Runs a plan, <http://hl7.org/fhirpath/N1/#expressions>.

use std::cell::Cell;

use super::arithmetic::{arithmetic, negative};
use super::datum::{Collection, Datum};
use super::environment::Environment;
use super::evaluation_error::EvaluationError;
use super::function::existence::distinct;
use super::function::signature::{Call, one, only};
use super::kind::{Dialect, Kind};
use super::navigate::member;
use super::plan::{As, Ask, Plan, Step};
use super::variable::{Defined, define, variable};
use crate::budget;
use crate::definitions::shape::Shapes;

/// Steps of looking at two units.
const UNITS: usize = 200;

pub(crate) type Outcome<'a> = Result<Collection<'a>, EvaluationError>;

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

/// What changes from one part of an expression to another.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s, 'a> {
    /// `$this`
    pub(crate) focus: &'s [Datum<'a>],
    /// `$index`
    pub(crate) index: usize,
    /// `$total`
    pub(crate) total: &'s [Datum<'a>],
    /// What `defineVariable()` made.
    pub(crate) defined: Option<&'s Defined<'s, 'a>>,
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

    pub(crate) fn plan(&self, plan: &'a Plan, scope: &Scope<'_, 'a>) -> Outcome<'a> {
        self.spend(1)?;
        match plan {
            Plan::Empty | Plan::Type(_) => Ok(Collection::new()),
            Plan::Literal(datum) => Ok(only(datum.borrowed())),
            Plan::Literals(data) => Ok(data.iter().map(Datum::borrowed).collect()),
            Plan::External(name) => variable(self, name, scope),
            Plan::Path(start, steps) => {
                let (items, steps) = match (start, &**steps) {
                    (Some(start), steps) => (self.plan(start, scope)?, steps),
                    // Most paths begin with an element: the focus need not be copied for it.
                    (None, [Step::Member(first), rest @ ..]) => {
                        (member(self, first, scope.focus)?, rest)
                    }
                    (None, steps) => (self.copied(scope.focus)?, steps),
                };
                self.steps(steps, items, scope)
            }
            Plan::Negative(operand) => negative(self, &self.plan(operand, scope)?),
            Plan::Binary(operator, operands) if operator.is_arithmetic() => {
                let (left, right) = &**operands;
                let (left, right) = (self.plan(left, scope)?, self.plan(right, scope)?);
                arithmetic(self, *operator, &left, &right)
            }
            Plan::Binary(operator, operands) => {
                let truth = self.binary(*operator, operands, scope)?;
                Ok(truth.map(Datum::Boolean).into_iter().collect())
            }
            Plan::Is(operand, test, dialect) => {
                let items = self.plan(operand, scope)?;
                let item = one(&items, || "`is`".into())?;
                let is = item.map(|item| test.is(self.shapes, item.kind()));
                let is = is.or((*dialect == Dialect::Definitions).then_some(false));
                Ok(is.map(Datum::Boolean).into_iter().collect())
            }
            Plan::As(operand, test, filters) => {
                let mut items = self.plan(operand, scope)?;
                if *filters == As::Refuses {
                    one(&items, || "`as`".into())?;
                }
                items.retain(|item| test.is_exactly(self.shapes, item.kind()));
                Ok(items)
            }
            Plan::Union(parts) => {
                let mut union = Collection::new();
                for part in parts {
                    self.spend(union.len() / 64)?;
                    union.extend(self.plan(part, scope)?);
                }
                distinct(self, &union)
            }
        }
    }

    pub(super) fn steps(
        &self,
        steps: &'a [Step],
        mut items: Collection<'a>,
        scope: &Scope<'_, 'a>,
    ) -> Outcome<'a> {
        for (at, step) in steps.iter().enumerate() {
            if let Step::Define(variable) = step {
                let defined = define(self, variable, &items, scope)?;
                let rest = steps.get(at + 1..).unwrap_or_default();
                return self.steps(rest, items, &Scope { defined: Some(&defined), ..*scope });
            }
            items = self.step(step, items, scope)?;
        }
        Ok(items)
    }

    fn step(&self, step: &'a Step, items: Collection<'a>, scope: &Scope<'_, 'a>) -> Outcome<'a> {
        self.spend(1)?;
        match step {
            Step::Member(name) => member(self, name, &items),
            Step::This | Step::Define(_) => Ok(items),
            Step::Ask(ask) => Ok(only(Datum::Boolean(items.is_empty() == (*ask == Ask::Empty)))),
            Step::Index => Ok(only(Datum::Integer(i64::try_from(scope.index).unwrap_or(i64::MAX)))),
            Step::Total => self.copied(scope.total),
            Step::Root(test) => {
                let mut items = items;
                items.retain(|item| test.is(self.shapes, item.kind()));
                Ok(items)
            }
            Step::Indexer(index) => {
                let index = self.plan(index, scope)?;
                let index = one(&index, || "`[]`".into())?;
                let Some(index) = index else { return Ok(Collection::new()) };
                let Some(Datum::Integer(index)) = index.system(self.shapes) else {
                    return Err(self.wrong_type("`[]`".into(), "a whole number", index));
                };
                let at = usize::try_from(index).unwrap_or(usize::MAX);
                Ok(items.into_iter().nth(at).into_iter().collect())
            }
            Step::Call(invoked) => {
                let call = Call { run: self, input: items, invoked, scope };
                let found = (invoked.signature.run)(call)?;
                self.spend(found.len())?;
                Ok(found)
            }
        }
    }

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
