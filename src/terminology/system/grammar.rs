//! Code systems whose codes follow a grammar: units (UCUM), languages (BCP 47), media types
//! (BCP 13), and by their form countries (ISO 3166-1), what they are divided into (ISO 3166-2) and
//! areas of the world (M49).
//!
//! They have no end, so they can be asked for a code but not listed.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::concept::{About, Concept, Designation, Property, PropertyDefinition, PropertyValue};
use super::source::{ConceptSource, Selection, SourceError};
use crate::terminology::filter::rule::Rules;

const UNITS: &str = "http://unitsofmeasure.org";
const LANGUAGES: &str = "urn:ietf:bcp:47";
const MEDIA_TYPES: &str = "urn:ietf:bcp:13";
const COUNTRIES: &str = "urn:iso:std:iso:3166";

const DIVISIONS: &str = "urn:iso:std:iso:3166:-2";
const AREAS: &str = "http://unstats.un.org/unsd/methods/m49/m49.htm";

/// The systems that follow a grammar.
pub const SYSTEMS: [&str; 6] = [UNITS, LANGUAGES, MEDIA_TYPES, COUNTRIES, DIVISIONS, AREAS];

/// Areas of M49 that are more than one country, <https://unstats.un.org/unsd/methodology/m49/>.
const REGIONS: [&str; 31] = [
    "001", "002", "003", "005", "009", "011", "013", "014", "015", "017", "018", "019", "021",
    "029", "030", "034", "035", "039", "053", "054", "057", "061", "142", "143", "145", "150",
    "151", "154", "155", "202", "419",
];

/// Bytes that a code may have.
const LONGEST: usize = 256;

/// Reads a code; none when it does not follow the grammar.
type Reads = fn(&str) -> Option<Concept>;

/// A system whose codes follow a grammar.
#[derive(Debug)]
pub(crate) struct Grammar {
    about: About,
    reads: Reads,
    /// What some of the codes are called.
    names: FxHashMap<Box<str>, Box<str>>,
}

/// The value set of R4 that names the more common codes of such a system.
pub(crate) fn naming_value_set(system: &str) -> Option<&'static str> {
    (system == LANGUAGES).then_some("http://hl7.org/fhir/ValueSet/languages")
}

impl Grammar {
    /// The grammar of a system, with names for some of its codes.
    pub(crate) fn of(system: &str, names: FxHashMap<Box<str>, Box<str>>) -> Option<Self> {
        let (reads, title, is_case_sensitive): (Reads, &str, bool) = match system {
            UNITS => (unit, "UCUM", true),
            LANGUAGES => (language, "BCP 47", false),
            MEDIA_TYPES => (media_type, "BCP 13", false),
            COUNTRIES => (country, "ISO 3166-1", true),
            DIVISIONS => (division, "ISO 3166-2", true),
            AREAS => (area, "M49", true),
            _ => return None,
        };
        let property = |code: &str, text: &str| PropertyDefinition {
            code: code.into(),
            uri: None,
            description: Some(text.into()),
            kind: "string".into(),
        };
        let properties = match system {
            UNITS => vec![property("canonical", "The unit in base units")],
            AREAS => vec![property("class", "Whether it is a region or a country")],
            _ => Vec::new(),
        };
        let about = About {
            url: system.into(),
            title: Some(title.into()),
            name: Some(title.replace([' ', '-'], "").into()),
            is_case_sensitive,
            language: Some("en".into()),
            properties,
            ..About::default()
        };
        Some(Self { about, reads, names })
    }

    fn no_list(&self) -> SourceError {
        SourceError::NoList { system: self.about.url.clone() }
    }
}

impl ConceptSource for Grammar {
    fn about(&self) -> &About {
        &self.about
    }

    fn find(&self, code: &str) -> Result<Option<Arc<Concept>>, SourceError> {
        if code.len() > LONGEST {
            return Ok(None);
        }
        let found = (self.reads)(code).map(|mut concept| {
            if let Some(name) = self.names.get(code) {
                concept.display = Some(name.clone());
            }
            Arc::new(concept)
        });
        Ok(found)
    }

    fn parents(&self, _code: &str) -> Result<Vec<Box<str>>, SourceError> {
        Ok(Vec::new())
    }

    fn children(&self, _code: &str) -> Result<Vec<Box<str>>, SourceError> {
        Ok(Vec::new())
    }

    fn is_below(&self, _code: &str, _ancestor: &str) -> Result<bool, SourceError> {
        Ok(false)
    }

    fn walk(
        &self,
        selection: &Selection<'_>,
        _offset: usize,
        _count: usize,
    ) -> Result<Vec<Arc<Concept>>, SourceError> {
        Rules::new(&self.about, selection)?;
        Err(self.no_list())
    }

