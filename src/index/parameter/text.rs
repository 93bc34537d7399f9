//! What string parameters see, <https://hl7.org/fhir/R4/search.html#string>.

use serde_json::Value;

use crate::fhir::member::{members, text};
use crate::fhir::text::fold::fold;

use super::data_type::DataType;
use crate::index::row::{characters, indexed_part};

/// The most characters that are folded: folding takes out marks and blanks.
const READ: usize = 4_096;

/// The most words of a name that are found by themselves.
const WORDS: usize = 32;

/// Gives each part of a value that may be searched for by itself.
pub(super) fn each(kind: DataType, value: &Value, mut give: impl FnMut(&str)) {
    match kind {
        DataType::HumanName => {
            let parts = ["family", "given", "prefix", "suffix", "text"];
            all(value, &parts, &mut give);
            if text(value, "text").is_none() {
                give(&assembled(value));
            }
        }
        DataType::Address => {
            let parts = ["line", "city", "district", "state", "postalCode", "country", "text"];
            all(value, &parts, &mut give);
        }
        DataType::Primitive(_) => {
            if let Some(text) = value.as_str() {
                give(text);
            }
        }
        _ => {}
    }
}

/// Gives each word of a name that no part of it begins with, so that a search for words finds it.
pub(super) fn words(kind: DataType, name: &Value, mut give: impl FnMut(&str)) {
    if kind != DataType::HumanName {
        return;
    }
    let (mut first, mut further) = (Vec::new(), Vec::new());
    each(kind, name, |part| {
        let mut words = characters(part, READ).split_whitespace().map(str::to_owned);
        first.extend(words.next().map(|word| fold(&word)));
        further.extend(words.take(WORDS));
    });
    further.truncate(WORDS);
    for word in further {
        let folded = fold(&word);
        if !first.contains(&folded) {
            give(&word);
            first.push(folded);
        }
    }
}

/// A string folded and as given, both cut; none when nothing is left of it.
pub(super) fn folded(text: &str) -> Option<(String, &str)> {
    let mut folded = fold(characters(text, READ));
    folded.truncate(indexed_part(&folded).len());
    (!folded.is_empty()).then(|| (folded, indexed_part(text)))
}

fn all(value: &Value, keys: &[&str], give: &mut impl FnMut(&str)) {
    for key in keys {
        for part in members(value, key) {
            if let Some(part) = part.as_str() {
                give(part);
            }
        }
    }
}

/// The whole name in the order of Vietnam, family name first.
fn assembled(name: &Value) -> String {
    let family = text(name, "family").into_iter();
    let given = members(name, "given").iter().filter_map(Value::as_str);
    let mut assembled = String::new();
    for part in family.chain(given) {
        if !assembled.is_empty() {
            assembled.push(' ');
        }
        assembled.push_str(part);
    }
    assembled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_strings_are_cut_between_characters() {
        let long = "ế ".repeat(2000);
        let (folded, exact) = folded(&long).expect("text");
        assert_eq!(folded, "e ".repeat(400));
        assert_eq!(exact, "ế ".repeat(200));
        assert_eq!(super::folded(" \u{301} "), None);
    }
}
