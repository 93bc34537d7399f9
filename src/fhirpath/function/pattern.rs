//! `matches()` and its kin, <http://hl7.org/fhirpath/N1/#string-manipulation>.
//!
//! The expressions are those of the `regex` crate, which takes linear time for any of them.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

use super::super::datum::{Collection, Datum};
use super::super::evaluation_error::EvaluationError;
use super::super::run::Outcome;
use super::signature::{Call, Input, Output, Signature, function, only, truth};

/// How large a compiled expression may be, in bytes, when it is compiled once.
pub(in crate::fhirpath) const WRITTEN: usize = 1 << 20;
/// How large one may be that is made while an expression is evaluated.
const MADE: usize = 1 << 18;
/// Steps that compiling such a one takes.
const COST: usize = 5000;
/// Sizes that a compiled expression may fit into, and in how many of its states it may be at each
/// letter of a long text, in steps.
const WEIGHTS: [(usize, usize); 3] = [(1 << 12, 1), (1 << 16, 16), (usize::MAX, 128)];
/// A text as short as this is looked at for one step a letter by any expression.
const SHORT: usize = 256;

/// A compiled regular expression.
#[derive(Debug, Clone)]
pub(in crate::fhirpath) struct Pattern {
    regex: Regex,
    /// Steps that a letter of a long text may take.
    weight: usize,
}

pub(super) const FUNCTIONS: &[Signature] = &[
    function("matches", (1, 2), Input::String, Output::Boolean, |call| matches(&call)),
    function("matchesFull", (1, 2), Input::String, Output::Boolean, |call| matches(&call)),
    function("replaceMatches", (2, 3), Input::String, Output::String, replace_matches),
];

/// Compiles an expression. A full match has to take the whole text.
pub(in crate::fhirpath) fn compile(
    pattern: &str,
    flags: &str,
    full: bool,
    size: usize,
) -> Result<Pattern, EvaluationError> {
    let anchored = if full { format!(r"\A(?:{pattern})\z") } else { pattern.to_owned() };
    let build = |most: usize| {
        RegexBuilder::new(&anchored)
            .dot_matches_new_line(true)
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .size_limit(most)
            .dfa_size_limit(size)
            .nest_limit(100)
            .build()
    };
    for (most, weight) in WEIGHTS {
        match build(most.min(size)) {
            Ok(regex) => return Ok(Pattern { regex, weight }),
            Err(regex::Error::CompiledTooBig(_)) if most < size => {}
            Err(error) => {
                let (pattern, fault) = (pattern.to_owned(), error.to_string());
                return Err(EvaluationError::Pattern { pattern, fault });
            }
        }
    }
    let (pattern, fault) = (pattern.to_owned(), "too large".to_owned());
    Err(EvaluationError::Pattern { pattern, fault })
}

impl Pattern {
    /// Takes the steps that looking at a text may take: the time is linear, but a large expression
    /// may look at each letter many times.
    fn spend(&self, call: &Call<'_, '_, '_>, text: &str) -> Result<(), EvaluationError> {
        let weight = if text.len() > SHORT { self.weight } else { 1 };
        call.run.spend(text.len().saturating_mul(weight) + 1)
    }
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
            pattern.spend(call, text)?;
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
    pattern.spend(&call, text)?;
    let matches = pattern.regex.find_iter(text).count();
    let groups = substitution.matches('$').count();
    let plain = matches.saturating_mul(substitution.len()).saturating_add(text.len());
    call.run.spend_size(plain.saturating_add(groups.saturating_mul(text.len())))?;
    pattern.spend(&call, text)?;
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
