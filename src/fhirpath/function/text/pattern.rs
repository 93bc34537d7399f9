//! `matches()` and its kin, <http://hl7.org/fhirpath/N1/#string-manipulation>.
//!
//! The expressions are those of the `regex` crate, which takes linear time for any of them.

use std::borrow::Cow;

use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::outcome::{Outcome, only, truth};
use crate::fhirpath::expression::pattern::{Pattern, compile};
use crate::fhirpath::function::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::value::datum::{Collection, Datum};

/// How large one may be that is made while an expression is evaluated.
const MADE: usize = 1 << 18;
/// Steps that compiling such a one takes.
const COST: usize = 5000;

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("matches", (1, 2), Input::String, Output::Boolean, |call| matches(&call)),
    function("matchesFull", (1, 2), Input::String, Output::Boolean, |call| matches(&call)),
    function("replaceMatches", (2, 3), Input::String, Output::String, replace_matches),
];

/// Takes the steps that looking at a text may take.
fn spend(call: &Call<'_, '_, '_>, pattern: &Pattern, text: &str) -> Result<(), EvaluationError> {
    call.run.spend(pattern.steps(text))
}

fn pattern<'a>(
    call: &Call<'_, '_, 'a>,
    flags: usize,
) -> Result<Option<Cow<'a, Pattern>>, EvaluationError> {
    if let Some(pattern) = &call.invoked.pattern {
        return Ok(Some(Cow::Borrowed(pattern)));
    }
    let Some(pattern) = call.text_argument(0)? else { return Ok(None) };
    call.run.spend(COST + pattern.len())?;
    let flags = call.text_argument(flags)?.unwrap_or_default();
    if flags.chars().any(|flag| !matches!(flag, 'i' | 'm')) {
        let (what, found) = (call.name(), format!("'{flags}'"));
        return Err(EvaluationError::WrongType { what, expected: "the flags i and m", found });
    }
    let full = call.invoked.signature.name == "matchesFull";
    compile(&pattern, &flags, full, MADE).map(|pattern| Some(Cow::Owned(pattern)))
}

fn matches<'a>(call: &Call<'_, '_, 'a>) -> Outcome<'a> {
    match (call.text()?, pattern(call, 1)?) {
        (Some(text), Some(pattern)) => {
            spend(call, &pattern, text)?;
            truth(pattern.regex.is_match(text))
        }
        _ => Ok(Collection::new()),
    }
}

fn replace_matches<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let (pattern, substitution) = (pattern(&call, 2)?, call.text_argument(1)?);
    let (Some(text), Some(pattern), Some(substitution)) = (call.text()?, pattern, substitution)
    else {
        return Ok(Collection::new());
    };
    if pattern.regex.as_str().is_empty() {
        return Ok(only(Datum::String(text.to_owned().into())));
    }
    // What could be written is charged before it is written: each group may be the whole text.
    spend(&call, &pattern, text)?;
    let matches = pattern.regex.find_iter(text).count();
    let groups = substitution.matches('$').count();
    let plain = matches.saturating_mul(substitution.len()).saturating_add(text.len());
    call.run.spend_size(plain.saturating_add(groups.saturating_mul(text.len())))?;
    spend(&call, &pattern, text)?;
    let replaced = pattern.regex.replace_all(text, braced(&substitution).as_str()).into_owned();
    Ok(only(Datum::String(replaced.into())))
}

/// `$1` and `${name}` name groups; a number ends where its digits end.
fn braced(substitution: &str) -> String {
    let mut text = String::with_capacity(substitution.len());
    let mut letters = substitution.chars().peekable();
    while let Some(letter) = letters.next() {
        text.push(letter);
        if letter != '$' || !letters.peek().is_some_and(char::is_ascii_digit) {
            continue;
        }
        text.push('{');
        while let Some(digit) = letters.next_if(char::is_ascii_digit) {
            text.push(digit);
        }
        text.push('}');
    }
    text
}
