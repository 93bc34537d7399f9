//! The time, `trace()` and `type()`, <http://hl7.org/fhirpath/N1/#utility-functions>.

use super::signature::{ArgumentScope, Call, Input, Output, Signature, for_items, function};
use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::evaluator::Evaluator;
use crate::fhirpath::expression::outcome::{Outcome, maybe};
use crate::fhirpath::value::datum::{Collection, Datum, TypeInfo};
use crate::fhirpath::value::locate::size;
use crate::fhirpath::value::temporal::{Form, Temporal};

pub(super) const FUNCTIONS: &[Signature] = &[
    Signature {
        scope: ArgumentScope::SecondForItem,
        ..for_items("trace", (1, 2), Output::Input, trace)
    },
    function("now", (0, 0), Input::Any, Output::Unknown, |call| {
        maybe(now(call.run).map(Datum::moment))
    }),
    function("today", (0, 0), Input::Any, Output::Unknown, |call| {
        maybe(now(call.run).and_then(|now| now.date()).map(Datum::moment))
    }),
    function("timeOfDay", (0, 0), Input::Any, Output::Unknown, |call| {
        let time = now(call.run).map(|now| Temporal { form: Form::Time, offset: None, ..now });
        maybe(time.map(Datum::moment))
    }),
    function("type", (0, 0), Input::Any, Output::Unknown, |call| {
        let info = |item: &Datum<'_>| {
            let (namespace, name) = item.kind().name(call.run.shapes);
            Datum::TypeInfo(Box::new(TypeInfo { namespace, name: name.into() }))
        };
        call.run.spend(call.input.len().saturating_mul(2))?;
        Ok(call.input.iter().map(info).collect())
    }),
];

fn now(run: &Evaluator<'_, '_>) -> Option<Temporal> {
    Temporal::at(run.environment.now, run.environment.zone)
}

/// Tells the caller what is here; the result is the input.
fn trace<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let Some(tell) = call.run.environment.outside.trace else { return Ok(call.input) };
    let name = call.text_argument(0)?.unwrap_or_default();
    let tell = |name: &str, items: &Collection<'a>| {
        for item in items {
            call.run.spend(weight(item))?;
        }
        tell(name, items);
        Ok::<(), EvaluationError>(())
    };
    if call.plan(1).is_none() {
        tell(&name, &call.input)?;
        return Ok(call.input);
    }
    let mut told = Collection::new();
    for (index, item) in call.input.iter().enumerate() {
        told.extend(call.for_item(1, index, item)?);
    }
    tell(&name, &told)?;
    Ok(call.input)
}

/// What whoever is told of an item may write down, in steps.
fn weight(item: &Datum<'_>) -> usize {
    match item {
        Datum::Node(node) => size(node.value).saturating_mul(4),
        item => item.text().map_or(1, |text| text.len() / 16 + 1),
    }
}
