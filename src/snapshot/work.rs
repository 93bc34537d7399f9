//! One snapshot in the making: what is known and found on the way, and what other definitions say.

use std::sync::Arc;

use serde_json::Value;

use super::binding::NarrowedBinding;
use super::fault::SnapshotFault;
use super::limit::MOST_ELEMENTS;
use super::merge::constraint::accumulate;
use super::merge::text::with_absolute_links;
use super::others::{Others, Trail};
use super::tree::element::{Element, canonical, elements, items, text};
use super::tree::node::{self, SnapshotNode};
use crate::fhir::issue::Issue;

/// What the canonicals of the specification's own definitions begin with.
pub(super) const SPECIFICATION: &str = "http://hl7.org/fhir/StructureDefinition/";
/// What is wrong beyond these is not told.
const MOST_ISSUES: usize = 200;
/// Types between a type and the last one it is based on.
const MOST_BASES: usize = 20;

/// How a definition stands to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinship {
    Derived,
    None,
    /// A definition on the way is not known.
    Unknown,
}

/// One snapshot in the making.
pub(super) struct Work<'a> {
    /// Of the definition.
    pub(super) url: &'a str,
    pub(super) is_specialization: bool,
    /// Whether what is constrained now is a slice that the base has elements for.
    pub(super) is_in_slice: bool,
    /// Whether what is constrained next is a slice that the base has not.
    pub(super) is_new_slice: bool,
    /// What content references refer to.
    pub(super) base: Option<SnapshotNode>,
    pub(super) issues: Vec<Issue>,
    /// Required bindings whose value set is another one now.
    pub(super) bindings: Vec<NarrowedBinding>,
    others: &'a dyn Others,
    trail: &'a Trail<'a>,
    size: usize,
}

/// The texts of the specification's own definitions have links that lead nowhere else.
fn link_to_specification(node: &mut SnapshotNode) {
    for name in ["definition", "comment", "requirements", "meaningWhenMissing"] {
        if let Some(linked) = text(&node.element, name).and_then(with_absolute_links) {
            node.element.insert(name.into(), linked.into());
        }
    }
    for node in node.children.iter_mut().chain(&mut node.slices) {
        link_to_specification(node);
    }
}

impl<'a> Work<'a> {
    /// Begins with the definition that has this URL.
    pub(super) fn new(
        others: &'a dyn Others,
        trail: &'a Trail<'a>,
        url: &'a str,
        is_specialization: bool,
    ) -> Self {
        Self {
            url,
            is_specialization,
            is_in_slice: false,
            is_new_slice: false,
            base: None,
            issues: Vec::new(),
            bindings: Vec::new(),
            others,
            trail,
            size: 0,
        }
    }

    /// Notes what is wrong with an element.
    pub(super) fn report(&mut self, fault: Option<SnapshotFault>, id: &str) {
        if self.issues.len() < MOST_ISSUES {
            self.issues.extend(fault.map(|fault| fault.at(id)));
        }
    }

    /// Notes what is wrong with the definition as a whole.
    pub(super) fn note_whole(&mut self, fault: &SnapshotFault) {
        self.issues.push(fault.issue());
    }

    /// Notes what is odd about an element.
    pub(super) fn warn(&mut self, fault: &SnapshotFault, id: &str) {
        if self.issues.len() < MOST_ISSUES {
            self.issues.push(fault.at(id).warning());
        }
    }

    /// Counts elements that were added.
    pub(super) fn grown(&mut self, by: usize) {
        self.size = self.size.saturating_add(by);
    }

    /// Whether the definition is the specification's own.
    pub(super) fn is_of_specification(&self) -> bool {
        self.url.starts_with(SPECIFICATION)
    }

    /// Whether there are too many elements already: no more are made then, so that it ends.
    pub(super) fn is_full(&self) -> bool {
        self.size > MOST_ELEMENTS
    }

    /// A definition with its snapshot.
    pub(super) fn definition(&self, canonical: &str) -> Result<Arc<Value>, SnapshotFault> {
        if self.is_full() {
            return Err(SnapshotFault::TooLarge);
        }
        self.others.made(canonical, Some(self.trail))
    }

    /// The elements of a definition.
    pub(super) fn tree(&self, canonical: &str) -> Result<SnapshotNode, SnapshotFault> {
        let definition = self.definition(canonical)?;
        let mut tree = node::grow(elements(&definition, "snapshot"))?;
        if !self.is_specialization && canonical.starts_with(SPECIFICATION) {
            link_to_specification(&mut tree);
        }
        Ok(tree)
    }

    /// Whether a definition is one of these or comes from one.
    pub(super) fn kinship(&self, canonical: &str, of: &[&str]) -> Kinship {
        let bare = |canonical: &str| -> String {
            canonical.split(['|', '#']).next().unwrap_or_default().to_owned()
        };
        let of: Vec<String> = of.iter().map(|one| bare(one)).collect();
        let mut next = bare(canonical);
        for _ in 0..MOST_BASES {
            if of.contains(&next) {
                return Kinship::Derived;
            }
            let Some(definition) = self.others.as_stored(&next) else {
                return Kinship::Unknown;
            };
            match definition.get("baseDefinition").and_then(Value::as_str) {
                Some(base) => next = bare(base),
                None => return Kinship::None,
            }
        }
        Kinship::Unknown
    }

    /// Whether a canonical is known to name the definition of a data type.
    pub(super) fn is_data_type(&self, canonical: &str) -> bool {
        let definition = self.others.as_stored(canonical);
        let kind = definition.as_deref().and_then(|one| one.get("kind")).and_then(Value::as_str);
        matches!(kind, Some("complex-type" | "primitive-type"))
    }

    /// What a definition is based on.
    pub(super) fn base_of(&self, canonical: &str) -> Option<String> {
        let definition = self.others.as_stored(canonical)?;
        let base = definition.get("baseDefinition")?.as_str()?;
        Some(base.split_once('|').map_or(base, |(url, _)| url).to_owned())
    }

    /// The invariants of a type and of those it comes from, with their sources.
    pub(super) fn rules_of_type(&self, code: &str) -> Vec<Value> {
        let mut chain = Vec::new();
        let mut next = canonical(code);
        while let Some(url) = next.take().filter(|_| chain.len() < MOST_BASES) {
            let Some(definition) = self.others.as_stored(&url) else { break };
            next = definition.get("baseDefinition").and_then(Value::as_str).map(str::to_owned);
            chain.push((url, definition));
        }
        let mut rules = Element::new();
        for (url, definition) in chain.iter().rev() {
            let top = elements(definition, "differential").first().and_then(Value::as_object);
            accumulate(
                &mut rules,
                top.map(|top| items(top, "constraint")).unwrap_or_default(),
                url,
            );
        }
        items(&rules, "constraint").to_vec()
    }
}
