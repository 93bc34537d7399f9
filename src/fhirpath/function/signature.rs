//! What is known of a function before it is called, and its call.

use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::evaluator::Evaluator;
use crate::fhirpath::expression::outcome::{Outcome, only_item};
use crate::fhirpath::expression::plan::{Invoked, Plan};
use crate::fhirpath::expression::scope::Scope;
use crate::fhirpath::value::datum::{Collection, Datum};

/// A function.
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    /// The least and the most arguments.
    pub(crate) arguments: (usize, usize),
    pub(crate) scope: ArgumentScope,
    pub(crate) input: Input,
    pub(crate) output: Output,
    pub(crate) run: Function,
}

/// What arguments are evaluated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArgumentScope {
    /// The focus of the whole call.
    Outer,
    /// Each item of the input.
    Item,
    /// The first for each item of the input, others for the focus of the whole call.
    FirstForItem,
    /// The second for each item of the input, the first for the focus of the whole call.
    SecondForItem,
    /// They name a type.
    Type,
}

/// What the input must be, as far as it is known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    Any,
    String,
    Number,
}

/// The types of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// Those of the input.
    Input,
    /// Those of the input, whose order must be known.
    Ordered,
    /// Those of the input and of the argument.
    Both,
    /// Those of the argument.
    Argument,
    /// The type that the argument names.
    Named,
    Boolean,
    Integer,
    String,
    Extension,
    Unknown,
    /// Unknown, and in no order.
    Unordered,
}

pub(crate) type Function = for<'c, 'e, 'a> fn(Call<'c, 'e, 'a>) -> Outcome<'a>;

/// A call of a function.
pub(crate) struct Call<'c, 'e, 'a> {
    pub(crate) run: &'c Evaluator<'e, 'a>,
    pub(crate) input: Collection<'a>,
    pub(crate) invoked: &'a Invoked,
    pub(crate) scope: &'c Scope<'c, 'a>,
}

/// A line of a table.
pub(crate) const fn function(
    name: &'static str,
    arguments: (usize, usize),
    input: Input,
    output: Output,
    run: Function,
) -> Signature {
    Signature { name, arguments, scope: ArgumentScope::Outer, input, output, run }
}

/// A line of a table, for a function whose arguments are evaluated for each item.
pub(crate) const fn for_items(
    name: &'static str,
    arguments: (usize, usize),
    output: Output,
    run: Function,
) -> Signature {
    let scope = ArgumentScope::Item;
    Signature { name, arguments, scope, input: Input::Any, output, run }
}

impl ArgumentScope {
    /// Whether an argument is evaluated for each item of the input.
    pub(crate) fn is_item(self, number: usize) -> bool {
        match self {
            Self::Outer | Self::Type => false,
            Self::Item => true,
            Self::FirstForItem => number == 0,
            Self::SecondForItem => number == 1,
        }
    }
}

impl<'a> Call<'_, '_, 'a> {
    pub(crate) fn name(&self) -> String {
        format!("`{}()`", self.invoked.signature.name)
    }

    pub(crate) fn plan(&self, number: usize) -> Option<&'a Plan> {
        self.invoked.arguments.get(number)
    }

    /// The only item of the input; none when it is empty.
    pub(crate) fn only_input(&self) -> Result<Option<&Datum<'a>>, EvaluationError> {
        only_item(&self.input, || self.name())
    }

    /// The input as a value of `System`.
    pub(crate) fn value(&self) -> Result<Option<Datum<'a>>, EvaluationError> {
        Ok(self.only_input()?.and_then(|item| item.system(self.run.shapes)))
    }

    /// The input as text; none when it is empty.
    pub(crate) fn text(&self) -> Result<Option<&str>, EvaluationError> {
        match self.only_input()? {
            None => Ok(None),
            Some(item) if item.text().is_some() => Ok(item.text()),
            Some(Datum::Node(node)) if node.value.is_null() => Ok(None),
            Some(item) => Err(self.wrong_type("a string", item)),
        }
    }

    /// An argument, evaluated for the focus of the call.
    pub(crate) fn argument(&self, number: usize) -> Outcome<'a> {
        match self.plan(number) {
            Some(plan) => self.run.plan(plan, self.scope),
            None => Ok(Collection::new()),
        }
    }

    /// The only item of an argument.
    pub(crate) fn one_argument(&self, number: usize) -> Result<Option<Datum<'a>>, EvaluationError> {
        let argument = self.argument(number)?;
        Ok(only_item(&argument, || format!("an argument of {}", self.name()))?.cloned())
    }

    pub(crate) fn text_argument(&self, number: usize) -> Result<Option<String>, EvaluationError> {
        let Some(item) = self.one_argument(number)? else { return Ok(None) };
        match item.text() {
            Some(text) => {
                self.run.spend_size(text.len())?;
                Ok(Some(text.to_owned()))
            }
            None => Err(self.wrong_type("a string as its argument", &item)),
        }
    }

    pub(crate) fn integer_argument(&self, number: usize) -> Result<Option<i64>, EvaluationError> {
        let Some(item) = self.one_argument(number)? else { return Ok(None) };
        match item.system(self.run.shapes) {
            Some(Datum::Integer(number)) => Ok(Some(number)),
            _ => Err(self.wrong_type("a whole number as its argument", &item)),
        }
    }

    /// Evaluates an argument for one item of the input.
    pub(crate) fn for_item(&self, number: usize, index: usize, item: &Datum<'a>) -> Outcome<'a> {
        let Some(plan) = self.plan(number) else { return Ok(Collection::new()) };
        let scope = Scope { focus: std::slice::from_ref(item), index, ..*self.scope };
        self.run.plan(plan, &scope)
    }

    pub(crate) fn wrong_type(&self, expected: &'static str, item: &Datum<'a>) -> EvaluationError {
        self.run.wrong_type(self.name(), expected, item)
    }
}
