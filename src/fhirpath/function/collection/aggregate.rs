//! One value of many, <https://build.fhir.org/ig/HL7/FHIRPath/#aggregates>. All items have to be of
//! one type.

use rust_decimal::Decimal;

use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::operator::arithmetic::arithmetic;
use crate::fhirpath::expression::operator::order::compare_items;
use crate::fhirpath::expression::outcome::{Outcome, only};
use crate::fhirpath::function::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::syntax::ast::Operator;
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::quantity::{Quantity, Unit};

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("sum", (0, 0), Input::Any, Output::Unknown, |call| {
        let items = numbers(&call, false)?;
        sum(&call, &items)
    }),
    function("avg", (0, 0), Input::Any, Output::Unknown, average),
    function("min", (0, 0), Input::Any, Output::Input, |call| extreme(&call, true)),
    function("max", (0, 0), Input::Any, Output::Input, |call| extreme(&call, false)),
];

/// The items as numbers or quantities.
fn numbers<'a>(
    call: &Call<'_, '_, 'a>,
    as_decimals: bool,
) -> Result<Vec<Datum<'a>>, EvaluationError> {
    let mut found: Vec<Datum<'a>> = Vec::with_capacity(call.input.len());
    for item in &call.input {
        let number = match item.system(call.run.shapes) {
            Some(Datum::Integer(number) | Datum::Long(number)) if as_decimals => {
                Datum::Decimal(number.into())
            }
            Some(
                number @ (Datum::Integer(_)
                | Datum::Long(_)
                | Datum::Decimal(_)
                | Datum::Quantity(_)),
            ) => number,
            _ => return Err(call.wrong_type("numbers", item)),
        };
        if found.first().is_some_and(|first| first.kind() != number.kind()) {
            return Err(call.wrong_type("items of one type", item));
        }
        found.push(number);
    }
    Ok(found)
}

fn sum<'a>(call: &Call<'_, '_, 'a>, items: &[Datum<'a>]) -> Outcome<'a> {
    let Some((first, rest)) = items.split_first() else { return Ok(Collection::new()) };
    let mut total = only(first.clone());
    for item in rest {
        total = arithmetic(call.run, Operator::Add, &total, &only(item.clone()))?;
    }
    Ok(total)
}

fn average<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let items = numbers(&call, true)?;
    let total = sum(&call, &items)?;
    let count = Decimal::from(items.len());
    let count = match items.first() {
        Some(Datum::Quantity(_)) => {
            Datum::Quantity(Box::new(Quantity { value: count, unit: Unit::one() }))
        }
        _ => Datum::Decimal(count),
    };
    arithmetic(call.run, Operator::Divide, &total, &only(count))
}

/// Empty where two items cannot be compared.
fn extreme<'a>(call: &Call<'_, '_, 'a>, least: bool) -> Outcome<'a> {
    let mut items = call.input.iter();
    let Some(mut found) = items.next() else { return Ok(Collection::new()) };
    let of = |item: &Datum<'a>| item.system(call.run.shapes).map(|value| value.kind());
    for item in items {
        if of(item) != of(found) {
            return Err(call.wrong_type("items of one type", item));
        }
        match compare_items(call.run, item, found)? {
            None => return Ok(Collection::new()),
            Some(order) if order.is_lt() == least && order.is_ne() => found = item,
            Some(_) => {}
        }
    }
    // A single item is compared too, so that one without an order is an error.
    compare_items(call.run, found, found)?;
    Ok(only(found.clone()))
}
