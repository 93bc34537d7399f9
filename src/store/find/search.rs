//! What to search for, and which of it to show.

use crate::criteria::answer::Answer;
use crate::criteria::matches::{Around, Seen};
use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::token::System;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::store::cell::Cell;
use crate::store::lookup::Lookup;
use crate::store::write::Premise;

use super::sort::SortKey;

/// A search of one type.
#[derive(Debug, Clone)]
pub struct Search {
    pub kind: ResourceKind,
    /// All must hold.
    pub criteria: Vec<Criteria>,
    pub sort: Vec<SortKey>,
    /// Resources on a page.
    pub count: u64,
    pub total: Total,
    /// Only the number of matches is asked for.
    pub count_only: bool,
    pub turn: Turn,
    /// What is so comes first, before what is only a match; when there is no other order.
    pub prefer: Option<Criteria>,
}

/// Which page is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    First,
    Behind(Cursor),
    Before(Cursor),
    Last,
}

impl Turn {
    /// The place that the page lies beside.
    pub fn cursor(&self) -> Option<&Cursor> {
        match self {
            Self::Behind(cursor) | Self::Before(cursor) => Some(cursor),
            Self::First | Self::Last => None,
        }
    }

    /// Whether the page is filled from its end.
    pub fn is_backward(&self) -> bool {
        matches!(self, Self::Before(_) | Self::Last)
    }
}

/// Whether the number of all matches is wanted, <https://hl7.org/fhir/R4/search.html#total>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Said when it costs nothing.
    None,
    Accurate,
}

/// A place in the order of results: that of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    pub rid: i64,
    pub keys: Vec<Cell>,
}

impl Search {
    /// Whether a resource of the type is found, as far as it is known.
    pub fn matches(&self, seen: Seen<'_>, around: &dyn Around) -> Answer {
        Answer::all(self.criteria.iter().map(|criteria| criteria.matches(seen, around)))
    }

    /// The same search for so many matches, in whatever order.
    pub(super) fn narrow(&self, most: u32) -> Self {
        let count = u64::from(most).saturating_sub(1).max(1);
        Self { count, turn: Turn::First, sort: Vec::new(), prefer: None, ..self.clone() }
    }

    /// The one key that finds all matches, when that is all there is to the search.
    pub(super) fn lookup(&self) -> Option<Lookup> {
        let [only] = self.criteria.as_slice() else { return None };
        match only {
            Criteria::Ids(ids) => match ids.as_slice() {
                [id] => Some(Lookup::Address { kind: self.kind, id: id.clone() }),
                _ => None,
            },
            Criteria::Parameter(param, Values::Tokens(values)) => {
                let [value] = values.as_slice() else { return None };
                let system = match value.system {
                    System::None => 0,
                    System::Is(hash) => hash,
                    System::Any | System::Nowhere => return None,
                };
                Some(Lookup::Coded { param: *param, code: value.code()?.to_owned(), system })
            }
            _ => None,
        }
    }

    /// That it finds what it found.
    pub(super) fn premise(&self, since: i64) -> Premise {
        Premise::untouched(since, self.kind, self.criteria.clone())
    }

    /// The parameters that it asks for.
    pub fn params(&self) -> impl Iterator<Item = ParamId> {
        self.criteria.iter().flat_map(Criteria::conjuncts).filter_map(|part| match part {
            Criteria::Parameter(param, _) => Some(*param),
            _ => None,
        })
    }

    /// Whether resources without a value of the first sort key can match.
    pub(super) fn may_lack_key(&self) -> bool {
        let Some(indexed) = self.sort.first().and_then(SortKey::indexed) else { return false };
        let is_asked = |part: &Criteria| match part {
            Criteria::Parameter(param, values) => {
                *param == indexed.param && values.form() == indexed.form
            }
            _ => false,
        };
        // Of references it may be one to another type.
        indexed.target.is_some()
            || !self.criteria.iter().flat_map(Criteria::conjuncts).any(is_asked)
    }
}
