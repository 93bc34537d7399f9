//! Each item once, <http://hl7.org/fhirpath/N1/#distinct-collection>.

use super::equality::contains;
use crate::fhirpath::expression::evaluator::Evaluator;
use crate::fhirpath::expression::outcome::Outcome;
use crate::fhirpath::value::datum::Collection;

/// So few that comparing texts is faster than hashing them.
const FEW: usize = 8;

/// Bytes of a text that are hashed in a step.
const HASHED: usize = 256;

/// The items without those that are equal to an earlier one. Many texts are found by their hash.
pub(in crate::fhirpath) fn distinct<'a>(
    run: &Evaluator<'_, 'a>,
    items: &Collection<'a>,
) -> Outcome<'a> {
    if items.len() < 2 {
        return Ok(items.clone());
    }
    let mut texts = rustc_hash::FxHashSet::default();
    let mut others = Collection::new();
    let mut found: Collection<'a> = Collection::new();
    for item in items {
        run.spend(1 + item.string().map_or(0, str::len) / HASHED)?;
        let is_new = match item.string() {
            Some(text) if items.len() <= FEW => {
                !found.iter().any(|before| before.string() == Some(text))
            }
            Some(text) => texts.insert(text),
            None => !contains(run, &others, item)?,
        };
        if is_new {
            if item.string().is_none() {
                others.push(item.clone());
            }
            found.push(item.clone());
        }
    }
    Ok(found)
}
