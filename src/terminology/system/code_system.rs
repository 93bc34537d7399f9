//! A code system in memory, made of a `CodeSystem` and its supplements,
//! <https://hl7.org/fhir/R4/codesystem.html>.
//!
//! The hierarchy is what nesting says, together with the properties `parent`, `child` and
//! `subsumedBy`. Concepts keep the order of the resource, each before those below it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use smallvec::SmallVec;

use super::concept::{About, Concept};
use super::read_concept::{about, concept, designations, list, mark, means, text};
use super::source::{ConceptSource, Selection, SourceError};
use crate::terminology::filter::rule::Rules;

/// Concepts of a system, by their place.
#[derive(Debug)]
pub(crate) struct CodeSystem {
    about: About,
    concepts: Vec<Arc<Concept>>,
    links: Vec<Links>,
    places: FxHashMap<Box<str>, usize>,
    /// By code in lower case, where case does not matter: codes that differ by nothing else are told
    /// apart all the same.
    folded: FxHashMap<Box<str>, usize>,
}

/// The places right above and right below a concept.
#[derive(Debug, Default, Clone)]
struct Links {
    parents: SmallVec<[usize; 1]>,
    children: SmallVec<[usize; 2]>,
}

impl CodeSystem {
    /// Compiles a system with what its supplements add.
    pub(crate) fn new(system: &Value, supplements: &[Arc<Value>]) -> Self {
        let mut about = about(system);
        for supplement in supplements {
            let more = super::read_concept::about(supplement).properties;
            let is_new = |code: &str| about.properties.iter().all(|known| *known.code != *code);
            let more: Vec<_> = more.into_iter().filter(|more| is_new(&more.code)).collect();
            about.properties.extend(more);
        }
        let mut made = Self {
            about,
            concepts: Vec::new(),
            links: Vec::new(),
            places: FxHashMap::default(),
            folded: FxHashMap::default(),
        };
        let mut read = Vec::new();
        made.nested(list(system, "concept"), &mut read);
        for supplement in supplements {
            made.supplement(list(supplement, "concept"), &mut read);
        }
        for property in read.iter().flat_map(|concept| &concept.properties) {
            if !made.about.has_property(&property.code) {
                made.about.undeclared.push(property.code.clone());
            }
        }
        made.concepts = read.into_iter().map(Arc::new).collect();
        made.link_by_property();
        made
    }

    /// Takes concepts and those below them, without recursion: nesting may be deep.
    fn nested(&mut self, concepts: &[Value], read: &mut Vec<Concept>) {
        let mut waiting: Vec<(&Value, Option<usize>)> =
            concepts.iter().rev().map(|concept| (concept, None)).collect();
        while let Some((value, parent)) = waiting.pop() {
            let Some(concept) = concept(&self.about, value) else { continue };
            let place = read.len();
            // A code that is there twice is the first of them.
            self.places.entry(concept.code.clone()).or_insert(place);
            if !self.about.is_case_sensitive {
                self.folded.entry(concept.code.to_lowercase().into()).or_insert(place);
            }
            read.push(concept);
            self.links.push(Links::default());
            if let Some(parent) = parent {
                self.link(parent, place);
            }
            waiting.extend(list(value, "concept").iter().rev().map(|below| (below, Some(place))));
        }
    }

    fn supplement(&self, concepts: &[Value], read: &mut [Concept]) {
        let mut waiting: Vec<&Value> = concepts.iter().collect();
        while let Some(value) = waiting.pop() {
            waiting.extend(list(value, "concept"));
            let place = text(value, "code").and_then(|code| self.place(code));
            let target = place.and_then(|place| read.get_mut(place));
            let (Some(target), Some(more)) = (target, concept(&self.about, value)) else {
                continue;
            };
            target.designations.extend(designations(value));
            target.properties.extend(more.properties);
            target.extensions.extend(more.extensions);
            // A display in a supplement is one more text, never another display of the code.
            target.designations.extend(more.display.map(|display| super::concept::Designation {
                value: display,
                ..super::concept::Designation::default()
            }));
            mark(&self.about, target);
        }
    }

    fn link_by_property(&mut self) {
        let mut found = Vec::new();
        for (place, concept) in self.concepts.iter().enumerate() {
            for property in &concept.properties {
                let is = |name| means(&self.about, &property.code, name);
                let Some(other) = self.place(&property.value.text()) else { continue };
                if is("parent") || is("subsumedBy") {
                    found.push((other, place));
                } else if is("child") {
                    found.push((place, other));
                }
            }
        }
        for (parent, child) in found {
            self.link(parent, child);
        }
    }

