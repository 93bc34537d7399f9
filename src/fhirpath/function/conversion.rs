//! From one type to another, <http://hl7.org/fhirpath/N1/#conversion>. What cannot be converted is
//! empty, and `convertsTo…` says so beforehand.

use rust_decimal::Decimal;

use super::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::expression::operator::arithmetic::integer;
use crate::fhirpath::expression::outcome::{Outcome, maybe, truth};
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::decimal;
use crate::fhirpath::value::quantity::{Calendar, Quantity, Unit};
use crate::fhirpath::value::temporal::{Form, Temporal};

type Convert = for<'a> fn(&Datum<'a>) -> Option<Datum<'a>>;

pub(super) const FUNCTIONS: &[Signature] = &[
    function("toBoolean", NONE, Input::Any, Output::Boolean, |call| to(&call, boolean)),
    function("convertsToBoolean", NONE, Input::Any, Output::Boolean, |call| is(&call, boolean)),
    function("toInteger", NONE, Input::Any, Output::Integer, |call| to(&call, whole)),
    function("convertsToInteger", NONE, Input::Any, Output::Boolean, |call| is(&call, whole)),
    function("toLong", NONE, Input::Any, Output::Unknown, |call| to(&call, long)),
    function("convertsToLong", NONE, Input::Any, Output::Boolean, |call| is(&call, long)),
    function("toDecimal", NONE, Input::Any, Output::Unknown, |call| to(&call, number)),
    function("convertsToDecimal", NONE, Input::Any, Output::Boolean, |call| is(&call, number)),
    function("toString", NONE, Input::Any, Output::String, |call| to(&call, text)),
    function("convertsToString", NONE, Input::Any, Output::Boolean, |call| is(&call, text)),
    function("toDate", NONE, Input::Any, Output::Unknown, |call| to(&call, date)),
    function("convertsToDate", NONE, Input::Any, Output::Boolean, |call| is(&call, date)),
    function("toDateTime", NONE, Input::Any, Output::Unknown, |call| to(&call, date_time)),
    function("convertsToDateTime", NONE, Input::Any, Output::Boolean, |call| is(&call, date_time)),
    function("toTime", NONE, Input::Any, Output::Unknown, |call| to(&call, time)),
    function("convertsToTime", NONE, Input::Any, Output::Boolean, |call| is(&call, time)),
    function("toQuantity", (0, 1), Input::Any, Output::Unknown, |call| {
        maybe(in_unit(&call)?.map(|quantity| Datum::Quantity(Box::new(quantity))))
    }),
    function("convertsToQuantity", (0, 1), Input::Any, Output::Boolean, |call| {
        match call.only_input()? {
            Some(_) => truth(in_unit(&call)?.is_some()),
            None => Ok(Collection::new()),
        }
    }),
];

const NONE: (usize, usize) = (0, 0);

fn to<'a>(call: &Call<'_, '_, 'a>, convert: Convert) -> Outcome<'a> {
    maybe(call.value()?.as_ref().and_then(convert))
}

fn is<'a>(call: &Call<'_, '_, 'a>, convert: Convert) -> Outcome<'a> {
    let Some(item) = call.only_input()? else { return Ok(Collection::new()) };
    let value = item.system(call.run.shapes);
    truth(value.as_ref().and_then(convert).is_some())
}

fn boolean<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    let number = match item {
        Datum::Boolean(value) => return Some(Datum::Boolean(*value)),
        Datum::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" | "1.0" => Decimal::ONE,
            "false" | "f" | "no" | "n" | "0" | "0.0" => Decimal::ZERO,
            _ => return None,
        },
        Datum::Integer(number) | Datum::Long(number) => (*number).into(),
        Datum::Decimal(number) => *number,
        _ => return None,
    };
    (number.is_zero() || number == Decimal::ONE).then(|| Datum::Boolean(!number.is_zero()))
}

fn whole<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item {
        Datum::Integer(number) => Some(Datum::Integer(*number)),
        Datum::Long(number) => integer(*number),
        Datum::Boolean(value) => Some(Datum::Integer((*value).into())),
        Datum::String(text) => text.parse().ok().and_then(integer),
        _ => None,
    }
}

fn long<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item {
        Datum::Integer(number) | Datum::Long(number) => Some(Datum::Long(*number)),
        Datum::Boolean(value) => Some(Datum::Long((*value).into())),
        Datum::String(text) => text.parse().ok().map(Datum::Long),
        _ => None,
    }
}

