//! The least and the greatest value that a precision allows,
//! <https://build.fhir.org/ig/HL7/FHIRPath/#lowboundaryprecision-integer-decimal--date--datetime--time>.

use rust_decimal::Decimal;

use super::signature::{Call, Input, Output, Signature, function};
use crate::fhir::date::calendar::days_in_month;
use crate::fhirpath::expression::operator::equality::amount;
use crate::fhirpath::expression::outcome::{Outcome, maybe, only};
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::decimal;
use crate::fhirpath::value::quantity::Quantity;
use crate::fhirpath::value::temporal::{Form, Offset, Precision, Temporal};

pub(super) const FUNCTIONS: &[Signature] = &[
    function("lowBoundary", (0, 1), Input::Any, Output::Unknown, |call| boundary(&call, End::Low)),
    function("highBoundary", (0, 1), Input::Any, Output::Unknown, |call| {
        boundary(&call, End::High)
    }),
    function("precision", (0, 0), Input::Any, Output::Integer, precision),
    function("comparable", (1, 1), Input::Any, Output::Boolean, |call| {
        let other = call.one_argument(0)?.and_then(|other| other.system(call.run.shapes));
        let quantity = |item: Option<Datum<'_>>| item.as_ref().and_then(amount);
        let pair = quantity(call.value()?).zip(quantity(other));
        maybe(pair.map(|(left, right)| Datum::Boolean(left.is_comparable(&right))))
    }),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Low,
    High,
}

/// The digits of a decimal's boundary when none are asked for.
const DIGITS: i64 = 8;

fn boundary<'a>(call: &Call<'_, '_, 'a>, end: End) -> Outcome<'a> {
    let asked = call.integer_argument(0)?;
    let Some(item) = call.only_input()? else { return Ok(Collection::new()) };
    let of_number = |number| of_decimal(number, asked.unwrap_or(DIGITS), end);
    maybe(match item.system(call.run.shapes) {
        Some(Datum::Integer(number) | Datum::Long(number)) => {
            of_number(number.into()).map(Datum::Decimal)
        }
        Some(Datum::Decimal(number)) => of_number(number).map(Datum::Decimal),
        Some(Datum::Quantity(quantity)) => of_number(quantity.value)
            .map(|value| Datum::Quantity(Box::new(Quantity { value, ..*quantity }))),
        Some(Datum::Temporal(temporal)) => of_temporal(&temporal, asked, end).map(Datum::moment),
        Some(_) => return Err(call.wrong_type("a number, a quantity, a date or a time", item)),
        None => None,
    })
}

/// Half a unit of the last digit either way. Towards zero digits are cut off, away from it they are
/// rounded.
fn of_decimal(number: Decimal, digits: i64, end: End) -> Option<Decimal> {
    let digits = u32::try_from(digits).ok().filter(|digits| *digits <= Decimal::MAX_SCALE)?;
    let half = Decimal::try_new(5, number.scale().checked_add(1)?).ok()?;
    let negative = if number.is_zero() { end == End::Low } else { number.is_sign_negative() };
    let away = number.is_zero() || negative == (end == End::Low);
    let mut bound = if away {
        decimal::round(number.abs().checked_add(half)?, digits)
    } else {
        number.abs().checked_sub(half)?.trunc_with_scale(digits)
    };
    bound.rescale(digits);
    bound.set_sign_negative(negative);
    (bound.scale() == digits).then_some(bound)
}

/// `digits` counts those of year, month and day and on; 17 is a moment with milliseconds.
fn of_temporal(moment: &Temporal, digits: Option<i64>, end: End) -> Option<Temporal> {
    let form = moment.form;
    let digits = digits.unwrap_or(match form {
        Form::Date => 8,
        Form::DateTime => 17,
        Form::Time => 9,
    });
    let of_time = if form == Form::Time { digits } else { digits - 8 };
    let precision = match (form, digits, of_time) {
        (Form::Date | Form::DateTime, 4, _) => Precision::Year,
        (Form::Date | Form::DateTime, 6, _) => Precision::Month,
        (Form::Date | Form::DateTime, 8, _) => Precision::Day,
        (Form::DateTime | Form::Time, _, 2) => Precision::Hour,
        (Form::DateTime | Form::Time, _, 4) => Precision::Minute,
        (Form::DateTime | Form::Time, _, 6) => Precision::Second,
        (Form::DateTime | Form::Time, _, 9) => Precision::Fraction,
        _ => return None,
    };
    let mut bound = if end == End::High { latest(moment) } else { *moment };
    let timed = precision >= Precision::Hour;
    bound.precision = precision;
    bound.digits = if precision == Precision::Fraction { 3 } else { 0 };
    if form == Form::DateTime && timed {
        // Somewhere on Earth it is this time 14 hours before, and 12 hours after, UTC has it.
        let minutes = if end == End::Low { 14 * 60 } else { -12 * 60 };
        bound.offset = bound.offset.or(Some(Offset { minutes, zulu: false }));
    } else {
        bound.offset = None;
    }
    Some(cut(bound))
}

/// The last moment that a precision leaves open.
fn latest(moment: &Temporal) -> Temporal {
    let mut last = *moment;
    let open = |part| moment.precision < part;
    if moment.form != Form::Time {
        if open(Precision::Month) {
            last.month = 12;
        }
        if open(Precision::Day) {
            last.day = days_in_month(last.year, last.month);
        }
        if open(Precision::Hour) {
            last.second = 86_399;
        }
    }
    match moment.precision {
        // A dateTime of FHIR has no hour without minutes: an hour alone is its first minute.
        Precision::Hour if moment.form == Form::DateTime => last.second += 59,
        Precision::Hour => last.second += 3599,
        Precision::Minute => last.second += 59,
        _ => {}
    }
    if moment.precision <= Precision::Second {
        last.nano = 999_000_000;
    }
    last
}

/// Sets the parts beyond the precision to their lowest value.
fn cut(moment: Temporal) -> Temporal {
    let mut cut = moment;
    if cut.precision < Precision::Month {
        cut.month = 1;
    }
    if cut.precision < Precision::Day {
        cut.day = 1;
    }
    cut.second = match cut.precision {
        Precision::Year | Precision::Month | Precision::Day => 0,
        Precision::Hour => cut.second / 3600 * 3600,
        Precision::Minute => cut.second / 60 * 60,
        Precision::Second | Precision::Fraction => cut.second,
    };
    if cut.precision < Precision::Fraction {
        cut.nano = 0;
    }
    cut
}

fn precision<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let digits = match call.value()? {
        Some(Datum::Integer(_) | Datum::Long(_)) => 0,
        Some(Datum::Decimal(number)) => number.scale().into(),
        Some(Datum::Temporal(temporal)) => temporal.digit_count(),
        _ => return Ok(Collection::new()),
    };
    Ok(only(Datum::Integer(digits)))
}
