//! `=` and `~`, <http://hl7.org/fhirpath/N1/#equality>.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::evaluator::Evaluator;
use crate::fhirpath::value::datum::{Collection, Datum, Node};
use crate::fhirpath::value::decimal;
use crate::fhirpath::value::quantity::{Quantity, Unit};
use crate::fhirpath::value::temporal::Compared;

/// Bytes of two texts that are compared in a step.
const COMPARED: usize = 256;

/// Whether two collections have equal items in the same order; none when that cannot be known.
pub(in crate::fhirpath) fn equal_collections<'a>(
    run: &Evaluator<'_, 'a>,
    left: &Collection<'a>,
    right: &Collection<'a>,
) -> Result<Option<bool>, EvaluationError> {
    if left.is_empty() || right.is_empty() {
        return Ok(None);
    }
    if left.len() != right.len() {
        return Ok(Some(false));
    }
    let mut all = Some(true);
    for (left, right) in left.iter().zip(right) {
        match equal(run, left, right)? {
            Some(true) => {}
            Some(false) => return Ok(Some(false)),
            None => all = None,
        }
    }
    Ok(all)
}

/// Whether a collection has an item that is equal to this one.
pub(in crate::fhirpath) fn contains<'a>(
    run: &Evaluator<'_, 'a>,
    items: &[Datum<'a>],
    wanted: &Datum<'a>,
) -> Result<bool, EvaluationError> {
    for item in items {
        if equal(run, item, wanted)? == Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether two items are equal; none when one is a less precise form of the other.
pub(in crate::fhirpath) fn equal<'a>(
    run: &Evaluator<'_, 'a>,
    left: &Datum<'a>,
    right: &Datum<'a>,
) -> Result<Option<bool>, EvaluationError> {
    run.spend(1)?;
    if let (Some(left), Some(right)) = (left.string(), right.string()) {
        if left.len() == right.len() {
            run.spend(left.len() / COMPARED)?;
        }
        return Ok(Some(left == right));
    }
    if let (Datum::Node(left), Datum::Node(right)) = (left, right)
        && left.is(*right)
    {
        return Ok(Some(true));
    }
    let pair = left.system(run.shapes).zip(right.system(run.shapes));
    Ok(match pair {
        Some((left, right)) => {
            run.spend_units(&left, &right)?;
            equal_values(run, &left, &right)
        }
        None => match (left, right) {
            (Datum::TypeInfo(left), Datum::TypeInfo(right)) => Some(left == right),
            (Datum::Node(left), Datum::Node(right)) => Some(same_node(run, *left, *right)?),
            _ => Some(false),
        },
    })
}

fn equal_values(run: &Evaluator<'_, '_>, left: &Datum<'_>, right: &Datum<'_>) -> Option<bool> {
    match (left, right) {
        (Datum::Boolean(left), Datum::Boolean(right)) => Some(left == right),
        (Datum::String(left), Datum::String(right)) => Some(left == right),
        (Datum::Temporal(left), Datum::Temporal(right)) => {
            match left.compare(right, run.environment.zone) {
                Compared::Known(order) => Some(order.is_eq()),
                Compared::Unknown => None,
                Compared::Unlike => Some(false),
            }
        }
        _ => {
            if let (Some(left), Some(right)) = (number(left), number(right)) {
                return Some(left == right);
            }
            let (Some(left), Some(right)) = (amount(left), amount(right)) else {
                return Some(false);
            };
            left.compare(&right).map(Ordering::is_eq)
        }
    }
}

/// A number without a unit.
pub(in crate::fhirpath) fn number(item: &Datum<'_>) -> Option<Decimal> {
    match item {
        Datum::Integer(number) | Datum::Long(number) => Some((*number).into()),
        Datum::Decimal(number) => Some(*number),
        _ => None,
    }
}

/// A quantity, or a number as one of unit `1`.
pub(in crate::fhirpath) fn amount(item: &Datum<'_>) -> Option<Quantity> {
    match item {
        Datum::Quantity(quantity) => Some((**quantity).clone()),
        item => number(item).map(|value| Quantity { value, unit: Unit::one() }),
    }
}

/// Whether two collections have equivalent items in any order.
pub(in crate::fhirpath) fn equivalent_collections<'a>(
    run: &Evaluator<'_, 'a>,
    left: &Collection<'a>,
    right: &Collection<'a>,
) -> Result<bool, EvaluationError> {
    let mut rest: Vec<_> = right.iter().collect();
    'items: for item in left {
        for at in 0..rest.len() {
            if let Some(other) = rest.get(at)
                && equivalent(run, item, other)?
            {
                rest.swap_remove(at);
                continue 'items;
            }
        }
        return Ok(false);
    }
    Ok(rest.is_empty())
}

