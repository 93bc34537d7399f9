//! The language of displays: what is asked for by `displayLanguage` or `Accept-Language`, and which
//! text of a concept that is, <https://hl7.org/fhir/R4/valueset-operation-expand.html>.
//!
//! A tag fits a range that it equals or begins with (`en` fits `en-AU`), and a range that is more
//! exact than the tag, where nothing better is there.

mod tag;

use super::system::concept::{About, Concept, Designation};
use super::system::read_concept::standards_status;
use super::value_set::found::Listed;
use tag::is_language;

/// Language ranges, the most wanted first, <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4>.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Languages {
    ranges: Vec<Box<str>>,
    /// `*;q=0`: no other language will do.
    is_strict: bool,
    /// As it was asked.
    pub text: Box<str>,
}

/// One text that a concept may be displayed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Display<'c> {
    pub(crate) language: Option<&'c str>,
    pub(crate) text: &'c str,
    /// It is what the system itself displays.
    pub(crate) is_own: bool,
    /// It is what the value set displays.
    pub(crate) is_of_set: bool,
    /// It is not to be used any more.
    pub(crate) is_withdrawn: bool,
}

impl Languages {
    /// What is no language in a parameter: each has to be a language tag or `*`.
    pub fn fault(text: &str) -> Option<&str> {
        text.split(',').find(|range| {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let has_weight = |part: &str| {
                let weight =
                    part.trim().strip_prefix("q=").and_then(|text| text.trim().parse().ok());
                weight.is_some_and(|weight: f32| (0.0..=1.0).contains(&weight))
            };
            !(tag == "*" || is_language(tag)) || !parts.all(has_weight)
        })
    }

    /// Reads a header or a parameter; none when it names no language.
    pub fn parse(text: &str) -> Option<Self> {
        let mut weighed: Vec<(f32, &str)> = Vec::new();
        let mut is_strict = false;
        for range in text.split(',') {
            let mut parts = range.trim().split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.trim().parse().ok());
            let weight: f32 = weight.unwrap_or(1.0);
            match tag {
                "" => {}
                "*" => is_strict |= weight <= 0.0,
                tag if weight > 0.0 => weighed.push((weight, tag)),
                _ => {}
            }
        }
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
        let ranges: Vec<Box<str>> = weighed.into_iter().map(|(_, tag)| tag.into()).collect();
        (!ranges.is_empty()).then(|| Self { ranges, is_strict, text: text.into() })
    }

    /// Whether a text of this language is asked for.
    pub(crate) fn want(&self, language: &str) -> bool {
        self.ranges.iter().any(|range| fit(range, language).is_some())
    }
}

/// How well a language fits a range; less is better.
fn fit(range: &str, language: &str) -> Option<u8> {
    let begins = |long: &str, short: &str| {
        long.get(..short.len()).is_some_and(|head| head.eq_ignore_ascii_case(short))
            && long.as_bytes().get(short.len()) == Some(&b'-')
    };
    if range.eq_ignore_ascii_case(language) {
        Some(0)
    } else if begins(language, range) {
        Some(1)
    } else {
        begins(range, language).then_some(2)
    }
}

/// Every text that a concept may be displayed by, its own first.
pub(crate) fn displays<'c>(
    about: Option<&'c About>,
    concept: &'c Concept,
    listed: Option<&'c Listed>,
) -> Vec<Display<'c>> {
    let language = about.and_then(|about| about.language.as_deref());
    let of_designation = |designation: &'c Designation| Display {
        language: designation.language.as_deref(),
        text: &designation.value,
        is_own: false,
        is_of_set: false,
        is_withdrawn: matches!(
            standards_status(&designation.extensions),
            Some("withdrawn" | "deprecated")
        ),
    };
    let own = concept.display.as_deref();
    let text =
        |text, is_own| Display { language, text, is_own, is_of_set: !is_own, is_withdrawn: false };
    let own = own.map(|own| text(own, true));
    let in_set = listed.and_then(|listed| listed.display.as_deref());
    let in_set = in_set.map(|in_set| text(in_set, false));
    let listed = listed.into_iter().flat_map(|listed| &listed.designations);
    own.into_iter()
        .chain(in_set)
        .chain(listed.map(of_designation))
        .chain(concept.designations.iter().map(of_designation))
        .collect()
}

/// The display of a concept of a system.
pub fn display_of<'c>(
    about: &'c About,
    concept: &'c Concept,
    languages: Option<&Languages>,
) -> Option<&'c str> {
    preferred(&displays(Some(about), concept, None), languages).map(|display| display.text)
}

/// The text to display: the one that fits best, or the system's own.
pub(crate) fn preferred<'c>(
    displays: &[Display<'c>],
    languages: Option<&Languages>,
) -> Option<Display<'c>> {
    let fallback = || displays.iter().find(|display| display.is_own).or(displays.first()).copied();
    let Some(languages) = languages else { return fallback() };
    for range in &languages.ranges {
        let fitting = displays
            .iter()
            .filter(|display| !display.is_withdrawn)
            .filter_map(|display| Some((fit(range, display.language?)?, display)));
        if let Some((_, display)) = fitting.min_by_key(|(fit, _)| *fit) {
            return Some(*display);
        }
    }
    fallback().filter(|display| !languages.is_strict || display.language.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(asked: Option<&str>, expected: Option<&str>) {
        let designation = |language: &str, value: &str| Designation {
            language: Some(language.into()),
            value: value.into(),
            ..Designation::default()
        };
        let concept = Concept {
            display: Some("measles".into()),
            designations: vec![designation("vi", "sởi"), designation("de-CH", "Masern")],
            ..Concept::default()
        };
        let about = About { language: Some("en".into()), ..About::default() };
        let languages = asked.and_then(Languages::parse);
        let displays = displays(Some(&about), &concept, None);
        let found = preferred(&displays, languages.as_ref()).map(|display| display.text);
        assert_eq!(found, expected, "{asked:?}");
    }

    #[test]
    fn the_best_language_is_displayed() {
        check(None, Some("measles"));
        check(Some("vi"), Some("sởi"));
        check(Some("vi-VN,en;q=0.5"), Some("sởi"));
        check(Some("en;q=0.5, vi;q=0.9"), Some("sởi"));
        check(Some("de"), Some("Masern"));
        check(Some("fr"), Some("measles"));
        check(Some("fr, *; q=0"), None);
        check(Some("*"), Some("measles"));
    }
}
