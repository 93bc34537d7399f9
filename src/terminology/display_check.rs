//! Whether a display is one of a code's, in the language that is asked for,
//! <https://hl7.org/fhir/R4/datatypes.html#Coding>.

use super::finding::{self, Finding, Place};
use super::language::Display;
use super::service::is_same_display;
use super::validate::Rules;

/// Checks a display. Those of the wanted language count; where there is none, the system's own
/// will do.
pub(crate) fn check_display(
    place: Place,
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
        return is_withdrawn.then(|| finding::withdrawn_display(place, given, code));
    }
    let own_language = displays.iter().find(|display| display.is_own)?.language;
    let is_in_own_language =
        displays.iter().any(|display| display.language == own_language && same(&display));
    match rules.languages {
        Some(languages) if wanted.is_empty() && is_in_own_language => {
            Some(finding::other_language(place, given, code, &languages.text))
        }
        _ => {
            let right: Vec<Display<'_>> = match wanted.is_empty() {
                true => displays.iter().filter(|display| display.is_own).copied().collect(),
                false => wanted.into_iter().filter(|display| !display.is_withdrawn).collect(),
            };
            let lenient = rules.lenient_display;
            Some(finding::wrong_display(place, given, code, &right, lenient))
        }
    }
}
