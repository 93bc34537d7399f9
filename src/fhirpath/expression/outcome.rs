//! What a part of an expression gives: a collection, or an error.

use super::evaluation_error::EvaluationError;
use crate::fhirpath::value::datum::{Collection, Datum};

/// A collection, or why there is none.
pub(crate) type Outcome<'a> = Result<Collection<'a>, EvaluationError>;

/// The only item of a collection; none when it is empty.
pub(crate) fn only_item<'s, 'a>(
    items: &'s Collection<'a>,
    what: impl Fn() -> String,
) -> Result<Option<&'s Datum<'a>>, EvaluationError> {
    match items.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        many => Err(EvaluationError::NotOne { what: what(), count: many.len() }),
    }
}

/// A collection of one item.
pub(crate) fn only(item: Datum<'_>) -> Collection<'_> {
    let mut items = Collection::new();
    items.push(item);
    items
}

/// A collection of one truth.
pub(crate) fn truth<'a>(value: bool) -> Outcome<'a> {
    Ok(only(Datum::Boolean(value)))
}

/// A collection of at most one item.
pub(crate) fn maybe(item: Option<Datum<'_>>) -> Outcome<'_> {
    Ok(item.into_iter().collect())
}
