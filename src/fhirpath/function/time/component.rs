//! Parts of dates and times,
//! <https://build.fhir.org/ig/HL7/FHIRPath/#extract-datedatetimetime-components>. What has no such
//! part gives nothing.

use rust_decimal::Decimal;

use crate::fhirpath::expression::outcome::{Outcome, maybe};
use crate::fhirpath::function::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::value::datum::Datum;
use crate::fhirpath::value::temporal::{Form, Precision, Temporal};

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("yearOf", NONE, Input::Any, Output::Integer, |call| {
        part(&call, Precision::Year, |of| of.year)
    }),
    function("monthOf", NONE, Input::Any, Output::Integer, |call| {
        part(&call, Precision::Month, |of| of.month)
    }),
    function("dayOf", NONE, Input::Any, Output::Integer, |call| {
        part(&call, Precision::Day, |of| of.day)
    }),
    function("hourOf", NONE, Input::Any, Output::Integer, |call| {
        part(&call, Precision::Hour, Temporal::hour)
    }),
    function("minuteOf", NONE, Input::Any, Output::Integer, |call| {
        part(&call, Precision::Minute, Temporal::minute)
    }),
    function("secondOf", NONE, Input::Any, Output::Integer, |call| {
        part(&call, Precision::Second, |of| of.second % 60)
    }),
    function("millisecondOf", NONE, Input::Any, Output::Integer, |call| {
        part(&call, Precision::Fraction, |of| of.nano / 1_000_000)
    }),
    function("timezoneOffsetOf", NONE, Input::Any, Output::Unknown, |call| {
        let offset = moment(&call)?.and_then(|moment| moment.offset);
        let hours = offset.map(|offset| Decimal::from(offset.minutes) / Decimal::from(60));
        maybe(hours.map(|hours| {
            let mut hours = hours.normalize();
            hours.rescale(hours.scale().max(1));
            Datum::Decimal(hours)
        }))
    }),
    function("dateOf", NONE, Input::Any, Output::Unknown, |call| {
        maybe(moment(&call)?.and_then(|moment| moment.date()).map(Datum::moment))
    }),
    function("timeOf", NONE, Input::Any, Output::Unknown, |call| {
        let moment = moment(&call)?.filter(|moment| moment.form == Form::DateTime);
        let timed = moment.filter(|moment| moment.precision >= Precision::Hour);
        let time = timed.map(|moment| Temporal { form: Form::Time, offset: None, ..moment });
        maybe(time.map(Datum::moment))
    }),
];

const NONE: (usize, usize) = (0, 0);

fn moment(
    call: &Call<'_, '_, '_>,
) -> Result<Option<Temporal>, crate::fhirpath::expression::evaluation_error::EvaluationError> {
    Ok(match call.value()? {
        Some(Datum::Temporal(moment)) => Some(*moment),
        _ => None,
    })
}

fn part<'a>(
    call: &Call<'_, '_, 'a>,
    precision: Precision,
    of: impl Fn(&Temporal) -> i64,
) -> Outcome<'a> {
    let has_part = |moment: &Temporal| {
        let is_of_date = precision <= Precision::Day;
        moment.precision >= precision && !(is_of_date && moment.form == Form::Time)
    };
    let moment = moment(call)?.filter(has_part);
    maybe(moment.map(|moment| Datum::Integer(of(&moment))))
}
