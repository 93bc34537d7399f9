//! Names of people, <https://hl7.org/fhir/R4/search.html#string>: their words in any order, and those
//! first that have the marks that were typed.

use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::string::TextValue;
use crate::definitions::search_parameter::{ParamId, ParamType, SearchParameter};
use crate::fhir::text::fold::fold;
use crate::search::fault::Fault;
use crate::search::joined::Step;
use crate::search::query::{Parameter, unescape};

use super::Context;

/// Words of one value that are looked for; further ones are too rare to matter.
const WORDS: usize = 8;

/// The names that have a word for each word of one of the values, which it starts with.
pub(super) fn names(parameter: &Parameter, found: &SearchParameter) -> Result<Criteria, Fault> {
    let param = found.indexed_as();
    let (mut alone, mut several) = (Vec::new(), Vec::new());
    for value in parameter.values()? {
        let value = unescape(value);
        let folded = fold(&value);
        match words(&folded).as_slice() {
            [] | [_] => alone.push(TextValue::start(&value)),
            words => several.push(each(param, words, TextValue::start)),
        }
    }
    if !alone.is_empty() {
        several.push(Criteria::Parameter(param, Values::Texts(alone)));
    }
    Ok(match (several.pop(), several.is_empty()) {
        (Some(only), true) => only,
        (last, _) => Criteria::Any(several.into_iter().chain(last).collect()),
    })
}

/// What those names are that come first, when a value was typed with marks.
pub(super) fn preferred(parameter: &Parameter, ctx: &Context<'_>) -> Option<Criteria> {
    let own = parameter.modifier.is_none() && Step::of(&parameter.name) == Some(Step::Own);
    let found = ctx.indexer.search().find(ctx.kind, &parameter.name).filter(|_| own)?;
    let is_name = ctx.indexer.is_of_names(found)
        || (found.kind == ParamType::String && matches!(&*found.code, "family" | "given"));
    let values: Vec<String> = parameter.values().ok()?.into_iter().map(unescape).collect();
    if !is_name || !values.iter().any(|value| has_marks(value)) {
        return None;
    }
    let param = found.indexed_as();
    let named = values.iter().map(|value| match ctx.indexer.is_of_names(found) {
        true => each(param, &words(value), TextValue::marked),
        false => Criteria::Parameter(param, Values::Texts(vec![TextValue::marked(value)])),
    });
    Some(Criteria::Any(named.collect()))
}

fn words(value: &str) -> Vec<&str> {
    value.split_whitespace().take(WORDS).collect()
}

fn each(param: ParamId, words: &[&str], value: impl Fn(&str) -> TextValue) -> Criteria {
    let word = |word: &&str| Criteria::Parameter(param, Values::Texts(vec![value(word)]));
    Criteria::All(words.iter().map(word).collect())
}

/// Whether a text has marks that folding takes off.
fn has_marks(value: &str) -> bool {
    words(value).join(" ").to_lowercase() != fold(value)
}
