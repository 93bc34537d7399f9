//! A search with every name looked up and every value read.

use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::store::lookup::Lookup;
use crate::store::recent::Watch;

use super::cursor::Cursor;
use super::predicate::Predicate;
use super::query::Parameter;
use super::sort::{SortKey, SortSource};

/// What to search for and how to show it.
#[derive(Debug, Clone)]
pub struct Resolved {
    pub kind: ResourceKind,
    /// All must hold.
    pub predicates: Vec<Predicate>,
    pub sort: Vec<SortKey>,
    /// Resources on a page.
    pub count: u64,
    pub total: Total,
    /// Only the number of matches is asked for.
    pub count_only: bool,
    pub cursor: Option<Cursor>,
    /// The parameters that were used, for the links of pages.
    pub used: Vec<Parameter>,
    /// What was left out, under lenient handling.
    pub ignored: Vec<Issue>,
}

impl Resolved {
    /// The same search for so many matches, in whatever order.
    pub(super) fn narrow(&self, most: u32) -> Self {
        let count = u64::from(most).saturating_sub(1).max(1);
        Self { count, cursor: None, sort: Vec::new(), ..self.clone() }
    }

    /// The one key that finds all matches, when that is all there is to the search.
    pub(super) fn lookup(&self) -> Option<&Lookup> {
        match self.predicates.as_slice() {
            [only] => only.lookup.as_ref(),
            _ => None,
        }
    }

    /// What tells that a match came, went or changed; none when keys do not tell it.
    pub(super) fn watch(&self) -> Option<Watch> {
        let known = self.predicates.iter().filter(|predicate| !predicate.keys.is_empty());
        let each: Vec<_> = known.map(|predicate| predicate.keys.clone().into()).collect();
        (!each.is_empty()).then_some(Watch { each })
    }

    /// Whether resources without a value of the first sort key can match.
    pub(super) fn may_lack_key(&self) -> bool {
        let Some(key) = self.sort.first() else { return false };
        match key.source {
            SortSource::Updated | SortSource::Id => false,
            SortSource::Indexed { param, .. } => {
                !self.predicates.iter().any(|predicate| predicate.param == Some(param))
            }
        }
    }
}

/// Whether the number of all matches is wanted, <https://hl7.org/fhir/R4/search.html#total>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Said when it costs nothing.
    None,
    Accurate,
}
