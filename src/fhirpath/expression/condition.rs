//! Expressions as conditions: what only matters as a truth is never made into a collection.

use super::evaluation_error::EvaluationError;
use super::evaluator::Evaluator;
use super::navigate::{has_any, member};
use super::operator::equality::{contains, equal_collections, equivalent_collections};
use super::operator::order::compare;
use super::outcome::only_item;
use super::plan::{Ask, Plan, PlanStep};
use super::scope::Scope;
use crate::fhirpath::function::signature::Call;
use crate::fhirpath::syntax::ast::Operator;
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::kind::Dialect;

/// None when a condition gives nothing.
type Truth = Result<Option<bool>, EvaluationError>;

impl<'a> Evaluator<'_, 'a> {
    /// The truth of a plan.
    pub(crate) fn condition(&self, plan: &'a Plan, scope: &Scope<'_, 'a>) -> Truth {
        match plan {
            Plan::Literal(Datum::Boolean(truth)) => Ok(Some(*truth)),
            Plan::Binary(operator, operands) if !operator.is_arithmetic() => {
                self.spend(1)?;
                self.binary(*operator, operands, scope)
            }
            Plan::Is(operand, test, dialect) => {
                let items = self.plan(operand, scope)?;
                let item = only_item(&items, || "`is`".into())?;
                let is = item.map(|item| test.is(self.shapes, item.kind()));
                Ok(is.or((*dialect == Dialect::Definitions).then_some(false)))
            }
            Plan::Path(None, steps) => match &**steps {
                [before @ .., PlanStep::Ask(ask)] => {
                    self.spend(1)?;
                    self.ask(*ask, before, scope)
                }
                _ => self.truth(&self.plan(plan, scope)?),
            },
            plan => self.truth(&self.plan(plan, scope)?),
        }
    }

    /// Answers what is asked of the items that steps lead to.
    fn ask(&self, ask: Ask, steps: &'a [PlanStep], scope: &Scope<'_, 'a>) -> Truth {
        let exists = match steps {
            [PlanStep::Member(only)] => {
                self.spend(scope.focus.len())?;
                has_any(self.shapes, only, scope.focus)
            }
            [PlanStep::Member(first), between @ .., PlanStep::Member(last)]
                if !between.iter().any(|step| matches!(step, PlanStep::Define(_))) =>
            {
                let items = self.steps(between, member(self, first, scope.focus)?, scope)?;
                self.spend(items.len())?;
                has_any(self.shapes, last, &items)
            }
            [PlanStep::Member(first), rest @ ..] => {
                !self.steps(rest, member(self, first, scope.focus)?, scope)?.is_empty()
            }
            steps => !self.steps(steps, self.copied(scope.focus)?, scope)?.is_empty(),
        };
        Ok(Some(exists == (ask == Ask::Exists)))
    }

    /// What an operator says that makes a truth of its operands.
    pub(super) fn binary(
        &self,
        operator: Operator,
        operands: &'a (Plan, Plan),
        scope: &Scope<'_, 'a>,
    ) -> Truth {
        use Operator::{
            And, Contains, Equal, Equivalent, Greater, GreaterOrEqual, Implies, In, Less,
            LessOrEqual, NotEqual, NotEquivalent, Or, Xor,
        };
        if matches!(operator, And | Or | Xor | Implies) {
            let left = self.condition(&operands.0, scope)?;
            return match (operator, left) {
                (And, Some(false)) => Ok(Some(false)),
                (Or, Some(true)) | (Implies, Some(false)) => Ok(Some(true)),
                _ => Ok(logic(operator, left, self.condition(&operands.1, scope)?)),
            };
        }
        let (left, right) = (self.plan(&operands.0, scope)?, self.plan(&operands.1, scope)?);
        Ok(match operator {
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
            _ => None,
        })
    }

    fn is_in(&self, item: &Collection<'a>, items: &Collection<'a>, what: &str) -> Truth {
        match only_item(item, || what.to_owned())? {
            Some(item) => contains(self, items, item).map(Some),
            None => Ok(None),
        }
    }

    /// A collection as a condition: one item that is no boolean is true,
    /// <http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections>.
    pub(crate) fn truth(&self, items: &Collection<'a>) -> Truth {
        let item = only_item(items, || "a condition".into())?;
        Ok(match item {
            Some(Datum::Node(node)) if node.value.is_null() => None,
            Some(item) => Some(item.boolean().unwrap_or(true)),
            None => None,
        })
    }
}

impl<'a> Call<'_, '_, 'a> {
    /// Whether an argument is true for one item of the input.
    pub(crate) fn is_true(&self, index: usize, item: &Datum<'a>) -> Result<bool, EvaluationError> {
        let Some(plan) = self.plan(0) else { return Ok(false) };
        let scope = Scope { focus: std::slice::from_ref(item), index, ..*self.scope };
        Ok(self.run.condition(plan, &scope)? == Some(true))
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
