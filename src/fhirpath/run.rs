//! Runs a plan, <http://hl7.org/fhirpath/N1/#expressions>.

use std::cell::Cell;

use super::arithmetic::{arithmetic, negative};
use super::ast::Operator;
use super::datum::{Collection, Datum};
use super::environment::Environment;
use super::equality::{contains, equal_collections, equivalent_collections};
use super::evaluation_error::EvaluationError;
use super::function::existence::distinct;
use super::function::signature::{Call, one, only};
use super::kind::{Dialect, Kind};
use super::navigate::member;
use super::order::compare;
use super::plan::{As, Plan, Step};
use super::variable::{Defined, define, variable};
use crate::definitions::shape::Shapes;

pub(crate) type Outcome<'a> = Result<Collection<'a>, EvaluationError>;

/// What stays the same during one evaluation.
pub(crate) struct Evaluator<'e, 'a> {
    pub(crate) environment: &'e Environment<'a>,
    pub(crate) shapes: &'a Shapes,
    /// The focus of the whole expression.
    pub(crate) context: &'e [Datum<'a>],
    /// Steps that may still be taken.
    pub(crate) left: Cell<u64>,
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
    /// Takes steps from the budget.
    pub(crate) fn spend(&self, steps: usize) -> Result<(), EvaluationError> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let left = self.left.get().checked_sub(steps);
        self.left.set(left.unwrap_or_default());
        left.map(|_| ()).ok_or(EvaluationError::TooManySteps(self.environment.steps))
    }

    /// Takes the steps of a text that was made.
    pub(crate) fn spend_text(&self, text: &str) -> Result<(), EvaluationError> {
        self.spend(text.len() / 16 + 1)
    }

    pub(crate) fn plan(&self, plan: &'a Plan, scope: &Scope<'_, 'a>) -> Outcome<'a> {
        self.spend(1)?;
        match plan {
            Plan::Empty | Plan::Type(_) => Ok(Collection::new()),
            Plan::Literal(datum) => Ok(only(datum.clone())),
            Plan::External(name) => variable(self, name, scope),
            Plan::Path(start, steps) => {
                let (items, steps) = match (start, &**steps) {
                    (Some(start), steps) => (self.plan(start, scope)?, steps),
                    // Most paths begin with an element: the focus need not be copied for it.
                    (None, [Step::Member(first), rest @ ..]) => {
                        (member(self, first, scope.focus)?, rest)
                    }
                    (None, steps) => (scope.focus.into(), steps),
                };
                self.steps(steps, items, scope)
            }
            Plan::Negative(operand) => negative(self, &self.plan(operand, scope)?),
            Plan::Binary(operator, operands) => self.binary(*operator, operands, scope),
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
                    union.extend(self.plan(part, scope)?);
                }
                distinct(self, &union)
            }
        }
    }

    fn steps(
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
            Step::Index => Ok(only(Datum::Integer(i64::try_from(scope.index).unwrap_or(i64::MAX)))),
            Step::Total => Ok(scope.total.into()),
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

    fn binary(
        &self,
        operator: Operator,
        operands: &'a (Plan, Plan),
        scope: &Scope<'_, 'a>,
    ) -> Outcome<'a> {
        use Operator::{
            And, Contains, Equal, Equivalent, Greater, GreaterOrEqual, Implies, In, Less,
            LessOrEqual, NotEqual, NotEquivalent, Or, Xor,
        };
        let left = self.plan(&operands.0, scope)?;
        if matches!(operator, And | Or | Xor | Implies) {
            let left = self.truth(&left)?;
            let decided = match (operator, left) {
                (And, Some(false)) => Some(false),
                (Or, Some(true)) | (Implies, Some(false)) => Some(true),
                _ => None,
            };
            let truth = match decided {
                Some(truth) => Some(truth),
                None => {
                    let right = self.truth(&self.plan(&operands.1, scope)?)?;
                    logic(operator, left, right)
                }
            };
            return Ok(truth.map(Datum::Boolean).into_iter().collect());
        }
        let right = self.plan(&operands.1, scope)?;
        let truth = match operator {
            Equal => equal_collections(self, &left, &right)?,
            NotEqual => equal_collections(self, &left, &right)?.map(|equal| !equal),
            Equivalent => Some(equivalent_collections(self, &left, &right)?),
            NotEquivalent => Some(!equivalent_collections(self, &left, &right)?),
            Less => compare(self, &left, &right)?.map(std::cmp::Ordering::is_lt),
            LessOrEqual => compare(self, &left, &right)?.map(std::cmp::Ordering::is_le),
            Greater => compare(self, &left, &right)?.map(std::cmp::Ordering::is_gt),
            GreaterOrEqual => compare(self, &left, &right)?.map(std::cmp::Ordering::is_ge),
            In => self.is_in(&left, &right, "`in`")?,
            Contains => self.is_in(&right, &left, "`contains`")?,
            operator => return arithmetic(self, operator, &left, &right),
        };
        Ok(truth.map(Datum::Boolean).into_iter().collect())
    }

    fn is_in(
        &self,
        item: &Collection<'a>,
        items: &Collection<'a>,
        what: &str,
    ) -> Result<Option<bool>, EvaluationError> {
        match one(item, || what.to_owned())? {
            Some(item) => contains(self, items, item).map(Some),
            None => Ok(None),
        }
    }

    /// A collection as a condition: one item that is no boolean is true,
    /// <http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections>.
    pub(crate) fn truth(&self, items: &Collection<'a>) -> Result<Option<bool>, EvaluationError> {
        let item = one(items, || "a condition".into())?;
        Ok(match item {
            Some(Datum::Node(node)) if node.value.is_null() => None,
            Some(item) => Some(item.boolean().unwrap_or(true)),
            None => None,
        })
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

/// Three-valued logic, <http://hl7.org/fhirpath/N1/#boolean-logic>.
fn logic(operator: Operator, left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (operator, left, right) {
        (Operator::And, Some(false), _) | (Operator::And, _, Some(false)) => Some(false),
        (Operator::And, Some(true), Some(true)) => Some(true),
        (Operator::Or, Some(true), _) | (Operator::Or, _, Some(true)) => Some(true),
        (Operator::Or, Some(false), Some(false)) => Some(false),
        (Operator::Xor, Some(left), Some(right)) => Some(left != right),
        (Operator::Implies, Some(false), _) | (Operator::Implies, _, Some(true)) => Some(true),
        (Operator::Implies, Some(true), Some(false)) => Some(false),
        _ => None,
    }
}
