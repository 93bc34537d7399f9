//! Calls of functions: their arguments, and what their input may be.

use super::{Planned, Planner, Types};
use crate::definitions::shape::Content;
use crate::fhirpath::expression::pattern;
use crate::fhirpath::expression::plan::{Invoked, Plan};
use crate::fhirpath::function::signature::{ArgumentScope, Input, Output, Signature};
use crate::fhirpath::function::table::find;
use crate::fhirpath::syntax::ast::{Expression, ExpressionNode, Literal, type_argument};
use crate::fhirpath::syntax::error::{ExpressionFault, PathError};
use crate::fhirpath::value::kind::{Kind, System, TypeTest};

const COUNTS: [&str; 4] = ["no argument", "one argument", "two arguments", "three arguments"];

/// A call as it is written.
#[derive(Clone, Copy)]
pub(super) struct Called<'w> {
    pub(super) name: &'w str,
    pub(super) arguments: &'w [Expression],
    pub(super) at: usize,
}

impl Planner<'_> {
    pub(super) fn call(
        &self,
        called: Called<'_>,
        input: &Types,
        focus: &Types,
    ) -> Result<(Invoked, Types), PathError> {
        let Called { name, arguments: written, at } = called;
        let signature =
            find(name).ok_or_else(|| ExpressionFault::UnknownFunction(name.to_owned()).at(at))?;
        let (least, most) = signature.arguments;
        if !(least..=most).contains(&written.len()) {
            let wanted = if written.len() < least { least } else { most };
            let expected = COUNTS.get(wanted).copied().unwrap_or("fewer arguments");
            return Err(ExpressionFault::Arguments { function: name.to_owned(), expected }.at(at));
        }
        self.check_input(signature, input, at)?;
        if signature.output == Output::Ordered {
            self.check_order(name, input, at)?;
        }
        if signature.scope == ArgumentScope::Type {
            return self.type_call(signature, written, at, input);
        }
        let mut plans = Vec::with_capacity(written.len());
        let mut types = Vec::with_capacity(written.len());
        for (number, argument) in written.iter().enumerate() {
            let focus = if signature.scope.is_item(number) { input } else { focus };
            let Planned { plan, types: found } = self.expression(argument, focus)?;
            plans.push(plan);
            types.push(found);
        }
        if let ("iif", Some(condition)) = (name, types.first()) {
            self.check_condition(condition, at)?;
        }
        let types = self.output(signature.output, input, types);
        let pattern = self.literal_pattern(name, written, at)?;
        let arguments = plans.into();
        Ok((Invoked { signature, arguments, pattern, filters: self.filters() }, types))
    }

    fn type_call(
        &self,
        signature: &'static Signature,
        written: &[Expression],
        at: usize,
        input: &Types,
    ) -> Result<(Invoked, Types), PathError> {
        let name = type_argument(signature.name, written, at)?;
        let test = TypeTest::find(self.shapes, self.dialect, &name)?;
        let types = match signature.output {
            Output::Named => self.named(input.clone(), &test),
            _ => Types::system(System::Boolean),
        };
        let arguments = [Plan::Type(test)].into();
        Ok((Invoked { signature, arguments, pattern: None, filters: self.filters() }, types))
    }

    /// At least one of the types must be one that the function takes.
    fn check_input(
        &self,
        signature: &Signature,
        input: &Types,
        at: usize,
    ) -> Result<(), PathError> {
        let Some(kinds) = &input.kinds else { return Ok(()) };
        let is_text = |kind: &Kind| {
            matches!(kind, Kind::Element(Content::Primitive(_)))
                || kind.system(self.shapes) == Some(System::String)
        };
        let is_number = |kind: &Kind| {
            let system = kind.system(self.shapes);
            matches!(
                system,
                Some(System::Integer | System::Long | System::Decimal | System::Quantity)
            )
        };
        let (fits, expected) = match signature.input {
            Input::Any => return Ok(()),
            Input::String => (kinds.iter().any(is_text), "a string"),
            Input::Number => (kinds.iter().any(is_number), "a number"),
        };
        if fits || kinds.is_empty() {
            return Ok(());
        }
        let found = self.names(kinds);
        Err(ExpressionFault::Input { function: signature.name.to_owned(), expected, found }.at(at))
    }

    fn check_condition(&self, condition: &Types, at: usize) -> Result<(), PathError> {
        let Some(kinds) = &condition.kinds else { return Ok(()) };
        let is_boolean = |kind: &Kind| kind.system(self.shapes) == Some(System::Boolean);
        if kinds.is_empty() || kinds.iter().any(is_boolean) {
            return Ok(());
        }
        let (function, found) = ("iif".to_owned(), self.names(kinds));
        Err(ExpressionFault::Input { function, expected: "a boolean condition", found }.at(at))
    }

    fn names(&self, kinds: &[Kind]) -> String {
        let names = kinds.iter().map(|kind| kind.name(self.shapes).1);
        names.collect::<Vec<_>>().join(" or ")
    }

    /// Compiles a regular expression that is written as a literal, and without flags.
    fn literal_pattern(
        &self,
        name: &str,
        written: &[Expression],
        at: usize,
    ) -> Result<Option<pattern::Pattern>, PathError> {
        let flags = match name {
            "matches" | "matchesFull" => 1,
            "replaceMatches" => 2,
            _ => return Ok(None),
        };
        let (Some(first), None) = (written.first(), written.get(flags)) else { return Ok(None) };
        let ExpressionNode::Literal(Literal::String(text)) = &first.node else { return Ok(None) };
        let Some(left) = self.patterns.get().checked_sub(1) else { return Ok(None) };
        self.patterns.set(left);
        let compiled = pattern::compile(text, "", name == "matchesFull", pattern::WRITTEN);
        compiled.map(Some).map_err(|error| ExpressionFault::Pattern(error.to_string()).at(at))
    }
}