    fn link(&mut self, parent: usize, child: usize) {
        if parent == child {
            return;
        }
        if let Some(links) = self.links.get_mut(child)
            && !links.parents.contains(&parent)
        {
            links.parents.push(parent);
            if let Some(links) = self.links.get_mut(parent) {
                links.children.push(child);
            }
        }
    }

    fn place(&self, code: &str) -> Option<usize> {
        let exact = self.places.get(code);
        let found = exact.or_else(|| match self.about.is_case_sensitive {
            true => None,
            false => self.folded.get(&*code.to_lowercase()),
        });
        found.copied()
    }

    fn codes(&self, places: &[usize]) -> Vec<Box<str>> {
        let concepts = places.iter().filter_map(|place| self.concepts.get(*place));
        concepts.map(|concept| concept.code.clone()).collect()
    }

    fn links(&self, code: &str) -> Option<&Links> {
        self.links.get(self.place(code)?)
    }

    /// Every code that links lead to from one.
    fn reachable(&self, code: &str, step: impl Fn(&Links) -> &[usize]) -> FxHashSet<Box<str>> {
        let mut seen = FxHashSet::default();
        let mut waiting: Vec<usize> = self.place(code).into_iter().collect();
        while let Some(links) = waiting.pop().and_then(|place| self.links.get(place)) {
            waiting.extend(step(links).iter().copied().filter(|next| seen.insert(*next)));
        }
        let concepts = seen.into_iter().filter_map(|place| self.concepts.get(place));
        concepts.map(|concept| concept.code.clone()).collect()
    }

    fn selected<'s>(
        &'s self,
        selection: &Selection<'s>,
    ) -> Result<impl Iterator<Item = Result<&'s Arc<Concept>, SourceError>>, SourceError> {
        let mut rules = Rules::new(&self.about, selection)?;
        rules.prepare(
            |code| self.reachable(code, |links| &links.children),
            |code| self.reachable(code, |links| &links.parents),
        );
        let keep = move |concept: &&'s Arc<Concept>| match rules.hold(self, concept) {
            Ok(holds) => holds.then_some(Ok(*concept)),
            Err(error) => Some(Err(error)),
        };
        Ok(self.concepts.iter().filter_map(move |concept| keep(&concept)))
    }

    /// How many concepts there are.
    pub(crate) fn len(&self) -> usize {
        self.concepts.len()
    }
}

impl ConceptSource for CodeSystem {
    fn about(&self) -> &About {
        &self.about
    }

    fn find(&self, code: &str) -> Result<Option<Arc<Concept>>, SourceError> {
        Ok(self.place(code).and_then(|place| self.concepts.get(place)).cloned())
    }

    fn parents(&self, code: &str) -> Result<Vec<Box<str>>, SourceError> {
        Ok(self.links(code).map(|links| self.codes(&links.parents)).unwrap_or_default())
    }

    fn children(&self, code: &str) -> Result<Vec<Box<str>>, SourceError> {
        Ok(self.links(code).map(|links| self.codes(&links.children)).unwrap_or_default())
    }

    fn is_below(&self, code: &str, ancestor: &str) -> Result<bool, SourceError> {
        let (Some(from), Some(ancestor)) = (self.place(code), self.place(ancestor)) else {
            return Ok(false);
        };
        let mut seen = FxHashSet::default();
        let mut waiting = vec![from];
        while let Some(place) = waiting.pop() {
            let Some(links) = self.links.get(place) else { continue };
            if links.parents.contains(&ancestor) {
                return Ok(true);
            }
            waiting.extend(links.parents.iter().copied().filter(|parent| seen.insert(*parent)));
        }
        Ok(false)
    }

    fn walk(
        &self,
        selection: &Selection<'_>,
        offset: usize,
        count: usize,
    ) -> Result<Vec<Arc<Concept>>, SourceError> {
        self.selected(selection)?
            .skip_while({
                let mut left = offset;
                move |found| {
                    let skip = left > 0 && found.is_ok();
                    left = left.saturating_sub(1);
                    skip
                }
            })
            .take(count)
            .map(|found| found.cloned())
            .collect()
    }

    fn count(&self, selection: &Selection<'_>) -> Result<usize, SourceError> {
        self.selected(selection)?.try_fold(0, |count, found| found.map(|_| count + 1))
    }
}
