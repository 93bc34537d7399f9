//! Tree → plan. Types are followed as far as the definitions tell them: an element that no type
//! before it has is an error, as is a function that takes none of them.

use super::ast::{Expression, Invocation, Literal, Node, Step as Written};
use super::datum::Datum;
use super::decimal;
use super::error::{Fault, PathError};
use super::function::signature::Output;
use super::kind::{Dialect, Kind, System, TypeTest};
use super::navigate::{has_member, ways};
use super::plan::{As, Member, Plan, Step};
use super::planner_call::Called;
use super::quantity::{Calendar, Quantity, Unit};
use super::temporal::Temporal;
use crate::definitions::shape::{Content, Shapes};

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
    fn new(plan: Plan, types: Types) -> Self {
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
            Node::Literal(literal) => self.literal(literal, written.at),
            Node::External(name) => {
                Ok(Planned::new(Plan::External(name.as_str().into()), Types::unknown()))
            }
            Node::Negative(operand) => {
                let Planned { plan, types } = self.expression(operand, focus)?;
                Ok(Planned::new(Plan::Negative(Box::new(plan)), types))
            }
            Node::Binary(operator, left, right) => {
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
            Node::Is(operand, name) => {
                let test = TypeTest::find(self.shapes, self.dialect, name)?;
                let operand = self.expression(operand, focus)?.plan;
                let plan = Plan::Is(Box::new(operand), test, self.dialect);
                Ok(Planned::new(plan, Types::system(System::Boolean)))
            }
            Node::As(operand, name) => {
                let test = TypeTest::find(self.shapes, self.dialect, name)?;
                let Planned { plan, types } = self.expression(operand, focus)?;
                let types = self.named(types, &test);
                Ok(Planned::new(Plan::As(Box::new(plan), test, self.filters()), types))
            }
            Node::Union(parts) => {
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
                Ok(Planned::new(Plan::Union(plans.into()), types))
            }
            Node::Path(path) => self.path(path.start.as_deref(), &path.steps, focus),
        }
    }

    pub(super) fn filters(&self) -> As {
        if self.dialect == Dialect::Definitions { As::Filters } else { As::Refuses }
    }

    fn literal(&self, literal: &Literal, at: usize) -> Result<Planned, PathError> {
        let digits = |number: &str| Fault::Digits(number.to_owned()).at(at);
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
            // The least whole number is written as the opposite of one that is too large.
            Literal::Number(number) => match number.parse() {
                Ok(whole) if whole <= 1 << 31 => Datum::Integer(whole),
                _ => return Err(digits(number)),
            },
            Literal::Date(text) => Datum::Temporal(
                Temporal::literal(text).ok_or_else(|| Fault::Moment(text.clone()).at(at))?,
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

    fn path(
        &self,
        start: Option<&Expression>,
        written: &[Written],
        focus: &Types,
    ) -> Result<Planned, PathError> {
        let mut steps = Vec::with_capacity(written.len());
        let (start, mut types) = match start {
            Some(start) => {
                let Planned { plan, types } = self.expression(start, focus)?;
                (Some(Box::new(plan)), types)
            }
            None => (None, focus.clone()),
        };
        let mut rest = written;
        if start.is_none()
            && let Some((Written { invocation: Invocation::Member(name), at }, after)) =
                written.split_first()
            && let Some((test, kept)) = self.root(name, *at, &types)
        {
            steps.push(Step::Root(test));
            types = kept;
            rest = after;
        }
        for step in rest {
            let (step, after) = match &step.invocation {
                Invocation::This => (Step::This, types),
                Invocation::Index => (Step::Index, Types::system(System::Integer)),
                Invocation::Total => (Step::Total, Types::unknown()),
                Invocation::Member(name) => self.member(name, &types, step.at)?,
                Invocation::Indexer(index) => {
                    self.check_order("[]", &types, step.at)?;
                    (Step::Indexer(self.expression(index, focus)?.plan), types)
                }
                Invocation::Function(name, arguments) => {
                    let called = Called { name, arguments, at: step.at };
                    let (invoked, types) = self.call(called, &types, focus)?;
                    (Step::Call(Box::new(invoked)), types)
                }
            };
            steps.push(step);
            types = after;
        }
        Ok(Planned::new(Plan::Path(start, steps.into()), types))
    }

    /// The type that a path begins with, when its first name is one and no element.
    fn root(&self, name: &str, at: usize, focus: &Types) -> Option<(TypeTest, Types)> {
        if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            return None;
        }
        let name = super::ast::TypeName { at, namespace: None, name: name.to_owned() };
        let test = TypeTest::find(self.shapes, Dialect::Normative, &name).ok()?;
        let Some(kinds) = &focus.kinds else { return Some((test, focus.clone())) };
        let is_dynamic = |kind: &Kind| *kind == Kind::Element(Content::Resource);
        let kept = |kind: &&Kind| test.is(self.shapes, **kind) || is_dynamic(kind);
        let kinds: Vec<_> = kinds.iter().filter(kept).copied().collect();
        (!kinds.is_empty()).then_some((test, Types { kinds: Some(kinds), ..*focus }))
    }

    fn member(&self, name: &str, before: &Types, at: usize) -> Result<(Step, Types), PathError> {
        let mut found = Vec::new();
        let mut after = Vec::new();
        let mut is_known = true;
        for from in before.kinds.iter().flatten() {
            if *from == Kind::Element(Content::Resource) || has_member(*from, name) {
                is_known = false;
            }
            for way in ways(self.shapes, *from, name).unwrap_or_default() {
                if !after.contains(&way.to) {
                    after.push(way.to);
                }
                found.push(way);
            }
        }
        if let Some(kinds) = &before.kinds
            && is_known
            && found.is_empty()
            && !kinds.is_empty()
            && self.dialect != Dialect::Definitions
        {
            let parents = kinds.iter().map(|kind| kind.name(self.shapes).1);
            let parent = parents.collect::<Vec<_>>().join(" or ");
            return Err(Fault::UnknownElement { name: name.to_owned(), parent }.at(at));
        }
        let kinds = (is_known && before.kinds.is_some()).then_some(after);
        let member = Member { name: name.into(), ways: found.into() };
        Ok((Step::Member(member), Types { kinds, ordered: before.ordered }))
    }

    pub(super) fn check_order(
        &self,
        function: &str,
        types: &Types,
        at: usize,
    ) -> Result<(), PathError> {
        if self.dialect == Dialect::Strict && !types.ordered {
            return Err(Fault::NoOrder { function: function.to_owned() }.at(at));
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
