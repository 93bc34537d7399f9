//! Translates a code by maps, <https://hl7.org/fhir/R4/conceptmap-operation-translate.html>.
//!
//! A mapping that depends on something holds only when the caller says that it is so. What a group
//! does with codes it does not map applies to codes it does not name at all, not to those it says
//! have no match.

use std::sync::Arc;

use super::concept_map::{ConceptMap, Element, Group, Other, Target, Unmapped};
use super::equivalence::Equivalence;

/// How many maps are asked one after the other for a code that is not mapped.
const MAPS: usize = 8;

/// What is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct TranslationRequest<'a> {
    /// The code to translate.
    pub code: &'a str,
    pub system: Option<&'a str>,
    pub version: Option<&'a str>,
    /// The only system that translations may be from.
    pub target_system: Option<&'a str>,
    /// What is so elsewhere.
    pub dependencies: &'a [Dependency],
    /// Asks what is translated to the code.
    pub is_reverse: bool,
}

/// An element elsewhere and one of its codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    pub element: Box<str>,
    pub system: Option<Box<str>>,
    pub value: Box<str>,
}

/// One translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub equivalence: Equivalence,
    /// None: the map says that there is none.
    pub concept: Option<Translated>,
    pub products: Vec<Other>,
    pub comment: Option<Box<str>>,
    /// The canonical of the map.
    pub map: Option<Box<str>>,
}

/// A concept of the other system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translated {
    pub system: Option<Box<str>>,
    pub version: Option<Box<str>>,
    pub code: Box<str>,
    pub display: Option<Box<str>>,
}

/// What a map answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Translation {
    pub matches: Vec<Match>,
    /// What would have to be known: mappings that were left out because of it.
    pub needs: Vec<Box<str>>,
}

/// Asks a map; `other` finds the maps that it passes codes on to.
pub fn translate(
    map: &ConceptMap,
    asked: &TranslationRequest<'_>,
    other: &impl Fn(&str) -> Option<Arc<ConceptMap>>,
) -> Translation {
    let mut translation = Translation::default();
    ask(map, asked, other, &mut translation, 0);
    translation
}

fn ask(
    map: &ConceptMap,
    asked: &TranslationRequest<'_>,
    other: &impl Fn(&str) -> Option<Arc<ConceptMap>>,
    translation: &mut Translation,
    depth: usize,
) {
    let name: Option<Box<str>> = map.canonical().map(Into::into);
    for group in map.groups.iter().filter(|group| is_for(group, asked)) {
        if asked.is_reverse {
            reverse(group, asked, name.as_deref(), translation);
            continue;
        }
        if let Some(element) = group.element(asked.code) {
            forward((group, element), asked, name.as_deref(), translation);
            continue;
        }
        let (code, display, equivalence) = match &group.unmapped {
            None => continue,
            Some(Unmapped::Provided) => (asked.code, None, Equivalence::Equivalent),
            Some(Unmapped::Fixed { code, display, equivalence }) => {
                (&**code, display.clone(), *equivalence)
            }
            Some(Unmapped::OtherMap(url)) => {
                if let Some(map) = other(url).filter(|_| depth < MAPS) {
                    ask(&map, asked, other, translation, depth + 1);
                }
                continue;
            }
        };
        let concept = translated(group, code, display);
        let (products, comment) = (Vec::new(), None);
        let concept = Some(concept);
        translation.add(Match { equivalence, concept, products, comment, map: name.clone() });
    }
}

/// Whether a group is between the systems that are asked for.
fn is_for(group: &Group, asked: &TranslationRequest<'_>) -> bool {
    let (from, from_version, to) = match asked.is_reverse {
        false => (&group.source, &group.source_version, &group.target),
        true => (&group.target, &group.target_version, &group.source),
    };
    let is_same = |group: &Option<Box<str>>, asked: Option<&str>| {
        asked.is_none_or(|asked| group.as_deref().is_none_or(|group| group == asked))
    };
    // A group that does not say its system maps codes of any; one that is asked for has to be said.
    let is_target = asked.target_system.is_none_or(|asked| to.as_deref() == Some(asked));
    is_same(from, asked.system) && is_same(from_version, asked.version) && is_target
}

fn forward(
    (group, element): (&Group, &Element),
    asked: &TranslationRequest<'_>,
    map: Option<&str>,
    translation: &mut Translation,
) {
    if element.targets.is_empty() {
        translation.add(Match {
            equivalence: Equivalence::Unmatched,
            concept: None,
            products: Vec::new(),
            comment: None,
            map: map.map(Into::into),
        });
    }
    for target in &element.targets {
        if !translation.holds(target, asked) {
            continue;
        }
        let code = target.code.as_deref();
        let concept = code.map(|code| translated(group, code, target.display.clone()));
        translation.add(Match {
            equivalence: target.equivalence,
            concept,
            products: target.products.clone(),
            comment: target.comment.clone(),
            map: map.map(Into::into),
        });
    }
}

fn reverse(
    group: &Group,
    asked: &TranslationRequest<'_>,
    map: Option<&str>,
    translation: &mut Translation,
) {
    for (element, target) in group.mapped_to(asked.code) {
        if !translation.holds(target, asked) {
            continue;
        }
        translation.add(Match {
            equivalence: target.equivalence.reversed(),
            concept: Some(Translated {
                system: group.source.clone(),
                version: group.source_version.clone(),
                code: element.code.clone(),
                display: element.display.clone(),
            }),
            // They come of translating the other way.
            products: Vec::new(),
            comment: target.comment.clone(),
            map: map.map(Into::into),
        });
    }
}

