//! Which items of a list are meant, <https://hl7.org/fhir/R4/graphql.html#list>.

use std::borrow::Cow;

use serde_json::Value;

use super::argument::{Argument, arguments};
use super::collect::Field;
use super::directive::INDEX;
use super::fault::Fault;
use super::focus::Part;
use super::run::Runner;
use crate::budget;
use crate::definitions::shape::{Content, Shape};
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::Environment;
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::{Dialect, Kind};

/// Steps of comparing an item with a value.
const COMPARED: usize = 2;

/// What the arguments of a field ask of the items of a list.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// Elements of an item, and what they may be.
    elements: Vec<Argument>,
    path: Option<Expression>,
    offset: usize,
    count: Option<usize>,
}

impl Filter {
    /// Reads the arguments of a field with items of a type; the shape of those that have parts.
    pub(super) fn read(
        runner: &Runner<'_>,
        field: &Field<'_>,
        (content, shape): (Content, Option<&Shape>),
    ) -> Result<Self, Fault> {
        let mut filter = Self::default();
        for argument in arguments(runner.document, field)? {
            let is_element = shape.is_none_or(|shape| {
                let element = shape.element(&argument.name);
                element.is_some_and(|element| matches!(element.content, Content::Primitive(_)))
            });
            match argument.name.as_str() {
                "fhirpath" => {
                    let compiled = compile(runner, content, argument.one()?);
                    filter.path = Some(compiled.map_err(|fault| fault.at(argument.pos))?);
                }
                "_offset" => filter.offset = argument.number()?,
                "_count" => filter.count = Some(argument.number()?),
                _ if is_element && !matches!(content, Content::Primitive(_)) => {
                    filter.elements.push(argument);
                }
                _ => return Err(argument.unknown(&known(shape))),
            }
        }
        Ok(filter)
    }

    /// Those of the items that are meant, in their order.
    pub(super) fn keep<'v>(
        &self,
        runner: &Runner<'_>,
        (around, content): (&Part<'_>, Content),
        items: impl Iterator<Item = &'v Value>,
    ) -> Result<Vec<&'v Value>, Fault> {
        let mut kept = Vec::new();
        let mut passed = 0;
        for item in items.filter(|item| !item.is_null()) {
            budget::spend(COMPARED * (1 + self.elements.len()))?;
            if self.count.is_some_and(|count| kept.len() >= count) {
                break;
            }
            if !self.elements.iter().all(|wanted| has(item, wanted)) {
                continue;
            }
            if let Some(path) = &self.path
                && !holds(runner, path, &item_of(around, content, item))?
            {
                continue;
            }
            passed += 1;
            if passed > self.offset {
                kept.push(item);
            }
        }
        Ok(kept)
    }
}

fn known(shape: Option<&Shape>) -> String {
    let elements = shape.into_iter().flat_map(|shape| &shape.elements);
    let elements = elements.filter(|one| matches!(one.content, Content::Primitive(_)));
    let names = elements.map(|element| &*element.key);
    names.chain(["fhirpath", "_offset", "_count"]).collect::<Vec<_>>().join(", ")
}

/// Whether an element of an item is one of the values.
fn has(item: &Value, wanted: &Argument) -> bool {
    let is_it = |value: &Value| {
        scalar(value).is_some_and(|text| wanted.values.iter().any(|wanted| **wanted == *text))
    };
    match item.get(&wanted.name) {
        Some(Value::Array(values)) => values.iter().any(is_it),
        Some(value) => is_it(value),
        None => false,
    }
}

/// The text of a value without parts.
fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An item of a list, for paths.
struct Item<'v> {
    node: Node<'v>,
    resource: &'v Value,
    root: &'v Value,
}

fn item_of<'v>(around: &Part<'v>, content: Content, value: &'v Value) -> Item<'v> {
    let node = match content {
        Content::Resource => Node::resource(value),
        content => Node { value, extra: None, kind: Kind::Element(content) },
    };
    Item { node, resource: around.resource, root: around.root }
}

fn compile(runner: &Runner<'_>, content: Content, text: &str) -> Result<Expression, Fault> {
    let kinds = [Kind::Element(content)];
    let focus = (!matches!(content, Content::Resource)).then_some(kinds.as_slice());
    let compiled = Expression::compile(runner.around.shapes, focus, Dialect::Normative, text);
    compiled.map_err(|error| {
        Fault::malformed(
            format!("Biểu thức FHIRPath sai ở byte {}: {}.", error.at, error.fault),
            format!("The FHIRPath expression is wrong at byte {}: {}.", error.at, error.fault),
        )
    })
}

fn environment<'v>(runner: &Runner<'v>, item: &Item<'v>) -> Environment<'v> {
    Environment {
        root_resource: Some(Datum::resource(item.root)),
        zone: runner.around.zone,
        steps: STEPS,
        ..Environment::of(Some(Datum::resource(item.resource)), runner.around.now)
    }
}

/// Steps that one expression may take on one item.
const STEPS: u64 = 200_000;

fn holds<'v>(runner: &Runner<'v>, path: &'v Expression, item: &Item<'v>) -> Result<bool, Fault> {
    let environment = environment(runner, item);
    let held = path.condition(runner.around.shapes, &environment, &[Datum::Node(item.node)]);
    held.map(|truth| truth == Some(true)).map_err(|error| no_result(&error))
}

fn no_result(error: &dyn std::fmt::Display) -> Fault {
    Fault::unfit(
        format!("Biểu thức FHIRPath không có kết quả ở đây: {error}."),
        format!("The FHIRPath expression has no result here: {error}."),
    )
}

/// What `@slice` puts behind names, for each of some parts; none where the path leads to nothing.
pub(super) fn slices(
    runner: &Runner<'_>,
    path: &str,
    parts: &[Part<'_>],
) -> Result<Vec<Option<String>>, Fault> {
    if path == INDEX {
        return Ok((0..parts.len()).map(|at| Some(at.to_string())).collect());
    }
    let mut slices = Vec::with_capacity(parts.len());
    let mut compiled: Option<(Content, Expression)> = None;
    for part in parts {
        budget::spend(COMPARED)?;
        let (_, expression) = match compiled.take().filter(|(content, _)| *content == part.content)
        {
            Some(known) => compiled.insert(known),
            None => compiled.insert((part.content, compile(runner, part.content, path)?)),
        };
        slices.push(slice(runner, expression, part)?);
    }
    Ok(slices)
}

fn slice(
    runner: &Runner<'_>,
    expression: &Expression,
    part: &Part<'_>,
) -> Result<Option<String>, Fault> {
    let item = item_of(part, part.content, part.value);
    let environment = environment(runner, &item);
    let focus = [Datum::Node(item.node)];
    let found = expression.evaluate(runner.around.shapes, &environment, &focus);
    let found = found.map_err(|error| no_result(&error))?;
    match found.as_slice() {
        [] => Ok(None),
        [Datum::Node(node)] => {
            scalar(node.value).map(|text| Some(text.into_owned())).ok_or_else(no_text)
        }
        [Datum::Boolean(truth)] => Ok(Some(truth.to_string())),
        [Datum::Integer(number) | Datum::Long(number)] => Ok(Some(number.to_string())),
        [Datum::Decimal(number)] => Ok(Some(number.to_string())),
        [other] => other.text().map(|text| Some(text.to_owned())).ok_or_else(no_text),
        [_, _, ..] => Err(no_text()),
    }
}

fn no_text() -> Fault {
    Fault::unfit(
        "Biểu thức của @slice phải cho nhiều nhất một giá trị đơn.",
        "The expression of @slice must give one value without parts at the most.",
    )
}