/// Whether two items are the same but for case, white space and precision.
fn equivalent<'a>(
    run: &Evaluator<'_, 'a>,
    left: &Datum<'a>,
    right: &Datum<'a>,
) -> Result<bool, EvaluationError> {
    run.spend(1)?;
    let pair = left.system(run.shapes).zip(right.system(run.shapes));
    Ok(match pair {
        Some((Datum::String(left), Datum::String(right))) => same_folded(run, &left, &right)?,
        Some((Datum::Boolean(left), Datum::Boolean(right))) => left == right,
        Some((Datum::Temporal(left), Datum::Temporal(right))) => {
            left.compare(&right, run.environment.zone) == Compared::Known(Ordering::Equal)
        }
        Some((left, right)) => match (number(&left), number(&right)) {
            (Some(left), Some(right)) => decimal::equivalent(left, right),
            _ => {
                run.spend_units(&left, &right)?;
                amount(&left)
                    .zip(amount(&right))
                    .is_some_and(|(left, right)| left.is_equivalent(&right))
            }
        },
        None => match (left, right) {
            (Datum::Node(left), Datum::Node(right)) => {
                equivalent_json(run, left.value, right.value)?
            }
            _ => equal(run, left, right)? == Some(true),
        },
    })
}

fn same_folded(run: &Evaluator<'_, '_>, left: &str, right: &str) -> Result<bool, EvaluationError> {
    run.spend_size(left.len().saturating_add(right.len()))?;
    Ok(folded(left) == folded(right))
}

/// White space of any kind is one; how much of it there is matters.
fn folded(text: &str) -> String {
    let lower = text.chars().flat_map(char::to_lowercase);
    lower.map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
}

fn same_node(
    run: &Evaluator<'_, '_>,
    left: Node<'_>,
    right: Node<'_>,
) -> Result<bool, EvaluationError> {
    let extras = match (left.extra, right.extra) {
        (Some(left), Some(right)) => same_json(run, left, right)?,
        (left, right) => left.is_none() && right.is_none(),
    };
    Ok(extras && same_json(run, left.value, right.value)?)
}

fn same_json(
    run: &Evaluator<'_, '_>,
    left: &Value,
    right: &Value,
) -> Result<bool, EvaluationError> {
    run.spend(1)?;
    Ok(match (left, right) {
        (Value::Number(left), Value::Number(right)) => same_number(left, right),
        (Value::Array(left), Value::Array(right)) => {
            for (left, right) in left.iter().zip(right) {
                if !same_json(run, left, right)? {
                    return Ok(false);
                }
            }
            left.len() == right.len()
        }
        (Value::Object(left), Value::Object(right)) => {
            for (key, left) in left {
                match right.get(key) {
                    Some(right) if same_json(run, left, right)? => {}
                    _ => return Ok(false),
                }
            }
            left.len() == right.len()
        }
        (Value::String(left), Value::String(right)) => {
            if left.len() == right.len() {
                run.spend(left.len() / COMPARED)?;
            }
            left == right
        }
        (left, right) => left == right,
    })
}

fn same_number(left: &serde_json::Number, right: &serde_json::Number) -> bool {
    match (decimal::parse(left.as_str()), decimal::parse(right.as_str())) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}

fn equivalent_json(
    run: &Evaluator<'_, '_>,
    left: &Value,
    right: &Value,
) -> Result<bool, EvaluationError> {
    run.spend(1)?;
    match (left, right) {
        (Value::String(left), Value::String(right)) => same_folded(run, left, right),
        (Value::Number(left), Value::Number(right)) => {
            let numbers = decimal::parse(left.as_str()).zip(decimal::parse(right.as_str()));
            Ok(numbers.is_some_and(|(left, right)| decimal::equivalent(left, right)))
        }
        (Value::Array(left), Value::Array(right)) => {
            let mut rest: Vec<_> = right.iter().collect();
            'items: for item in left {
                for at in 0..rest.len() {
                    if let Some(other) = rest.get(at)
                        && equivalent_json(run, item, other)?
                    {
                        rest.swap_remove(at);
                        continue 'items;
                    }
                }
                return Ok(false);
            }
            Ok(rest.is_empty())
        }
        (Value::Object(left), Value::Object(right)) => {
            for (key, left) in left {
                match right.get(key) {
                    Some(right) if equivalent_json(run, left, right)? => {}
                    _ => return Ok(false),
                }
            }
            Ok(left.len() == right.len())
        }
        (left, right) => Ok(left == right),
    }
}
