//! `<`, `<=`, `>` and `>=`, <http://hl7.org/fhirpath/N1/#comparison>.

use std::cmp::Ordering;

use super::equality::{amount, number};
use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::evaluator::Evaluator;
use crate::fhirpath::expression::outcome::only_item;
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::temporal::Compared;

/// How two items stand to each other; none when one is missing or not precise enough.
pub(in crate::fhirpath) fn compare<'a>(
    run: &Evaluator<'_, 'a>,
    left: &Collection<'a>,
    right: &Collection<'a>,
) -> Result<Option<Ordering>, EvaluationError> {
    let what = || "a comparison".to_owned();
    match (only_item(left, what)?, only_item(right, what)?) {
        (Some(left), Some(right)) => compare_items(run, left, right),
        _ => Ok(None),
    }
}

pub(in crate::fhirpath) fn compare_items<'a>(
    run: &Evaluator<'_, 'a>,
    left: &Datum<'a>,
    right: &Datum<'a>,
) -> Result<Option<Ordering>, EvaluationError> {
    run.spend(1)?;
    let has_no_value = |item: &Datum<'_>| matches!(item, Datum::Node(node) if node.value.is_null());
    if has_no_value(left) || has_no_value(right) {
        return Ok(None);
    }
    let unlike = || {
        let found = run.wrong_type(String::new(), "", right);
        let EvaluationError::WrongType { found, .. } = found else { return found };
        let expected = "two items of one type that has an order";
        EvaluationError::WrongType { what: "a comparison".into(), expected, found }
    };
    let values = left.system(run.shapes).zip(right.system(run.shapes));
    match values.ok_or_else(unlike)? {
        (Datum::String(left), Datum::String(right)) => {
            run.spend(left.len().min(right.len()) / 256)?;
            Ok(Some(left.cmp(&*right)))
        }
        (Datum::Integer(left), Datum::Integer(right)) => Ok(Some(left.cmp(&right))),
        (Datum::Temporal(left), Datum::Temporal(right)) => {
            match left.compare(&right, run.environment.zone) {
                Compared::Known(order) => Ok(Some(order)),
                Compared::Unknown => Ok(None),
                Compared::Unlike => Err(unlike()),
            }
        }
        (left, right) => {
            if let (Some(left), Some(right)) = (number(&left), number(&right)) {
                return Ok(Some(left.cmp(&right)));
            }
            run.spend_units(&left, &right)?;
            let amounts = amount(&left).zip(amount(&right)).ok_or_else(unlike)?;
            Ok(amounts.0.compare(&amounts.1))
        }
    }
}
