//! Paths: their steps, and the elements that these lead to.

use super::call::Called;
use super::{Planned, Planner, Types};
use crate::definitions::shape::Content;
use crate::fhirpath::expression::navigate::{has_member, ways};
use crate::fhirpath::expression::plan::{Ask, Define, Member, Plan, PlanStep};
use crate::fhirpath::syntax::ast::{
    Expression, ExpressionNode, Invocation, Path, PathStep as Written, TypeName,
};
use crate::fhirpath::syntax::error::{ExpressionFault, PathError};
use crate::fhirpath::value::kind::{Dialect, Kind, System, TypeTest};

impl Planner<'_> {
    /// A path within a path, as in `(a.b).c`, becomes one; what it defines is known to the steps
    /// after it.
    pub(super) fn path(&self, written: &Path, focus: &Types) -> Result<Planned, PathError> {
        let (start, mut steps, mut types) = match written.start.as_deref() {
            None => (None, Vec::with_capacity(written.steps.len()), focus.clone()),
            Some(Expression { node: ExpressionNode::Path(inner), .. }) => {
                let Planned { plan, types } = self.path(inner, focus)?;
                match plan {
                    Plan::Path(start, steps) => (start, steps.into(), types),
                    plan => (Some(Box::new(plan)), Vec::new(), types),
                }
            }
            Some(start) => {
                let Planned { plan, types } = self.expression(start, focus)?;
                (Some(Box::new(plan)), Vec::with_capacity(written.steps.len()), types)
            }
        };
        let mut rest = written.steps.as_slice();
        if written.start.is_none()
            && let Some((Written { invocation: Invocation::Member(name), at }, after)) =
                rest.split_first()
            && let Some((test, kept)) = self.root(name, *at, &types)
        {
            steps.push(PlanStep::Root(test));
            types = kept;
            rest = after;
        }
        for step in rest {
            let (step, after) = self.step(step, types, focus)?;
            steps.push(step);
            types = after;
        }
        Ok(Planned::new(Plan::Path(start, steps.into()), types))
    }

    fn step(
        &self,
        step: &Written,
        types: Types,
        focus: &Types,
    ) -> Result<(PlanStep, Types), PathError> {
        Ok(match &step.invocation {
            Invocation::This => (PlanStep::This, types),
            Invocation::Index => (PlanStep::Index, Types::system(System::Integer)),
            Invocation::Total => (PlanStep::Total, Types::unknown()),
            Invocation::Member(name) => self.member(name, &types, step.at)?,
            Invocation::Indexer(index) => {
                self.check_order("[]", &types, step.at)?;
                (PlanStep::Indexer(self.expression(index, focus)?.plan), types)
            }
            Invocation::Function(name, arguments) if name == "defineVariable" => {
                (self.define(arguments, &types, focus, step.at)?, types)
            }
            Invocation::Function(name, arguments) => {
                let called = Called { name, arguments, at: step.at };
                let (invoked, types) = self.call(called, &types, focus)?;
                let step = match (&**name, &**arguments) {
                    ("exists", []) => PlanStep::Ask(Ask::Exists),
                    ("empty", []) => PlanStep::Ask(Ask::Empty),
                    _ => PlanStep::Call(Box::new(invoked)),
                };
                (step, types)
            }
        })
    }

    /// The value is what its expression gives for the whole input.
    fn define(
        &self,
        arguments: &[Expression],
        input: &Types,
        focus: &Types,
        at: usize,
    ) -> Result<PlanStep, PathError> {
        let (name, value) = match arguments {
            [name] => (name, None),
            [name, value] => (name, Some(self.expression(value, input)?.plan)),
            _ => {
                let (function, expected) = ("defineVariable".to_owned(), "one or two arguments");
                return Err(ExpressionFault::Arguments { function, expected }.at(at));
            }
        };
        self.variables.define(name);
        Ok(PlanStep::Define(Box::new(Define { name: self.expression(name, focus)?.plan, value })))
    }

    /// The type that a path begins with, when its first name is one and no element.
    fn root(&self, name: &str, at: usize, focus: &Types) -> Option<(TypeTest, Types)> {
        if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            return None;
        }
        let name = TypeName { at, namespace: None, name: name.to_owned() };
        let test = TypeTest::find(self.shapes, Dialect::Normative, &name).ok()?;
        let Some(kinds) = &focus.kinds else { return Some((test, focus.clone())) };
        let is_dynamic = |kind: &Kind| *kind == Kind::Element(Content::Resource);
        let kept = |kind: &&Kind| test.is(self.shapes, **kind) || is_dynamic(kind);
        let kinds: Vec<_> = kinds.iter().filter(kept).copied().collect();
        (!kinds.is_empty()).then_some((test, Types { kinds: Some(kinds), ..*focus }))
    }

    fn member(
        &self,
        name: &str,
        before: &Types,
        at: usize,
    ) -> Result<(PlanStep, Types), PathError> {
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
            return Err(ExpressionFault::UnknownElement { name: name.to_owned(), parent }.at(at));
        }
        let kinds = (is_known && before.kinds.is_some()).then_some(after);
        let member = Member { name: name.into(), ways: found.into() };
        Ok((PlanStep::Member(member), Types { kinds, ordered: before.ordered }))
    }
}
