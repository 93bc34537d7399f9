//! Questions about collections, <http://hl7.org/fhirpath/N1/#existence>.

use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::evaluator::Evaluator;
use crate::fhirpath::expression::operator::distinct::distinct;
use crate::fhirpath::expression::operator::equality::contains;
use crate::fhirpath::expression::outcome::{Outcome, maybe, only, truth};
use crate::fhirpath::function::signature::{Call, Input, Output, Signature, for_items, function};
use crate::fhirpath::value::datum::{Collection, Datum};

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("empty", (0, 0), Input::Any, Output::Boolean, |call| truth(call.input.is_empty())),
    for_items("exists", (0, 1), Output::Boolean, exists),
    for_items("all", (1, 1), Output::Boolean, all),
    function("allTrue", (0, 0), Input::Any, Output::Boolean, |call| quantified(&call, true, true)),
    function("anyTrue", (0, 0), Input::Any, Output::Boolean, |call| quantified(&call, true, false)),
    function("allFalse", (0, 0), Input::Any, Output::Boolean, |call| {
        quantified(&call, false, true)
    }),
    function("anyFalse", (0, 0), Input::Any, Output::Boolean, |call| {
        quantified(&call, false, false)
    }),
    function("subsetOf", (1, 1), Input::Any, Output::Boolean, |call| {
        let other = call.argument(0)?;
        truth(is_subset(call.run, &call.input, &other)?)
    }),
    function("supersetOf", (1, 1), Input::Any, Output::Boolean, |call| {
        let other = call.argument(0)?;
        truth(is_subset(call.run, &other, &call.input)?)
    }),
    function("count", (0, 0), Input::Any, Output::Integer, |call| {
        Ok(only(Datum::Integer(i64::try_from(call.input.len()).unwrap_or(i64::MAX))))
    }),
    function("distinct", (0, 0), Input::Any, Output::Input, |call| distinct(call.run, &call.input)),
    function("isDistinct", (0, 0), Input::Any, Output::Boolean, |call| {
        truth(distinct(call.run, &call.input)?.len() == call.input.len())
    }),
    function("not", (0, 0), Input::Any, Output::Boolean, |call| {
        maybe(call.run.truth(&call.input)?.map(|truth| Datum::Boolean(!truth)))
    }),
];

fn exists<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    if call.plan(0).is_none() {
        return truth(!call.input.is_empty());
    }
    for (index, item) in call.input.iter().enumerate() {
        if call.is_true(index, item)? {
            return truth(true);
        }
    }
    truth(false)
}

fn all<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    for (index, item) in call.input.iter().enumerate() {
        if !call.is_true(index, item)? {
            return truth(false);
        }
    }
    truth(true)
}

/// Whether all items are this truth, or whether any is.
fn quantified<'a>(call: &Call<'_, '_, 'a>, wanted: bool, all: bool) -> Outcome<'a> {
    let mut found = all;
    for item in &call.input {
        let Some(value) = item.boolean() else { return Err(call.wrong_type("booleans", item)) };
        if all {
            found &= value == wanted;
        } else {
            found |= value == wanted;
        }
    }
    truth(found)
}

fn is_subset<'a>(
    run: &Evaluator<'_, 'a>,
    items: &Collection<'a>,
    others: &Collection<'a>,
) -> Result<bool, EvaluationError> {
    for item in items {
        if !contains(run, others, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}
