//! Whether concepts satisfy the filters of a value set,
//! <https://hl7.org/fhir/R4/valueset-filter-operator.html>.
//!
//! Regular expressions are matched against the whole value, in linear time; those that Rust's
//! `regex` does not know (look-around, back references) are refused.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashSet;

use super::words::has_words;
use super::{Filter, Operator};
use crate::fhir::decimal::value;
use crate::terminology::system::concept::{About, Concept, PropertyValue};
use crate::terminology::system::source::{ConceptSource, Selection, SourceError};

/// What concepts of any system may be asked for,
/// <https://hl7.org/fhir/R4/codesystem-concept-properties.html>.
const COMMON: [&str; 10] = [
    "concept",
    "code",
    "display",
    "definition",
    "designation",
    "parent",
    "child",
    "inactive",
    "notSelectable",
    "status",
];

/// Bytes that a compiled regular expression may take.
const REGEX_BYTES: usize = 1 << 20;

/// A selection, made ready for one system.
#[derive(Debug)]
pub(crate) struct Rules<'f> {
    filters: Vec<Rule<'f>>,
    words: Vec<&'f str>,
    only_active: bool,
}

#[derive(Debug)]
struct Rule<'f> {
    filter: &'f Filter,
    regex: Option<Regex>,
    /// The codes that are below the value, or above it, when they were gathered before.
    related: Option<FxHashSet<Box<str>>>,
}

impl<'f> Rules<'f> {
    /// Makes a selection ready; refuses filters that mean nothing.
    pub(crate) fn new(about: &About, selection: &Selection<'f>) -> Result<Self, SourceError> {
        let rule = |filter: &'f Filter| {
            if !is_understood(about, filter) {
                return Err(refused(about, filter));
            }
            let regex = match filter.operator {
                Operator::Regex => {
                    let anchored = format!("^(?:{})$", filter.value);
                    let built = RegexBuilder::new(&anchored).size_limit(REGEX_BYTES).build();
                    Some(built.map_err(|_wrong| refused(about, filter))?)
                }
                _ => None,
            };
            Ok(Rule { filter, regex, related: None })
        };
        Ok(Self {
            filters: selection.filters.iter().map(rule).collect::<Result<_, _>>()?,
            words: selection.words.split(' ').filter(|word| !word.is_empty()).collect(),
            only_active: selection.only_active,
        })
    }

    /// Gathers what hierarchies are asked of once, for many concepts: `below` and `above` give all
    /// codes on that side of one.
    pub(crate) fn prepare(
        &mut self,
        below: impl Fn(&str) -> FxHashSet<Box<str>>,
        above: impl Fn(&str) -> FxHashSet<Box<str>>,
    ) {
        for rule in &mut self.filters {
            rule.related = match rule.filter.operator {
                Operator::IsA
                | Operator::IsNotA
                | Operator::DescendentOf
                | Operator::DescendentLeaf => Some(below(&rule.filter.value)),
                Operator::Generalizes => Some(above(&rule.filter.value)),
                _ => None,
            };
        }
    }

    /// Whether a concept of a system is selected.
    pub(crate) fn hold(
        &self,
        source: &dyn ConceptSource,
        concept: &Concept,
    ) -> Result<bool, SourceError> {
        if self.only_active && concept.is_inactive {
            return Ok(false);
        }
        for rule in &self.filters {
            if !rule.holds(source, concept)? {
                return Ok(false);
            }
        }
        Ok(has_words(concept, &self.words))
    }
}

