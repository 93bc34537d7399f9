//! Strings, <http://hl7.org/fhirpath/N1/#string-manipulation>. Positions count characters.

use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::outcome::{Outcome, only};
use crate::fhirpath::function::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::value::datum::{Collection, Datum};

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("indexOf", (1, 1), Input::String, Output::Integer, |call| {
        with_text(&call, |text, part| at(text, text.find(part)))
    }),
    function("lastIndexOf", (1, 1), Input::String, Output::Integer, |call| {
        with_text(&call, |text, part| at(text, text.rfind(part)))
    }),
    function("substring", (1, 2), Input::String, Output::String, substring),
    function("startsWith", (1, 1), Input::String, Output::Boolean, |call| {
        with_text(&call, |text, part| Datum::Boolean(text.starts_with(part)))
    }),
    function("endsWith", (1, 1), Input::String, Output::Boolean, |call| {
        with_text(&call, |text, part| Datum::Boolean(text.ends_with(part)))
    }),
    function("contains", (1, 1), Input::String, Output::Boolean, |call| {
        with_text(&call, |text, part| Datum::Boolean(text.contains(part)))
    }),
    function("upper", (0, 0), Input::String, Output::String, |call| {
        change(&call, str::to_uppercase)
    }),
    function("lower", (0, 0), Input::String, Output::String, |call| {
        change(&call, str::to_lowercase)
    }),
    function("trim", (0, 0), Input::String, Output::String, |call| {
        change(&call, |text| text.trim().to_owned())
    }),
    function("replace", (2, 2), Input::String, Output::String, replace),
    function("length", (0, 0), Input::String, Output::Integer, |call| match call.text()? {
        Some(text) => Ok(only(count(text))),
        None => Ok(Collection::new()),
    }),
    function("toChars", (0, 0), Input::String, Output::String, |call| {
        let text = call.text()?.unwrap_or_default();
        call.run.spend(text.len())?;
        Ok(text.chars().map(|letter| made(letter.to_string())).collect())
    }),
    function("split", (1, 1), Input::String, Output::String, |call| {
        let separator = call.text_argument(0)?;
        let Some((text, separator)) = call.text()?.zip(separator) else {
            return Ok(Collection::new());
        };
        call.run.spend_size(text.len())?;
        if separator.is_empty() {
            call.run.spend(text.len())?;
            return Ok(text.chars().map(|letter| made(letter.to_string())).collect());
        }
        call.run.spend(text.matches(separator.as_str()).count())?;
        Ok(text.split(separator.as_str()).map(|part| made(part.to_owned())).collect())
    }),
    function("join", (0, 1), Input::String, Output::String, join),
];

/// A computed string.
pub(super) fn made<'a>(text: String) -> Datum<'a> {
    Datum::String(text.into())
}

fn with_text<'a>(call: &Call<'_, '_, 'a>, answer: impl Fn(&str, &str) -> Datum<'a>) -> Outcome<'a> {
    let part = call.text_argument(0)?;
    let Some((text, part)) = call.text()?.zip(part) else { return Ok(Collection::new()) };
    call.run.spend_text(text)?;
    Ok(only(answer(text, &part)))
}

/// Replaces the text by another.
pub(super) fn change<'a>(call: &Call<'_, '_, 'a>, to: impl Fn(&str) -> String) -> Outcome<'a> {
    let Some(text) = call.text()? else { return Ok(Collection::new()) };
    call.run.spend_text(text)?;
    Ok(only(made(to(text))))
}

fn count<'a>(text: &str) -> Datum<'a> {
    Datum::Integer(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
}

/// The position of a byte, or -1.
fn at<'a>(text: &str, byte: Option<usize>) -> Datum<'a> {
    match byte.and_then(|byte| text.get(..byte)) {
        Some(before) => count(before),
        None => Datum::Integer(-1),
    }
}

fn substring<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let (start, length) = (call.integer_argument(0)?, call.integer_argument(1)?);
    let Some((text, start)) = call.text()?.zip(start) else { return Ok(Collection::new()) };
    let Ok(start) = usize::try_from(start) else { return Ok(Collection::new()) };
    call.run.spend_text(text)?;
    let mut rest = text.chars().skip(start).peekable();
    if rest.peek().is_none() {
        return Ok(Collection::new());
    }
    let length = length.map_or(usize::MAX, |length| usize::try_from(length).unwrap_or_default());
    Ok(only(made(rest.take(length).collect())))
}

fn replace<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let (pattern, substitution) = (call.text_argument(0)?, call.text_argument(1)?);
    let (Some(text), Some(pattern), Some(substitution)) = (call.text()?, pattern, substitution)
    else {
        return Ok(Collection::new());
    };
    let places = if pattern.is_empty() { text.len() + 1 } else { text.matches(&*pattern).count() };
    call.run.spend(places)?;
    call.run.spend_size(places.saturating_mul(substitution.len()).saturating_add(text.len()))?;
    Ok(only(made(text.replace(&*pattern, &substitution))))
}

fn join<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let separator = call.text_argument(0)?.unwrap_or_default();
    let texts: Result<Vec<&str>, EvaluationError> = call
        .input
        .iter()
        .map(|item| item.text().ok_or_else(|| call.wrong_type("strings", item)))
        .collect();
    let texts = texts?;
    if texts.is_empty() {
        return Ok(Collection::new());
    }
    let between = texts.len().saturating_mul(separator.len());
    let size = texts.iter().fold(between, |size, text| size.saturating_add(text.len()));
    call.run.spend(texts.len())?;
    call.run.spend_size(size)?;
    Ok(only(made(texts.join(&separator))))
}
