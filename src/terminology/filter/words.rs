//! Finding concepts by words, as `$expand?filter=` does: marks and case do not matter, so that
//! `tre em` finds `Trẻ em`, <https://hl7.org/fhir/R4/valueset-operation-expand.html>.

use crate::fhir::text::fold::fold;
use crate::terminology::system::concept::Concept;

/// A text as words with a space between each, folded.
pub(crate) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for word in fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// Whether every word begins a word of one of the concept's texts.
pub(crate) fn has_words(concept: &Concept, wanted: &[&str]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let designations = concept.designations.iter().map(|designation| &*designation.value);
    let mut texts =
        std::iter::once(&*concept.code).chain(concept.display.as_deref()).chain(designations);
    texts.any(|text| text_has(text, wanted))
}

/// Whether every word begins a word of a text.
pub(crate) fn text_has(text: &str, wanted: &[&str]) -> bool {
    let found = words(text);
    wanted.iter().all(|wanted| found.split(' ').any(|word| word.starts_with(wanted)))
}

/// Whether one text that may be there has the words, which are as [`words`] makes them.
pub(crate) fn one_has(text: Option<&str>, words: &str) -> bool {
    let wanted: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    wanted.is_empty() || text.is_some_and(|text| text_has(text, &wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(display: &str, filter: &str, expected: bool) {
        let concept =
            Concept { code: "c-1".into(), display: Some(display.into()), ..Concept::default() };
        let filter = words(filter);
        let wanted: Vec<&str> = filter.split(' ').filter(|word| !word.is_empty()).collect();
        assert_eq!(has_words(&concept, &wanted), expected, "{display} {filter}");
    }

    #[test]
    fn words_are_found_by_how_they_begin_without_marks() {
        check("Vắc xin phòng bệnh sởi", "vac xin soi", true);
        check("Vắc xin phòng bệnh sởi", "Sởi PHÒNG", true);
        check("Trẻ đẻ non", "de no", true);
        check("Trẻ đẻ non", "on", false);
        check("anything", "", true);
        check("anything", "C-1", true);
        check("Data Exchange", "data-ex", true);
        check("Data Exchange", "xxx", false);
    }
}
