//! What a profile asks of an element, <https://hl7.org/fhir/R4/elementdefinition.html>.

use std::sync::Arc;

use regex::Regex;
use serde_json::Value;

use super::bound::Bound;
use super::due::Constraints;
use super::range::Limit;
use super::slicing::Slicing;
use super::usage_context::UsageContext;
use crate::validation::request::Weight;

/// A compiled profile.
#[derive(Debug)]
pub(in crate::validation) struct Profile {
    /// `url|version`
    pub(in crate::validation) canonical: Arc<str>,
    pub(in crate::validation) url: Box<str>,
    /// The type it is for: `Patient`, `Extension`.
    pub(in crate::validation) type_name: Box<str>,
    /// The first is the root.
    pub(in crate::validation::profile) nodes: Vec<ProfileNode>,
    /// Of an extension: where it may be used.
    pub(in crate::validation) usage: Option<UsageContext>,
}

/// The place of a node in its profile.
pub(in crate::validation) type NodeId = usize;

/// What a profile asks of an element.
#[derive(Debug, Default)]
pub(in crate::validation) struct ProfileNode {
    /// `component:systolic.code`, below the type.
    pub(in crate::validation) path: Box<str>,
    /// The name in paths: `component`, `value`.
    pub(in crate::validation) name: Box<str>,
    /// Set when only one key of a choice is meant: `valueQuantity`.
    pub(in crate::validation) key: Option<Box<str>>,
    pub(in crate::validation) slice: Option<Box<str>>,
    /// None: what the base definition says.
    pub(in crate::validation) count: Option<Count>,
    pub(in crate::validation) children: Vec<NodeId>,
    pub(in crate::validation) slicing: Option<Box<Slicing>>,
    /// Empty: any that the base definition allows.
    pub(in crate::validation) types: Vec<TypeRule>,
    pub(in crate::validation) fixed: Option<Box<Value>>,
    pub(in crate::validation) pattern: Option<Box<Value>>,
    pub(in crate::validation) longest: Option<usize>,
    pub(in crate::validation) shortest: Option<usize>,
    /// What the whole of a text is to match; one that cannot be read asks for nothing.
    pub(in crate::validation) expression: Option<Box<Regex>>,
    pub(in crate::validation) needs_value: bool,
    pub(in crate::validation) value_alternatives: Vec<Box<str>>,
    pub(in crate::validation) bounds: Vec<Bound>,
    pub(in crate::validation) constraints: Constraints,
    /// `minValue` and `maxValue`
    pub(in crate::validation) range: Vec<Limit>,
}

/// How many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validation) struct Count {
    pub(in crate::validation) least: usize,
    /// None: any number.
    pub(in crate::validation) most: Option<usize>,
}

/// A type that is allowed.
#[derive(Debug, Clone, Default)]
pub(in crate::validation) struct TypeRule {
    pub(in crate::validation) code: Box<str>,
    /// Canonicals of profiles; the value conforms to one of them.
    pub(in crate::validation) profiles: Vec<Box<str>>,
    /// Canonicals of profiles; the resource pointed at conforms to one of them.
    pub(in crate::validation) targets: Vec<Box<str>>,
    pub(in crate::validation) aggregation: Vec<Box<str>>,
    /// `version-specific`, `version-independent`
    pub(in crate::validation) versioning: Option<Box<str>>,
}

/// A node with its profile, at an element that it is for.
#[derive(Debug, Clone, Copy)]
pub(in crate::validation) struct Applied<'a> {
    pub(in crate::validation) profile: &'a Profile,
    pub(in crate::validation) node: &'a ProfileNode,
    /// What its findings do.
    pub(in crate::validation) weight: Weight,
}

impl Profile {
    /// What it asks of the whole.
    pub(in crate::validation) fn root(&self) -> Option<Applied<'_>> {
        Some(Applied { profile: self, node: self.nodes.first()?, weight: Weight::Refuses })
    }
}

impl<'a> Applied<'a> {
    /// Another node of its profile.
    pub(in crate::validation) fn other(self, id: NodeId) -> Option<Self> {
        Some(Self { node: self.profile.nodes.get(id)?, ..self })
    }

    /// The same, whose findings do what is said.
    pub(in crate::validation) fn weighing(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    /// What is asked of the elements below.
    pub(in crate::validation) fn children(self) -> impl Iterator<Item = Self> {
        self.node.children.iter().filter_map(move |id| self.other(*id))
    }

    /// What is asked of the elements with a name, written with a key.
    pub(in crate::validation) fn named(
        self,
        name: &'a str,
        key: &'a str,
    ) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| {
            *child.node.name == *name && child.node.key.as_deref().is_none_or(|only| only == key)
        })
    }

    /// Whether it is about the whole that its profile is for.
    pub(in crate::validation) fn is_root(self) -> bool {
        self.profile.nodes.first().is_some_and(|root| std::ptr::eq(root, self.node))
    }

    pub(in crate::validation) fn is(self, other: Self) -> bool {
        std::ptr::eq(self.node, other.node)
    }
}
