//! `+`, `-`, `*`, `/`, `div`, `mod` and `&`, <http://hl7.org/fhirpath/N1/#math>.
//!
//! What overflows is empty, as is a division by zero.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::equality::amount;
use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::evaluator::Evaluator;
use crate::fhirpath::expression::outcome::{Outcome, maybe, only, only_item};
use crate::fhirpath::syntax::ast::Operator;
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::decimal;
use crate::fhirpath::value::quantity::Quantity;
use crate::fhirpath::value::temporal::{Form, Temporal};

/// Applies an operator to two items; empty when one is missing.
pub(in crate::fhirpath) fn arithmetic<'a>(
    run: &Evaluator<'_, 'a>,
    operator: Operator,
    left: &Collection<'a>,
    right: &Collection<'a>,
) -> Outcome<'a> {
    let what = || format!("`{}`", sign(operator));
    let (left, right) = (only_item(left, what)?, only_item(right, what)?);
    if operator == Operator::Concatenate {
        return concatenate(run, left, right);
    }
    let (Some(left_item), Some(right_item)) = (left, right) else { return Ok(Collection::new()) };
    let unlike = || run.wrong_type(what(), "two numbers or things of one kind", right_item);
    let values = left_item.system(run.shapes).zip(right_item.system(run.shapes));
    match (values.ok_or_else(unlike)?, operator) {
        ((Datum::Integer(left), Datum::Integer(right)), _) => {
            maybe(whole_numbers(operator, left, right))
        }
        (
            (Datum::Long(left), Datum::Long(right) | Datum::Integer(right))
            | (Datum::Integer(left), Datum::Long(right)),
            _,
        ) => maybe(long_numbers(operator, left, right)),
        ((Datum::String(left), Datum::String(right)), Operator::Add) => joined(run, &left, &right),
        ((Datum::Temporal(moment), Datum::Quantity(duration)), Operator::Add) => {
            moved(&moment, &duration, operator)
        }
        ((Datum::Temporal(moment), Datum::Quantity(duration)), Operator::Subtract) => {
            let value = -duration.value;
            moved(&moment, &Quantity { value, ..*duration }, operator)
        }
        ((left, right), _) => match (decimal_of(&left), decimal_of(&right)) {
            (Some(left), Some(right)) => maybe(decimals(operator, left, right)),
            _ => {
                run.spend_units(&left, &right)?;
                let pair = amount(&left).zip(amount(&right));
                let (left, right) = pair.ok_or_else(unlike)?;
                quantities(operator, &left, &right).ok_or_else(unlike).map(|found| {
                    found.map(|found| Datum::Quantity(Box::new(found))).into_iter().collect()
                })
            }
        },
    }
}

/// `-` before a number or a quantity.
pub(in crate::fhirpath) fn negative<'a>(
    run: &Evaluator<'_, 'a>,
    operand: &Collection<'a>,
) -> Outcome<'a> {
    let Some(item) = only_item(operand, || "`-`".into())? else { return Ok(Collection::new()) };
    Ok(only(match item.system(run.shapes) {
        Some(Datum::Integer(number)) => Datum::Integer(-number),
        Some(Datum::Long(number)) => {
            return Ok(number.checked_neg().map(Datum::Long).into_iter().collect());
        }
        Some(Datum::Decimal(number)) => Datum::Decimal(opposite(number)),
        Some(Datum::Quantity(quantity)) => {
            let value = opposite(quantity.value);
            Datum::Quantity(Box::new(Quantity { value, ..*quantity }))
        }
        _ => return Err(run.wrong_type("`-`".into(), "a number", item)),
    }))
}

/// Zero has no sign.
fn opposite(number: Decimal) -> Decimal {
    if number.is_zero() { number.abs() } else { -number }
}

/// A whole number that there is room for, <http://hl7.org/fhirpath/N1/#integer>.
pub(in crate::fhirpath) fn integer<'a>(number: i64) -> Option<Datum<'a>> {
    i32::try_from(number).is_ok().then_some(Datum::Integer(number))
}

fn decimal_of(item: &Datum<'_>) -> Option<Decimal> {
    match item {
        Datum::Integer(number) | Datum::Long(number) => Some((*number).into()),
        Datum::Decimal(number) => Some(*number),
        _ => None,
    }
}

fn whole_numbers<'a>(operator: Operator, left: i64, right: i64) -> Option<Datum<'a>> {
    match operator {
        Operator::Divide => decimals(operator, left.into(), right.into()),
        operator => checked(operator, left, right).and_then(integer),
    }
}

fn long_numbers<'a>(operator: Operator, left: i64, right: i64) -> Option<Datum<'a>> {
    match operator {
        Operator::Divide => decimals(operator, left.into(), right.into()),
        operator => checked(operator, left, right).map(Datum::Long),
    }
}

fn checked(operator: Operator, left: i64, right: i64) -> Option<i64> {
    match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Div => left.checked_div(right),
        Operator::Mod => left.checked_rem(right),
        _ => None,
    }
}

fn decimals<'a>(operator: Operator, left: Decimal, right: Decimal) -> Option<Datum<'a>> {
    match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide => decimal::divide(left, right),
        Operator::Mod => left.checked_rem(right),
        Operator::Div => {
            let quotient = left.checked_div(right)?.trunc().to_i64()?;
            return integer(quotient);
        }
        _ => None,
    }
    .map(Datum::Decimal)
}

/// None for an operator that quantities have not; none within for a result that is empty.
fn quantities(operator: Operator, left: &Quantity, right: &Quantity) -> Option<Option<Quantity>> {
    match operator {
        Operator::Add => Some(left.plus(right)),
        Operator::Subtract => {
            Some(left.plus(&Quantity { value: -right.value, unit: right.unit.clone() }))
        }
        Operator::Multiply => Some(left.times(right)),
        Operator::Divide => Some(left.divided_by(right)),
        _ => None,
    }
}

fn moved<'a>(moment: &Temporal, duration: &Quantity, operator: Operator) -> Outcome<'a> {
    let unit = duration.unit.duration();
    let unit = unit.ok_or_else(|| EvaluationError::NotATime(format!("`{}`", sign(operator))))?;
    let what = || format!("`{}`", sign(operator));
    if moment.form == Form::Time && !unit.is_of_a_day() {
        return Err(EvaluationError::NotOfADay(what()));
    }
    let moved = moment.plus(duration.value, unit);
    let moved = moved.ok_or_else(|| EvaluationError::OutOfRange { what: what() })?;
    Ok(only(Datum::moment(moved)))
}

fn concatenate<'a>(
    run: &Evaluator<'_, 'a>,
    left: Option<&Datum<'a>>,
    right: Option<&Datum<'a>>,
) -> Outcome<'a> {
    let text = |item| text_of(run, item);
    joined(run, text(left)?, text(right)?)
}

fn text_of<'t>(
    run: &Evaluator<'_, '_>,
    item: Option<&'t Datum<'_>>,
) -> Result<&'t str, EvaluationError> {
    match item {
        None => Ok(""),
        Some(Datum::Node(node)) if node.value.is_null() => Ok(""),
        Some(item) => item.text().ok_or_else(|| run.wrong_type("`&`".into(), "two strings", item)),
    }
}

fn joined<'a>(run: &Evaluator<'_, 'a>, left: &str, right: &str) -> Outcome<'a> {
    run.spend_size(left.len().saturating_add(right.len()))?;
    Ok(only(Datum::String(format!("{left}{right}").into())))
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Div => "div",
        Operator::Mod => "mod",
        Operator::Add => "+",
        Operator::Subtract => "-",
        _ => "&",
    }
}
