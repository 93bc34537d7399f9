//! Numbers, <http://hl7.org/fhirpath/N1/#math>. What has no result, such as the root of a negative
//! number, is empty.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, MathematicalOps};

use super::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::operator::arithmetic::integer;
use crate::fhirpath::expression::outcome::{Outcome, maybe};
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::decimal;
use crate::fhirpath::value::quantity::Quantity;

pub(super) const FUNCTIONS: &[Signature] = &[
    function("abs", (0, 0), Input::Number, Output::Input, |call| {
        let Some(value) = call.value()? else { return empty(&call) };
        maybe(Some(match value {
            Datum::Integer(number) => Datum::Integer(number.abs()),
            Datum::Long(number) => return maybe(number.checked_abs().map(Datum::Long)),
            Datum::Decimal(number) => Datum::Decimal(number.abs()),
            Datum::Quantity(quantity) => {
                let value = quantity.value.abs();
                Datum::Quantity(Box::new(Quantity { value, ..*quantity }))
            }
            other => return Err(call.wrong_type("a number", &other)),
        }))
    }),
    function("ceiling", (0, 0), Input::Number, Output::Unknown, |call| {
        whole(&call, |number| number.ceil())
    }),
    function("floor", (0, 0), Input::Number, Output::Unknown, |call| {
        whole(&call, |number| number.floor())
    }),
    function("truncate", (0, 0), Input::Number, Output::Unknown, |call| {
        whole(&call, |number| number.trunc())
    }),
    function("round", (0, 1), Input::Number, Output::Unknown, round),
    function("exp", (0, 0), Input::Number, Output::Unknown, |call| {
        real(&call, |number| number.checked_exp())
    }),
    function("ln", (0, 0), Input::Number, Output::Unknown, |call| {
        real(&call, |number| number.checked_ln())
    }),
    function("log", (1, 1), Input::Number, Output::Unknown, log),
    function("sqrt", (0, 0), Input::Number, Output::Unknown, |call| {
        real(&call, |number| number.sqrt())
    }),
    function("power", (1, 1), Input::Number, Output::Unknown, power),
];

/// Steps of a function that is worked out by adding up.
const SERIES: usize = 100;

/// Empty for an empty input, an error for one that is no number.
fn empty<'a>(call: &Call<'_, '_, 'a>) -> Outcome<'a> {
    number(call).map(|_| Collection::new())
}

fn number(call: &Call<'_, '_, '_>) -> Result<Option<Decimal>, EvaluationError> {
    let Some(item) = call.only_input()? else { return Ok(None) };
    match item.number(call.run.shapes) {
        Some(number) => Ok(Some(number)),
        None if matches!(item, Datum::Node(node) if node.value.is_null()) => Ok(None),
        None => Err(call.wrong_type("a number", item)),
    }
}

fn number_argument(call: &Call<'_, '_, '_>) -> Result<Option<Decimal>, EvaluationError> {
    let Some(item) = call.one_argument(0)? else { return Ok(None) };
    let number = item.number(call.run.shapes);
    number.map(Some).ok_or_else(|| call.wrong_type("a number as its argument", &item))
}

fn whole<'a>(call: &Call<'_, '_, 'a>, to: impl Fn(Decimal) -> Decimal) -> Outcome<'a> {
    if let Some(quantity) = quantity(call)? {
        let value = to(quantity.value);
        return maybe(Some(Datum::Quantity(Box::new(Quantity { value, ..quantity }))));
    }
    maybe(number(call)?.and_then(|number| to(number).to_i64()).and_then(integer))
}

/// The input where it has a unit, which its rounding keeps.
fn quantity(call: &Call<'_, '_, '_>) -> Result<Option<Quantity>, EvaluationError> {
    Ok(match call.value()? {
        Some(Datum::Quantity(quantity)) => Some(*quantity),
        _ => None,
    })
}

fn real<'a>(call: &Call<'_, '_, 'a>, to: impl Fn(Decimal) -> Option<Decimal>) -> Outcome<'a> {
    call.run.spend(SERIES)?;
    maybe(number(call)?.and_then(to).map(|found| Datum::Decimal(found.normalize())))
}

fn round<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let digits = match call.plan(0) {
        Some(_) => call.integer_argument(0)?,
        None => Some(0),
    };
    let quantity = quantity(&call)?;
    let number = match &quantity {
        Some(quantity) => Some(quantity.value),
        None => number(&call)?,
    };
    let Some((number, digits)) = number.zip(digits) else { return Ok(Collection::new()) };
    let Ok(digits) = u32::try_from(digits) else {
        return Err(call.wrong_type("no negative precision", &Datum::Integer(digits)));
    };
    if let Some(quantity) = quantity {
        let value = decimal::round(number, digits);
        return maybe(Some(Datum::Quantity(Box::new(Quantity { value, ..quantity }))));
    }
    maybe(Some(Datum::Decimal(decimal::round(number, digits))))
}

fn log<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    call.run.spend(SERIES)?;
    let Some((number, base)) = number(&call)?.zip(number_argument(&call)?) else {
        return empty(&call);
    };
    let ratio = number.checked_ln().zip(base.checked_ln()).and_then(|(number, base)| {
        number.checked_div(base).map(|ratio| decimal::round(ratio, 20).normalize())
    });
    maybe(ratio.map(Datum::Decimal))
}

fn power<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    call.run.spend(SERIES)?;
    let Some(exponent) = call.one_argument(0)? else { return empty(&call) };
    let of_integers = call.value()?.zip(exponent.system(call.run.shapes));
    if let Some((Datum::Integer(base), Datum::Integer(exponent))) = of_integers
        && let Ok(exponent) = u32::try_from(exponent)
    {
        return maybe(base.checked_pow(exponent).and_then(integer));
    }
    let Some((number, exponent)) = number(&call)?.zip(number_argument(&call)?) else {
        return empty(&call);
    };
    // A negative number has only whole powers.
    let defined = !number.is_sign_negative() || exponent.fract().is_zero();
    let power = defined.then(|| match exponent.fract().is_zero().then(|| exponent.to_i64()) {
        Some(Some(whole)) => number.checked_powi(whole),
        _ => number.checked_powd(exponent),
    });
    maybe(power.flatten().map(|power| Datum::Decimal(power.normalize())))
}
