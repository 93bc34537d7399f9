//! How far two moments lie apart,
//! <https://build.fhir.org/ig/HL7/FHIRPath/#date-and-time-interval-functions>: `duration()` counts
//! whole periods, `difference()` the borders between periods.

use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::outcome::{Outcome, only};
use crate::fhirpath::function::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::quantity::Calendar;
use crate::fhirpath::value::temporal::{Form, Precision, Temporal};

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("duration", (2, 2), Input::Any, Output::Integer, |call| apart(&call, whole_periods)),
    function("difference", (2, 2), Input::Any, Output::Integer, |call| apart(&call, borders)),
];

const DAY: i64 = 86_400_000;

fn apart<'a>(
    call: &Call<'_, '_, 'a>,
    count: fn(&Temporal, &Temporal, Calendar) -> i64,
) -> Outcome<'a> {
    let (other, unit) = (call.one_argument(0)?, call.text_argument(1)?);
    let (Some(item), Some(other), Some(unit)) = (call.only_input()?, other, unit) else {
        return Ok(Collection::new());
    };
    let (mut from, mut to) = (moment(call, item)?, moment(call, &other)?);
    let unlike = (from.form == Form::Time) != (to.form == Form::Time);
    let calendar = Calendar::parse(&unit).filter(|calendar| calendar.word() == unit);
    let calendar = calendar.filter(|calendar| match (from.form, to.form) {
        (Form::Date, Form::Date) => !calendar.is_of_a_day(),
        (Form::Time, _) => calendar.is_of_a_day(),
        _ => true,
    });
    let Some(calendar) = calendar.filter(|_| !unlike) else {
        let (what, found) = (call.name(), format!("'{unit}'"));
        let expected = "moments of one kind and a unit that they have";
        return Err(EvaluationError::WrongType { what, expected, found });
    };
    let needed = needed(calendar);
    if from.precision < needed || to.precision < needed {
        return Ok(Collection::new());
    }
    if calendar.is_of_a_day() && (from.offset.is_some() || to.offset.is_some()) {
        let zone = call.run.environment.zone;
        (from, to) = (from.in_utc(zone), to.in_utc(zone));
    }
    Ok(only(Datum::Integer(count(&from, &to, calendar))))
}

fn moment<'a>(call: &Call<'_, '_, 'a>, item: &Datum<'a>) -> Result<Temporal, EvaluationError> {
    match item.system(call.run.shapes) {
        Some(Datum::Temporal(moment)) => Ok(*moment),
        _ => Err(call.wrong_type("dates and times", item)),
    }
}

fn needed(calendar: Calendar) -> Precision {
    match calendar {
        Calendar::Year => Precision::Year,
        Calendar::Month => Precision::Month,
        Calendar::Week | Calendar::Day => Precision::Day,
        Calendar::Hour => Precision::Hour,
        Calendar::Minute => Precision::Minute,
        Calendar::Second => Precision::Second,
        Calendar::Millisecond => Precision::Fraction,
    }
}

/// Milliseconds of a unit that always has as many.
fn length(calendar: Calendar) -> i64 {
    match calendar {
        Calendar::Year | Calendar::Month | Calendar::Day => DAY,
        Calendar::Week => 7 * DAY,
        Calendar::Hour => 3_600_000,
        Calendar::Minute => 60_000,
        Calendar::Second => 1000,
        Calendar::Millisecond => 1,
    }
}

fn milliseconds(moment: &Temporal) -> i64 {
    moment.seconds() * 1000 + moment.nano / 1_000_000
}

fn months(moment: &Temporal) -> i64 {
    moment.year * 12 + moment.month
}

fn borders(from: &Temporal, to: &Temporal, calendar: Calendar) -> i64 {
    // 1970-01-01 was a Thursday, and weeks begin on Sunday.
    let before = if calendar == Calendar::Week { 4 * DAY } else { 0 };
    let period = |of: &Temporal| match calendar {
        Calendar::Year => of.year,
        Calendar::Month => months(of),
        calendar => (milliseconds(of) + before).div_euclid(length(calendar)),
    };
    period(to) - period(from)
}

fn whole_periods(from: &Temporal, to: &Temporal, calendar: Calendar) -> i64 {
    let whole_months = || {
        let apart = months(to) - months(from);
        let within = |of: &Temporal| (of.day, of.second, of.nano);
        match apart.signum() {
            1 if within(to) < within(from) => apart - 1,
            -1 if within(to) > within(from) => apart + 1,
            _ => apart,
        }
    };
    match calendar {
        Calendar::Year => whole_months() / 12,
        Calendar::Month => whole_months(),
        calendar => (milliseconds(to) - milliseconds(from)) / length(calendar),
    }
}
