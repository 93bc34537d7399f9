//! Whether a display is one of a code's, in the language that is asked for,
//! <https://hl7.org/fhir/R4/datatypes.html#Coding>.

use super::rules::Rules;
use crate::terminology::finding::{self, CodePlace, Finding};
use crate::terminology::language::Display;

/// Checks a display. Those of the wanted language count; where there is none, the system's own
/// will do.
pub(crate) fn check_display(
    place: CodePlace,
    given: &str,
    code: &str,
    displays: &[Display<'_>],
    rules: &Rules<'_>,
) -> Option<Finding> {
    let is_wanted = |display: &&Display<'_>| match (rules.languages, display.language) {
        (Some(languages), Some(language)) => languages.want(language),
        _ => true,
    };
    let same = |display: &&Display<'_>| is_same_display(display.text, given);
    let wanted: Vec<Display<'_>> = displays.iter().filter(is_wanted).copied().collect();
    let matching: Vec<Display<'_>> = wanted.iter().filter(same).copied().collect();
    if !matching.is_empty() {
        let is_withdrawn = matching.iter().all(|display| display.is_withdrawn);
        return is_withdrawn.then(|| finding::display::withdrawn_display(place, given, code));
    }
    let own_language = displays.iter().find(|display| display.is_own)?.language;
    let is_in_own_language =
        displays.iter().any(|display| display.language == own_language && same(&display));
    let wanted_none = wanted.is_empty();
    match rules.languages {
        Some(languages) if wanted_none && is_in_own_language => {
            Some(finding::display::other_language(place, given, code, &languages.text))
        }
        _ => {
            let right: Vec<Display<'_>> = match wanted.is_empty() {
                true => displays.iter().filter(|display| display.is_own).copied().collect(),
                false => wanted.into_iter().filter(|display| !display.is_withdrawn).collect(),
            };
            let is_by_spaces = right.iter().any(|one| is_same_but_spaces(one.text, given));
            let found =
                finding::display::wrong_display(place, given, code, &right, rules.lenient_display);
            Some(match wanted_none {
                true => found.named("NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR"),
                false if is_by_spaces => {
                    found.named("Display_Name_WS_for__should_be_one_of__instead_of")
                }
                false => found,
            })
        }
    }
}

fn is_same_but_spaces(a: &str, b: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    words(a) == words(b)
}

/// Displays are the same whatever their case.
pub(crate) fn is_same_display(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}