    fn count(&self, _selection: &Selection<'_>) -> Result<usize, SourceError> {
        Err(self.no_list())
    }
}

fn plain(code: &str) -> Concept {
    Concept { code: code.into(), ..Concept::default() }
}

fn unit(code: &str) -> Option<Concept> {
    octofhir_ucum::validate(code).ok()?;
    let name = octofhir_ucum::display_name(code).ok();
    let name = name.filter(|name| name != code).map(|name| Designation {
        language: Some("en".into()),
        value: name.into(),
        ..Designation::default()
    });
    let canonical = octofhir_ucum::get_canonical_units(code).ok().map(|canonical| Property {
        code: "canonical".into(),
        value: PropertyValue::String(canonical.unit.into()),
    });
    Some(Concept {
        display: Some(code.into()),
        designations: name.into_iter().collect(),
        properties: canonical.into_iter().collect(),
        ..plain(code)
    })
}

/// `vi`, `en-US`, <https://www.rfc-editor.org/rfc/rfc5646>: subtags of one to eight letters and
/// digits, the first of letters.
fn language(code: &str) -> Option<Concept> {
    let fits = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = code.split('-').next()?;
    let has_language = first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && ((2..=8).contains(&first.len())
            || (matches!(first, "x" | "X" | "i" | "I") && code.contains('-')));
    (has_language && code.split('-').all(fits)).then(|| plain(code))
}

/// `text/plain; charset=utf-8`, <https://www.rfc-editor.org/rfc/rfc6838>.
fn media_type(code: &str) -> Option<Concept> {
    let essence = code.split_once(';').map_or(code, |(essence, _)| essence).trim_end();
    let is_token = |part: &str| {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte);
        !part.is_empty() && part.bytes().all(legal)
    };
    let (kind, subtype) = essence.split_once('/')?;
    (is_token(kind) && is_token(subtype)).then(|| plain(code))
}

/// `VN`, `VNM` or `704`.
fn country(code: &str) -> Option<Concept> {
    let letters = matches!(code.len(), 2 | 3) && code.bytes().all(|b| b.is_ascii_uppercase());
    let digits = code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit());
    (letters || digits).then(|| plain(code))
}

/// `VN-HN`
fn division(code: &str) -> Option<Concept> {
    let (country, part) = code.split_once('-')?;
    let is_country = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    let legal = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let is_part = (1..=3).contains(&part.len()) && part.bytes().all(legal);
    (is_country && is_part).then(|| plain(code))
}

/// `704`, or `035` for South-eastern Asia.
fn area(code: &str) -> Option<Concept> {
    let is_one = code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit());
    let class = if REGIONS.contains(&code) { "region" } else { "country" };
    let class = Property { code: "class".into(), value: PropertyValue::String(class.into()) };
    is_one.then(|| Concept { properties: vec![class], ..plain(code) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(system: &str, code: &str, expected: bool) {
        let grammar = Grammar::of(system, FxHashMap::default()).expect(system);
        let found = grammar.find(code).expect("an answer");
        assert_eq!(found.is_some(), expected, "{system} {code}");
    }

    #[test]
    fn codes_have_the_form_of_their_system() {
        for good in ["kg", "mg/dL", "10*6/uL", "mm[Hg]", "%", "{score}", "wk"] {
            check(UNITS, good, true);
        }
        for bad in ["kilo", "", "mmHg", "mg/"] {
            check(UNITS, bad, false);
        }
        for good in ["vi", "en-US", "zh-Hant-TW", "x-klingon", "VI"] {
            check(LANGUAGES, good, true);
        }
        for bad in ["en_US", "tiếng", "", "vi-", "1-a", "vietnamese", "x"] {
            check(LANGUAGES, bad, false);
        }
        check(MEDIA_TYPES, "text/plain; charset=utf-8", true);
        check(MEDIA_TYPES, "png", false);
        check(COUNTRIES, "VN", true);
        check(COUNTRIES, "704", true);
        check(COUNTRIES, "Vietnam", false);
        check(DIVISIONS, "VN-HN", true);
        check(DIVISIONS, "VN", false);
        check(DIVISIONS, "VN-Hanoi", false);
        check(AREAS, "035", true);
        check(AREAS, "Asia", false);
    }

    #[test]
    fn units_tell_their_base_units() {
        let grammar = Grammar::of(UNITS, FxHashMap::default()).expect("units");
        let found = grammar.find("mg").expect("an answer").expect("a unit");
        assert_eq!(&*found.properties[0].value.text(), "g");
        assert!(grammar.walk(&Selection::default(), 0, 10).is_err());
    }
}
