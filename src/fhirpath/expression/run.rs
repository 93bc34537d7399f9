//! Runs a plan, <http://hl7.org/fhirpath/N1/#expressions>.

use super::evaluator::Evaluator;
use super::navigate::member;
use super::operator::arithmetic::{arithmetic, negative};
use super::operator::distinct::distinct;
use super::outcome::{Outcome, only, only_item};
use super::plan::{As, Ask, Plan, PlanStep};
use super::scope::Scope;
use super::variable::{define, variable};
use crate::fhirpath::function::signature::Call;
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::kind::Dialect;

impl<'a> Evaluator<'_, 'a> {
    /// What a plan gives.
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
                    (None, [PlanStep::Member(first), rest @ ..]) => {
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
                let item = only_item(&items, || "`is`".into())?;
                let is = item.map(|item| test.is(self.shapes, item.kind()));
                let is = is.or((*dialect == Dialect::Definitions).then_some(false));
                Ok(is.map(Datum::Boolean).into_iter().collect())
            }
            Plan::As(operand, test, filters) => {
                let mut items = self.plan(operand, scope)?;
                if *filters == As::Refuses {
                    only_item(&items, || "`as`".into())?;
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
        steps: &'a [PlanStep],
        mut items: Collection<'a>,
        scope: &Scope<'_, 'a>,
    ) -> Outcome<'a> {
        for (at, step) in steps.iter().enumerate() {
            if let PlanStep::Define(variable) = step {
                let defined = define(self, variable, &items, scope)?;
                let rest = steps.get(at + 1..).unwrap_or_default();
                return self.steps(rest, items, &Scope { defined: Some(&defined), ..*scope });
            }
            items = self.step(step, items, scope)?;
        }
        Ok(items)
    }

    fn step(
        &self,
        step: &'a PlanStep,
        items: Collection<'a>,
        scope: &Scope<'_, 'a>,
    ) -> Outcome<'a> {
        self.spend(1)?;
        match step {
            PlanStep::Member(name) => member(self, name, &items),
            PlanStep::This | PlanStep::Define(_) => Ok(items),
            PlanStep::Ask(ask) => {
                Ok(only(Datum::Boolean(items.is_empty() == (*ask == Ask::Empty))))
            }
            PlanStep::Index => {
                Ok(only(Datum::Integer(i64::try_from(scope.index).unwrap_or(i64::MAX))))
            }
            PlanStep::Total => self.copied(scope.total),
            PlanStep::Root(test) => {
                let mut items = items;
                items.retain(|item| test.is(self.shapes, item.kind()));
                Ok(items)
            }
            PlanStep::Indexer(index) => {
                let index = self.plan(index, scope)?;
                let index = only_item(&index, || "`[]`".into())?;
                let Some(index) = index else { return Ok(Collection::new()) };
                let Some(Datum::Integer(index)) = index.system(self.shapes) else {
                    return Err(self.wrong_type("`[]`".into(), "a whole number", index));
                };
                let at = usize::try_from(index).unwrap_or(usize::MAX);
                Ok(items.into_iter().nth(at).into_iter().collect())
            }
            PlanStep::Call(invoked) => {
                let call = Call { run: self, input: items, invoked, scope };
                let found = (invoked.signature.run)(call)?;
                self.spend(found.len())?;
                Ok(found)
            }
        }
    }
}
