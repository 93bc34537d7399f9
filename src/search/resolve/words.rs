//! Reads `_text` and `_content`, <https://hl7.org/fhir/R4/search.html#content>.

use crate::config::full_text::FullText;
use crate::criteria::tree::Criteria;
use crate::criteria::value::words::{Phrase, Scope, Wanted, WordsValue};
use crate::fhir::text::word::Word;
use crate::search::fault::Fault;
use crate::search::query::{Parameter, unescape};
use crate::search::value::words::{Said, Wrong, parse};

use super::Context;
use super::read::no_modifier;

/// Whether it is a parameter of full text.
pub(super) fn is_of_text(name: &str) -> bool {
    matches!(name, "_text" | "_content")
}

/// What the words of a resource must say.
pub(super) fn criteria(parameter: &Parameter, ctx: &Context<'_>) -> Result<Criteria, Fault> {
    no_modifier(parameter, "–")?;
    let (scope, needed) = match parameter.name.as_str() {
        "_text" => (Scope::Narrative, FullText::Text),
        _ => (Scope::Content, FullText::Content),
    };
    if ctx.indexer.words() < needed {
        return Err(Fault::NoWords { name: parameter.name.clone(), needed });
    }
    let queries = queries(parameter, ctx)?;
    let each = queries.iter().map(|said| made(&sides(said, false), scope));
    Ok(Criteria::one_of(each.collect()))
}

/// What those are that come first: they have the words as they were typed, marks and all.
pub(super) fn preferred(parameter: &Parameter, ctx: &Context<'_>) -> Option<Criteria> {
    let queries = queries(parameter, ctx).ok()?;
    let each: Option<Vec<Wanted>> = queries.iter().map(marked).collect();
    let wanted = Wanted::Any(each?);
    Some(Criteria::FullText(WordsValue { scope: Scope::Marks, wanted }))
}

fn queries(parameter: &Parameter, ctx: &Context<'_>) -> Result<Vec<Said>, Fault> {
    let most = (ctx.size.values, ctx.size.depth);
    let mut before = 0;
    let mut all = Vec::new();
    for value in parameter.values()? {
        let said = parse(&unescape(value), most).map_err(|wrong| match wrong {
            Wrong::At(at, expected) => {
                Fault::Words { name: parameter.name.clone(), at: before + at, expected }
            }
            Wrong::Phrases => Fault::TooMany { most: most.0, setting: "search_values" },
            Wrong::Depth => Fault::TooMany { most: most.1, setting: "search_depth" },
        })?;
        before += value.chars().count() + 1;
        all.push(said);
    }
    Ok(all)
}

/// A query whose negations are of single phrases.
enum Sides {
    Is(Phrase),
    Not(Phrase),
    All(Vec<Self>),
    Any(Vec<Self>),
}

fn sides(said: &Said, is_not: bool) -> Sides {
    let each = |all: &[Said]| all.iter().map(|one| sides(one, is_not)).collect();
    match said {
        Said::Phrase(words, is_start) => {
            let words = words.iter().map(|word| word.folded.clone()).collect();
            let phrase = Phrase { words, is_start: *is_start };
            if is_not { Sides::Not(phrase) } else { Sides::Is(phrase) }
        }
        Said::Not(one) => sides(one, !is_not),
        Said::All(all) if is_not => Sides::Any(each(all)),
        Said::Any(any) if is_not => Sides::All(each(any)),
        Said::All(all) => Sides::All(each(all)),
        Said::Any(any) => Sides::Any(each(any)),
    }
}

/// The criteria: one question to the index where it can be one.
fn made(sides: &Sides, scope: Scope) -> Criteria {
    let words = |wanted| Criteria::FullText(WordsValue { scope, wanted });
    if let Some(wanted) = wanted(sides) {
        return words(wanted);
    }
    let each = |all: &[Sides]| all.iter().map(|one| made(one, scope)).collect();
    match sides {
        Sides::Is(phrase) => words(Wanted::Phrase(phrase.clone())),
        Sides::Not(phrase) => Criteria::Not(Box::new(words(Wanted::Phrase(phrase.clone())))),
        Sides::All(all) => Criteria::All(each(all)),
        Sides::Any(any) => Criteria::Any(each(any)),
    }
}

/// What is wanted, if what lacks all words is not.
fn wanted(sides: &Sides) -> Option<Wanted> {
    match sides {
        Sides::Is(phrase) => Some(Wanted::Phrase(phrase.clone())),
        Sides::Not(_) => None,
        Sides::Any(any) => any.iter().map(wanted).collect::<Option<_>>().map(Wanted::Any),
        Sides::All(all) => {
            let (mut is, mut not) = (Vec::new(), Vec::new());
            for one in all {
                match one {
                    Sides::Not(phrase) => not.push(phrase.clone()),
                    one => is.push(wanted(one)?),
                }
            }
            match (is.len(), is.pop()) {
                (_, None) => None,
                (1, Some(only)) => Some(without(only, not)),
                (_, Some(last)) => {
                    is.push(last);
                    Some(without(Wanted::All(is), not))
                }
            }
        }
    }
}

fn without(wanted: Wanted, not: Vec<Phrase>) -> Wanted {
    if not.is_empty() { wanted } else { Wanted::Without(Box::new(wanted), not) }
}

/// The words that were typed with marks; none where whatever is found is as it was typed.
fn marked(said: &Said) -> Option<Wanted> {
    match said {
        Said::Not(_) => None,
        Said::Phrase(words, is_start) => {
            let last = words.len().saturating_sub(1);
            let one = |(at, word): (usize, &Word)| {
                let words = vec![word.marked.clone()?];
                Some(Wanted::Phrase(Phrase { words, is_start: *is_start && at == last }))
            };
            let all: Vec<Wanted> = words.iter().enumerate().filter_map(one).collect();
            (!all.is_empty()).then_some(Wanted::All(all))
        }
        Said::All(all) => {
            let all: Vec<Wanted> = all.iter().filter_map(marked).collect();
            (!all.is_empty()).then_some(Wanted::All(all))
        }
        Said::Any(any) => any.iter().map(marked).collect::<Option<_>>().map(Wanted::Any),
    }
}