fn number<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    Some(Datum::Decimal(match item {
        Datum::Integer(number) | Datum::Long(number) => (*number).into(),
        Datum::Decimal(number) => *number,
        Datum::Boolean(value) => one_or_zero(*value),
        Datum::String(text) => written_number(text)?,
        _ => return None,
    }))
}

/// `1.0` for what is true.
fn one_or_zero(value: bool) -> Decimal {
    Decimal::new(if value { 10 } else { 0 }, 1)
}

/// `(\+|-)?\d+(\.\d+)?`
fn written_number(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let written = match digits.split_once('.') {
        Some((whole, fraction)) => is_number(whole) && is_number(fraction),
        None => is_number(digits),
    };
    written.then(|| decimal::parse(text.strip_prefix('+').unwrap_or(text)))?
}

fn text<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    let text = match item {
        Datum::String(text) => return Some(Datum::String(text.clone())),
        Datum::Boolean(value) => value.to_string(),
        Datum::Integer(number) | Datum::Long(number) => number.to_string(),
        Datum::Decimal(number) => number.to_string(),
        Datum::Temporal(temporal) => temporal.to_string(),
        Datum::Quantity(quantity) => quantity.to_string(),
        Datum::Node(_) | Datum::TypeInfo(..) => return None,
    };
    Some(Datum::String(text.into()))
}

fn date<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item {
        Datum::Temporal(temporal) => temporal.date(),
        Datum::String(text) => Temporal::date_time(text).and_then(|moment| moment.date()),
        _ => None,
    }
    .map(Datum::moment)
}

fn date_time<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item {
        Datum::Temporal(temporal) if temporal.form != Form::Time => {
            Some(Temporal { form: Form::DateTime, ..**temporal })
        }
        Datum::String(text) => Temporal::date_time(text),
        _ => None,
    }
    .map(Datum::moment)
}

fn time<'a>(item: &Datum<'a>) -> Option<Datum<'a>> {
    match item {
        Datum::Temporal(temporal) if temporal.form == Form::Time => Some(**temporal),
        Datum::String(text) => Temporal::time(text.strip_prefix('T').unwrap_or(text)),
        _ => None,
    }
    .map(Datum::moment)
}

fn in_unit(
    call: &Call<'_, '_, '_>,
) -> Result<Option<Quantity>, crate::fhirpath::expression::evaluation_error::EvaluationError> {
    let quantity = call.value()?.as_ref().and_then(quantity);
    let unit = call.text_argument(0)?;
    Ok(match unit {
        None => quantity,
        Some(unit) => quantity.and_then(|quantity| {
            let calendar = Calendar::parse(&unit).map(Unit::Calendar);
            if quantity.unit == Unit::one() {
                let unit = calendar.unwrap_or_else(|| Unit::Code(unit.as_str().into()));
                return Some(Quantity { unit, ..quantity });
            }
            match calendar {
                Some(calendar) if calendar == quantity.unit => Some(quantity),
                Some(calendar) => quantity
                    .in_unit(calendar.code())
                    .map(|found| Quantity { unit: calendar, ..found }),
                None => quantity.in_unit(&unit),
            }
        }),
    })
}

fn quantity(item: &Datum<'_>) -> Option<Quantity> {
    let one = |value| Some(Quantity { value, unit: Unit::one() });
    match item {
        Datum::Quantity(quantity) => Some((**quantity).clone()),
        Datum::Integer(number) | Datum::Long(number) => one((*number).into()),
        Datum::Decimal(number) => one(*number),
        Datum::Boolean(value) => one(one_or_zero(*value)),
        Datum::String(text) => written_quantity(text),
        _ => None,
    }
}

/// `1`, `1 'mg'` or `1 day`.
fn written_quantity(text: &str) -> Option<Quantity> {
    let end = text.find(|c: char| c.is_whitespace() || c == '\'' || c.is_ascii_alphabetic());
    let (number, unit) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let value = written_number(number)?;
    let unit = unit.trim_start();
    if unit.is_empty() && end.is_none() {
        return Some(Quantity { value, unit: Unit::one() });
    }
    let code = unit.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let unit = match code {
        Some(code) if !code.is_empty() => Unit::Code(code.into()),
        _ => Unit::Calendar(Calendar::parse(unit)?),
    };
    Some(Quantity { value, unit })
}
