//! Tree → plan. Types are followed as far as the definitions tell them: an element that no type
//! before it has is an error, as is a function that takes none of them.
//!
//! [`path`] plans steps, [`call`] the calls of functions, [`variable`] knows the variables.

mod call;
mod path;
pub(super) mod variable;

use std::cell::Cell;

use super::plan::{As, Plan};
use crate::definitions::shape::{Content, Shapes};
use crate::fhirpath::function::signature::Output;
use crate::fhirpath::syntax::ast::{Expression, ExpressionNode, Literal};
use crate::fhirpath::syntax::error::{ExpressionFault, PathError};
use crate::fhirpath::value::datum::Datum;
use crate::fhirpath::value::decimal;
use crate::fhirpath::value::kind::{Dialect, Kind, System, TypeTest};
use crate::fhirpath::value::quantity::{Calendar, Quantity, Unit};
use crate::fhirpath::value::temporal::Temporal;
use variable::Variables;

/// What is known of a collection before it is there.
#[derive(Debug, Clone)]
pub(super) struct Types {
    /// None: any.
    pub(super) kinds: Option<Vec<Kind>>,
    pub(super) ordered: bool,
}

/// A plan and what is known of its result.
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) types: Types,
}

pub(super) struct Planner<'s> {
    pub(super) shapes: &'s Shapes,
    pub(super) dialect: Dialect,
    pub(super) variables: Variables,
    /// Regular expressions that may still be compiled beforehand.
    pub(super) patterns: Cell<usize>,
}

impl Types {
    pub(super) fn of(kind: Kind) -> Self {
        Self { kinds: Some(vec![kind]), ordered: true }
    }

    pub(super) fn unknown() -> Self {
        Self { kinds: None, ordered: true }
    }

    pub(super) fn system(system: System) -> Self {
        Self::of(Kind::System(system))
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.ordered &= other.ordered;
        self.kinds = self.kinds.zip(other.kinds).map(|(mut kinds, others)| {
            kinds.extend(others);
            kinds.dedup();
            kinds
        });
        self
    }
}

impl Planned {
    pub(super) fn new(plan: Plan, types: Types) -> Self {
        Self { plan, types }
    }
}