impl Rule<'_> {
    fn holds(&self, source: &dyn ConceptSource, concept: &Concept) -> Result<bool, SourceError> {
        let Filter { property, operator, value } = self.filter;
        let is_on_code = matches!(&**property, "concept" | "code");
        let (code, value) = (&*concept.code, &**value);
        let same = || is_same(source, code, value);
        let below = || match &self.related {
            Some(related) => Ok(related.contains(code)),
            None => source.is_below(code, value),
        };
        let above = || match &self.related {
            Some(related) => Ok(related.contains(code)),
            None => source.is_below(value, code),
        };
        Ok(match operator {
            Operator::IsA => same() || below()?,
            Operator::IsNotA => !same() && !below()?,
            Operator::DescendentOf => below()?,
            Operator::Generalizes => same() || above()?,
            Operator::ChildOf => {
                source.parents(code)?.iter().any(|parent| is_same(source, parent, value))
            }
            Operator::DescendentLeaf => below()? && source.children(code)?.is_empty(),
            Operator::Equal if is_on_code => same(),
            Operator::Equal => self.any(source, concept, |found| found.is(value))?,
            Operator::In if is_on_code => {
                value.split(',').any(|one| is_same(source, code, one.trim()))
            }
            Operator::NotIn if is_on_code => {
                !value.split(',').any(|one| is_same(source, code, one.trim()))
            }
            Operator::In => self.any(source, concept, |found| is_listed(value, found))?,
            Operator::NotIn => !self.any(source, concept, |found| is_listed(value, found))?,
            Operator::Regex => {
                let regex = self.regex.as_ref();
                self.any(source, concept, |found| {
                    regex.is_some_and(|regex| regex.is_match(&found.text()))
                })?
            }
            Operator::Exists => {
                let wanted = value != "false";
                self.any(source, concept, |_| true)? == wanted
            }
        })
    }

    /// Whether a value of the property passes a test.
    fn any(
        &self,
        source: &dyn ConceptSource,
        concept: &Concept,
        mut test: impl FnMut(Seen<'_>) -> bool,
    ) -> Result<bool, SourceError> {
        let property = &*self.filter.property;
        let mut of_concept =
            concept.properties.iter().filter(|found| *found.code == *property).peekable();
        if of_concept.peek().is_some() {
            return Ok(of_concept.any(|found| test(Seen::Property(&found.value))));
        }
        let mut test = |text: &str| test(Seen::Text(text));
        Ok(match property {
            "concept" | "code" => test(&concept.code),
            "display" => concept.display.as_deref().is_some_and(test),
            "definition" => concept.definition.as_deref().is_some_and(test),
            "designation" => concept.designations.iter().any(|found| test(&found.value)),
            "parent" => source.parents(&concept.code)?.iter().any(|code| test(code)),
            "child" => source.children(&concept.code)?.iter().any(|code| test(code)),
            "inactive" => test(if concept.is_inactive { "true" } else { "false" }),
            _ => false,
        })
    }
}

/// What a filter looks at.
#[derive(Clone, Copy)]
enum Seen<'c> {
    Text(&'c str),
    Property(&'c PropertyValue),
}

impl<'c> Seen<'c> {
    fn text(self) -> Cow<'c, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Property(value) => value.text(),
        }
    }

    /// Numbers are compared as such, and a Coding by its code, with or without its system, or by
    /// its display, as the parts of LOINC are.
    fn is(self, wanted: &str) -> bool {
        let is_number = |text: &str| value(wanted).is_some_and(|one| Some(one) == value(text));
        self.text() == wanted
            || match self {
                Self::Property(PropertyValue::Decimal(text)) => is_number(text),
                Self::Property(PropertyValue::Integer(number)) => is_number(&number.to_string()),
                Self::Property(PropertyValue::Coding(coding)) => {
                    let whole = wanted.rsplit_once('|').is_some_and(|(system, code)| {
                        coding.system.as_deref() == Some(system)
                            && coding.code.as_deref() == Some(code)
                    });
                    whole || coding.display.as_deref() == Some(wanted)
                }
                _ => false,
            }
    }
}

fn is_listed(list: &str, found: Seen<'_>) -> bool {
    list.split(',').any(|one| found.is(one.trim()))
}

/// Whether a system can be filtered like this: it has the property, or every system has, and
/// hierarchies are those of the codes.
fn is_understood(about: &About, filter: &Filter) -> bool {
    let property = &*filter.property;
    match filter.operator.is_of_hierarchy() {
        true => matches!(property, "concept" | "code"),
        false => COMMON.contains(&property) || about.has_property(property),
    }
}

fn is_same(source: &dyn ConceptSource, a: &str, b: &str) -> bool {
    match source.about().is_case_sensitive {
        true => a == b,
        false => a.to_lowercase() == b.to_lowercase(),
    }
}

fn refused(about: &About, filter: &Filter) -> SourceError {
    SourceError::Filter { system: about.url.clone(), filter: filter.to_string().into() }
}