fn translated(group: &Group, code: &str, display: Option<Box<str>>) -> Translated {
    Translated {
        system: group.target.clone(),
        version: group.target_version.clone(),
        code: code.into(),
        display,
    }
}

impl Translation {
    /// Whether one of the matches is a translation.
    pub fn is_translated(&self) -> bool {
        self.matches.iter().any(|found| found.equivalence.is_match())
    }

    /// Adds a match, unless it is there.
    pub fn add(&mut self, found: Match) {
        if !self.matches.contains(&found) {
            self.matches.push(found);
        }
    }

    /// Whether what a mapping depends on is so; notes what is not said at all.
    fn holds(&mut self, target: &Target, asked: &TranslationRequest<'_>) -> bool {
        let mut holds = true;
        for needed in &target.depends_on {
            let mut said = asked
                .dependencies
                .iter()
                .filter(|given| given.element == needed.property)
                .peekable();
            if said.peek().is_none() && !self.needs.contains(&needed.property) {
                self.needs.push(needed.property.clone());
            }
            let is_same = |given: &Dependency| {
                let in_system = needed.system.is_none() || given.system == needed.system;
                in_system && given.value == needed.value
            };
            holds &= said.any(is_same);
        }
        holds
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn map(groups: &Value) -> ConceptMap {
        ConceptMap::read(&json!({ "url": "m", "version": "1", "group": groups }))
    }

    fn groups() -> Value {
        json!([{
            "source": "a", "target": "b", "targetVersion": "2",
            "element": [
                { "code": "1", "target": [
                    { "code": "x", "equivalence": "wider" }, { "code": "y", "equivalence": "equal" },
                ] },
                { "code": "2", "target": [{ "equivalence": "unmatched" }] },
                { "code": "3" },
                { "code": "4", "target": [{ "code": "x", "equivalence": "equivalent",
                    "dependsOn": [{ "property": "p", "system": "s", "value": "v" }],
                    "product": [{ "property": "q", "value": "w" }] }] },
            ],
            "unmapped": { "mode": "fixed", "code": "other" },
        }, {
            "source": "a", "target": "c",
            "element": [{ "code": "1", "target": [{ "code": "z", "relationship": "source-is-narrower-than-target" }] }],
            "unmapped": { "mode": "provided" },
        }, { "source": "d", "target": "c", "unmapped": { "mode": "other-map", "url": "m" } }])
    }

    /// Each match as `system|code equivalence`.
    #[track_caller]
    fn check(asked: TranslationRequest<'_>, expected: &[&str]) {
        let map = map(&groups());
        let again = Arc::new(map.clone());
        let found = translate(&map, &asked, &|url| (url == "m").then(|| Arc::clone(&again)));
        let found = found.matches.iter().map(|found| {
            let concept = found.concept.as_ref().map(|concept| {
                format!("{}|{}", concept.system.as_deref().unwrap_or_default(), concept.code)
            });
            format!("{} {}", concept.unwrap_or_default(), found.equivalence.code())
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{asked:?}");
    }

    #[test]
    fn codes_are_translated_by_every_group_between_the_systems() {
        let a =
            |code| TranslationRequest { code, system: Some("a"), ..TranslationRequest::default() };
        check(a("1"), &["b|x wider", "b|y equal", "c|z wider"]);
        check(TranslationRequest { target_system: Some("c"), ..a("1") }, &["c|z wider"]);
        check(TranslationRequest { system: Some("n"), ..a("1") }, &[]);
        check(TranslationRequest { target_system: Some("n"), ..a("1") }, &[]);
    }

    #[test]
    fn codes_without_a_mapping_become_what_the_group_says() {
        let to = |code, system| TranslationRequest {
            code,
            system: Some("a"),
            target_system: Some(system),
            ..TranslationRequest::default()
        };
        check(to("9", "b"), &["b|other relatedto"]);
        check(to("9", "c"), &["c|9 equivalent"]);
        check(to("2", "b"), &[" unmatched"]);
        check(to("3", "b"), &[" unmatched"]);
        // The other map passes it on to itself.
        check(
            TranslationRequest { code: "9", system: Some("d"), ..TranslationRequest::default() },
            &[],
        );
    }

    #[test]
    fn mappings_that_depend_hold_when_it_is_so() {
        let asked = TranslationRequest {
            code: "4",
            system: Some("a"),
            target_system: Some("b"),
            ..TranslationRequest::default()
        };
        check(asked, &[]);
        let dependency = |system: Option<&str>, value: &str| Dependency {
            element: "p".into(),
            system: system.map(Into::into),
            value: value.into(),
        };
        let right = [dependency(Some("s"), "n"), dependency(Some("s"), "v")];
        check(TranslationRequest { dependencies: &right, ..asked }, &["b|x equivalent"]);
        for wrong in [dependency(None, "v"), dependency(Some("s"), "n")] {
            check(TranslationRequest { dependencies: &[wrong], ..asked }, &[]);
        }
        let map = map(&groups());
        let found = translate(&map, &asked, &|_| None);
        assert_eq!(found.needs, ["p".into()]);
    }

    #[test]
    fn reversed_translations_are_of_the_source() {
        let x = TranslationRequest {
            code: "x",
            system: Some("b"),
            is_reverse: true,
            ..TranslationRequest::default()
        };
        check(x, &["a|1 narrower"]);
        check(TranslationRequest { target_system: Some("c"), ..x }, &[]);
        check(TranslationRequest { system: Some("c"), code: "z", ..x }, &["a|1 narrower"]);
    }
}
