//! What became of a form between its being shown and its being sent.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::field::{named, words};
use crate::fhir::member::{members, text};
use crate::operation::questionnaire::sdc;
use crate::ui::say::Say;

/// Bytes that a form may say of what it knew.
const MOST: usize = 16 << 10;

/// Something that the server knew when it showed a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Knew {
    link: String,
    value: String,
    words: String,
    is_hidden: bool,
}

/// All that it knows, but for the hour.
pub(super) fn known_of(questionnaire: &Value, response: &Value, say: Say) -> Vec<Knew> {
    let mut all = Vec::new();
    gather(questionnaire, response, say, &mut all);
    all
}

fn gather(questionnaire: &Value, parent: &Value, say: Say, all: &mut Vec<Knew>) {
    for one in members(parent, "item") {
        let link = text(one, "linkId").unwrap_or_default();
        let Some(item) = named(questionnaire, link) else { continue };
        let is_hour = matches!(text(item, "type"), Some("dateTime" | "date" | "time"))
            && sdc::one(item, "initialExpression").is_some();
        for answer in members(one, "answer").iter().filter(|_| !is_hour) {
            all.push(Knew {
                link: link.to_owned(),
                value: sum(&answer.to_string()),
                words: words(item, say).to_owned(),
                is_hidden: sdc::is_hidden(item),
            });
        }
        gather(questionnaire, one, say, all);
    }
}

/// Enough of a sum to tell one value from another: what is known of somebody need not stand in the page
/// twice.
fn sum(value: &str) -> String {
    let digest = Sha256::digest(value);
    URL_SAFE_NO_PAD.encode(digest.get(..9).unwrap_or_default())
}

/// What a form carries along of it.
pub(super) fn written(all: &[Knew]) -> String {
    let mut by_link: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in all {
        by_link.entry(&one.link).or_default().push(&one.value);
    }
    serde_json::to_string(&by_link).unwrap_or_default()
}

/// What is another now: the words of the questions, and whether what nobody sees is among it.
pub(super) fn since(before: &str, now: &[Knew]) -> (Vec<String>, bool) {
    let before: BTreeMap<String, Vec<String>> = match before.len() {
        0..=MOST => serde_json::from_str(before).unwrap_or_default(),
        _ => BTreeMap::new(),
    };
    let mut changed = Vec::new();
    let mut is_hidden = false;
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in now {
        known.entry(&one.link).or_default().push(&one.value);
    }
    for one in now {
        let was = before.get(&one.link).map(|all| all.iter().map(String::as_str).collect());
        if was.as_ref() != known.get(one.link.as_str()) && !changed.contains(&one.words) {
            changed.push(one.words.clone());
            is_hidden |= one.is_hidden;
        }
    }
    let gone = before.keys().filter(|link| !known.contains_key(link.as_str()));
    let gone = gone.count() > 0;
    (changed, is_hidden || gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knew(link: &str, value: &str, is_hidden: bool) -> Knew {
        Knew { link: link.into(), value: value.into(), words: link.to_uppercase(), is_hidden }
    }

    #[test]
    fn what_changed_is_told_by_its_words() {
        let before = written(&[knew("a", "1", false), knew("b", "x", true)]);
        let same = since(&before, &[knew("a", "1", false), knew("b", "x", true)]);
        assert_eq!(same, (vec![], false));
        let other = since(&before, &[knew("a", "2", false), knew("b", "x", true)]);
        assert_eq!(other, (vec!["A".to_owned()], false));
        let hidden = since(&before, &[knew("a", "1", false), knew("b", "y", true)]);
        assert_eq!(hidden, (vec!["B".to_owned()], true));
        assert!(since(&before, &[knew("a", "1", false)]).1, "what is gone");
        assert_eq!(since("{", &[]), (vec![], false));
    }
}
