//! Regular expressions of the `regex` crate, which takes linear time for any of them.

use regex::{Regex, RegexBuilder};

use super::evaluation_error::EvaluationError;

/// How large a compiled expression may be, in bytes, when it is compiled once.
pub(super) const WRITTEN: usize = 1 << 20;
/// Sizes that a compiled expression may fit into, and in how many of its states it may be at each
/// letter of a long text, in steps.
const WEIGHTS: [(usize, usize); 3] = [(1 << 12, 1), (1 << 16, 16), (usize::MAX, 128)];
/// A text as short as this is looked at for one step a letter by any expression.
const SHORT: usize = 256;

/// A compiled regular expression.
#[derive(Debug, Clone)]
pub(in crate::fhirpath) struct Pattern {
    pub(in crate::fhirpath) regex: Regex,
    /// Steps that a letter of a long text may take.
    weight: usize,
}

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
    /// The steps that looking at a text may take: the time is linear, but a large expression may
    /// look at each letter many times.
    pub(in crate::fhirpath) fn steps(&self, text: &str) -> usize {
        let weight = if text.len() > SHORT { self.weight } else { 1 };
        text.len().saturating_mul(weight) + 1
    }
}
