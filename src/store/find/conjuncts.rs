//! A search taken apart: what must hold of a resource, each part by itself.

use sea_orm::sea_query::{Expr, Query, SelectStatement};

use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;
use crate::store::error::StoreError;
use crate::store::table::{Column, Table};

use super::alias::Alias;
use super::leaf::Leaf;
use super::nested;

/// The parts of criteria on resources of one type; all must hold.
#[derive(Debug)]
pub(super) struct Conjuncts<'a> {
    kind: ResourceKind,
    /// The table that a query starts from.
    start: Alias,
    parts: Vec<Part<'a>>,
}

#[derive(Debug)]
enum Part<'a> {
    Leaf(Leaf<'a>),
    /// A test of what stands at the start.
    Test(Expr),
}

/// Where a search starts; the number is the place of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    Walk,
    Seek(usize),
    Gather(usize),
    SortedWalk,
}

impl<'a> Conjuncts<'a> {
    /// Takes criteria apart.
    pub(super) fn new(
        kind: ResourceKind,
        criteria: impl IntoIterator<Item = &'a Criteria>,
        start: Alias,
    ) -> Result<Self, StoreError> {
        let parts = criteria.into_iter().flat_map(Criteria::conjuncts);
        let part = |part: &'a Criteria| match Leaf::of(kind, part) {
            Some(leaf) => Ok(Part::Leaf(leaf)),
            None => nested::holds_for(start, kind, part).map(Part::Test),
        };
        Ok(Self { kind, start, parts: parts.map(part).collect::<Result<_, _>>()? })
    }

    /// The only part, if it is a leaf.
    pub(super) fn only(&self) -> Option<&Leaf<'a>> {
        match self.parts.as_slice() {
            [Part::Leaf(only)] => Some(only),
            _ => None,
        }
    }

    /// The leaves with their places.
    pub(super) fn leaves(&self) -> impl Iterator<Item = (usize, &Leaf<'a>)> {
        self.parts.iter().enumerate().filter_map(|(at, part)| match part {
            Part::Leaf(leaf) => Some((at, leaf)),
            Part::Test(_) => None,
        })
    }

    /// The leaf at a place.
    pub(super) fn leaf(&self, place: usize) -> Option<&Leaf<'a>> {
        self.leaves().find_map(|(at, leaf)| (at == place).then_some(leaf))
    }

    /// The leaf that is expected to match the fewest.
    pub(super) fn rarest(&self) -> Plan {
        let first = self.leaves().min_by_key(|(_, leaf)| leaf.rank());
        first.map_or(Plan::Walk, |(at, _)| Plan::Gather(at))
    }

    /// Every match, as `rid`, each once.
    pub(super) fn candidates(&self, plan: Plan) -> SelectStatement {
        let mut rows = Query::select();
        rows.column((self.start, Column::Rid));
        let driver = match plan {
            Plan::Seek(at) | Plan::Gather(at) => self.leaf(at).map(|leaf| (at, leaf)),
            Plan::Walk | Plan::SortedWalk => None,
        };
        match driver {
            Some((_, leaf)) => leaf.start(&mut rows, self.start),
            None => self.walk(&mut rows),
        }
        let skipped = driver.map(|(at, _)| at);
        self.test(&mut rows, |at, _| Some(at) != skipped);
        rows
    }

    /// Every match, found without a look at how many rows there are.
    pub(super) fn found_by_rank(&self) -> SelectStatement {
        self.candidates(self.rarest())
    }

    /// Has a query start from all resources of the type.
    pub(super) fn walk(&self, rows: &mut SelectStatement) {
        rows.from_as(Table::Resource, self.start);
        for condition in self.start.is_living(self.kind) {
            rows.and_where(condition);
        }
    }

    /// Tests what stands at the start, of the leaves only those that are wanted.
    pub(super) fn test(
        &self,
        rows: &mut SelectStatement,
        wanted: impl Fn(usize, &Leaf<'a>) -> bool,
    ) {
        for (at, part) in self.parts.iter().enumerate() {
            match part {
                Part::Leaf(leaf) if wanted(at, leaf) => {
                    rows.and_where(leaf.holds_for(self.start));
                }
                Part::Leaf(_) => {}
                Part::Test(test) => {
                    rows.and_where(test.clone());
                }
            }
        }
    }
}
