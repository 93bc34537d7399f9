//! What a document asks of the database, and what that said.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use crate::fhir::kind::ResourceKind;

/// Something that has to be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Want {
    Resource { kind: ResourceKind, id: String, version: Option<String> },
    Matches(Box<Matches>),
}

/// A search, <https://hl7.org/fhir/R4/graphql.html#searching>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Matches {
    pub kind: ResourceKind,
    /// Names and values, as in a URL.
    pub parameters: Vec<(String, String)>,
    /// Whether it is told how many there are.
    pub is_counted: bool,
}

/// What was read.
#[derive(Debug)]
pub enum Had {
    /// None: it is not there.
    Resource(Option<Value>),
    Page(Page),
}

/// A page of matches.
#[derive(Debug, Default)]
pub struct Page {
    pub edges: Vec<Edge>,
    pub total: Option<u64>,
    /// How many it could have had.
    pub size: u64,
    /// Whether nothing comes before it.
    pub is_first: bool,
    /// What leads to the next one.
    pub next: Option<String>,
}

/// A resource on a page.
#[derive(Debug)]
pub struct Edge {
    /// <https://hl7.org/fhir/R4/valueset-search-entry-mode.html>
    pub mode: &'static str,
    pub resource: Value,
}

/// All that was read so far, and what else was asked for.
#[derive(Debug, Default)]
pub struct Known {
    had: FxHashMap<Want, Had>,
    missing: RefCell<(Vec<Want>, FxHashSet<Want>)>,
}

impl Known {
    /// Takes what was read.
    pub fn put(&mut self, want: Want, had: Had) {
        self.had.insert(want, had);
    }

    /// How many things were read.
    pub fn len(&self) -> usize {
        self.had.len()
    }

    /// Whether nothing was read yet.
    pub fn is_empty(&self) -> bool {
        self.had.is_empty()
    }

    /// What was asked for and is not known, in the order it was asked for.
    pub fn take_missing(&mut self) -> Vec<Want> {
        let (list, set) = self.missing.get_mut();
        set.clear();
        std::mem::take(list)
    }

    /// A resource: none when it has to be read first.
    pub(super) fn resource(&self, want: Want) -> Option<Option<&Value>> {
        match self.had.get(&want) {
            Some(Had::Resource(resource)) => Some(resource.as_ref()),
            Some(Had::Page(_)) => Some(None),
            None => {
                self.ask(want);
                None
            }
        }
    }

    /// A page of matches: none when it has to be read first.
    pub(super) fn page(&self, want: Want) -> Option<&Page> {
        match self.had.get(&want) {
            Some(Had::Page(page)) => Some(page),
            Some(Had::Resource(_)) => None,
            None => {
                self.ask(want);
                None
            }
        }
    }

    fn ask(&self, want: Want) {
        let (list, set) = &mut *self.missing.borrow_mut();
        if set.insert(want.clone()) {
            list.push(want);
        }
    }
}