impl Planner<'_> {
    pub(super) fn expression(
        &self,
        written: &Expression,
        focus: &Types,
    ) -> Result<Planned, PathError> {
        match &written.node {
            ExpressionNode::Literal(literal) => self.literal(literal, written.at),
            ExpressionNode::External(name) => {
                self.variables.is_used(name);
                Ok(Planned::new(Plan::External(name.as_str().into()), Types::unknown()))
            }
            ExpressionNode::Negative(operand) => {
                let Planned { plan, types } = self.expression(operand, focus)?;
                Ok(Planned::new(Plan::Negative(Box::new(plan)), types))
            }
            ExpressionNode::Binary(operator, left, right) => {
                let operands =
                    (self.expression(left, focus)?.plan, self.expression(right, focus)?.plan);
                let plan = Plan::Binary(*operator, Box::new(operands));
                let types = if operator.is_arithmetic() {
                    Types::unknown()
                } else {
                    Types::system(System::Boolean)
                };
                Ok(Planned::new(plan, types))
            }
            ExpressionNode::Is(operand, name) => {
                let test = TypeTest::find(self.shapes, self.dialect, name)?;
                let operand = self.expression(operand, focus)?.plan;
                let plan = Plan::Is(Box::new(operand), test, self.dialect);
                Ok(Planned::new(plan, Types::system(System::Boolean)))
            }
            ExpressionNode::As(operand, name) => {
                let test = TypeTest::find(self.shapes, self.dialect, name)?;
                let Planned { plan, types } = self.expression(operand, focus)?;
                let types = self.named(types, &test);
                Ok(Planned::new(Plan::As(Box::new(plan), test, self.filters()), types))
            }
            ExpressionNode::Union(parts) => {
                let mut plans = Vec::with_capacity(parts.len());
                let mut all: Option<Types> = None;
                for part in parts {
                    let Planned { plan, types } = self.expression(part, focus)?;
                    plans.push(plan);
                    all = Some(match all {
                        Some(before) => before.and(types),
                        None => types,
                    });
                }
                let types = all.unwrap_or_else(Types::unknown);
                let plan = literals(&plans).unwrap_or_else(|| Plan::Union(plans.into()));
                Ok(Planned::new(plan, types))
            }
            ExpressionNode::Path(path) => {
                let outer = self.variables.defined();
                let planned = self.path(path, focus);
                self.variables.forget(outer);
                planned
            }
        }
    }

    pub(super) fn filters(&self) -> As {
        if self.dialect == Dialect::Definitions { As::Filters } else { As::Refuses }
    }

    fn literal(&self, literal: &Literal, at: usize) -> Result<Planned, PathError> {
        let digits = |number: &str| ExpressionFault::Digits(number.to_owned()).at(at);
        let datum = match literal {
            Literal::Empty => {
                let types = Types { kinds: Some(Vec::new()), ordered: true };
                return Ok(Planned::new(Plan::Empty, types));
            }
            Literal::Boolean(value) => Datum::Boolean(*value),
            Literal::String(text) => Datum::String(text.clone().into()),
            Literal::Number(number) if number.contains('.') => {
                Datum::Decimal(decimal::parse(number).ok_or_else(|| digits(number))?)
            }
            Literal::Number(number) if number.ends_with('L') => {
                let whole = number.trim_end_matches('L').parse().ok();
                Datum::Long(whole.ok_or_else(|| digits(number))?)
            }
            // The least whole number is written as the opposite of one that is too large.
            Literal::Number(number) => match number.parse() {
                Ok(whole) if whole <= 1 << 31 => Datum::Integer(whole),
                _ => return Err(digits(number)),
            },
            Literal::Date(text) => Datum::moment(
                Temporal::literal(text)
                    .ok_or_else(|| ExpressionFault::Moment(text.clone()).at(at))?,
            ),
            Literal::Quantity(number, unit) => {
                let value = decimal::parse(number).ok_or_else(|| digits(number))?;
                let calendar = Calendar::parse(unit).map(Unit::Calendar);
                let unit = calendar.unwrap_or_else(|| Unit::Code(unit.as_str().into()));
                Datum::Quantity(Box::new(Quantity { value, unit }))
            }
        };
        let types = Types::of(datum.kind());
        Ok(Planned::new(Plan::Literal(datum), types))
    }

    pub(super) fn check_order(
        &self,
        function: &str,
        types: &Types,
        at: usize,
    ) -> Result<(), PathError> {
        if self.dialect == Dialect::Strict && !types.ordered {
            return Err(ExpressionFault::NoOrder { function: function.to_owned() }.at(at));
        }
        Ok(())
    }

    /// The types that are left when only those of a test are kept.
    pub(super) fn named(&self, types: Types, test: &TypeTest) -> Types {
        let dynamic = Kind::Element(Content::Resource);
        let kinds = types.kinds.filter(|kinds| !kinds.contains(&dynamic)).map(|mut kinds| {
            kinds.retain(|kind| test.is_exactly(self.shapes, *kind));
            kinds
        });
        Types { kinds, ..types }
    }

    /// The types of a function's result.
    pub(super) fn output(&self, output: Output, input: &Types, arguments: Vec<Types>) -> Types {
        let argument = || arguments.into_iter().next().unwrap_or_else(Types::unknown);
        match output {
            Output::Input | Output::Ordered | Output::Named => input.clone(),
            Output::Both => input.clone().and(argument()),
            Output::Argument => argument(),
            Output::Boolean => Types::system(System::Boolean),
            Output::Integer => Types::system(System::Integer),
            Output::String => Types::system(System::String),
            Output::Extension => {
                let extension = self.shapes.id("Extension").map(Content::Complex);
                extension.map_or_else(Types::unknown, |id| Types::of(Kind::Element(id)))
            }
            Output::Unknown => Types::unknown(),
            Output::Unordered => Types { kinds: None, ordered: false },
        }
    }
}

/// A union of strings that are written down, as in `('a' | 'b')`, is known beforehand.
fn literals(parts: &[Plan]) -> Option<Plan> {
    let mut found: Vec<Datum<'static>> = Vec::with_capacity(parts.len());
    for part in parts {
        let Plan::Literal(literal @ Datum::String(text)) = part else { return None };
        if !found.iter().any(|before| before.string() == Some(&**text)) {
            found.push(literal.clone());
        }
    }
    Some(Plan::Literals(found.into()))
}
