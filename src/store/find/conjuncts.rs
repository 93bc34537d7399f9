//! A search taken apart: what must hold of a resource, each part by itself.

use sea_orm::sea_query::{Expr, Query, SelectStatement, UnionType};

use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;
use crate::store::error::StoreError;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::join;
use super::leaf::{Leaf, Rank};
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
    /// What is said of other resources, or one leaf or another: a scan that begins with them, and the same
    /// as a test of what stands at the start.
    Joined {
        scan: Box<SelectStatement>,
        /// Those of the others that match.
        inner: Option<Box<SelectStatement>>,
        test: Expr,
        /// What is found by the scan need not be tested.
        is_whole: bool,
    },
    /// A test of what stands at the start.
    Test(Expr),
}

/// Where a search starts; the number is the place of a part.
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
        let part = |part: &'a Criteria| -> Result<Part<'a>, StoreError> {
            if let Some(scan) = either(kind, part, start.within()) {
                let (test, scan) = (nested::holds_for(start, kind, part)?, Box::new(scan));
                return Ok(Part::Joined { scan, inner: None, test, is_whole: true });
            }
            match Leaf::of(kind, part) {
                Some(leaf) => Ok(Part::Leaf(leaf)),
                None => {
                    let test = nested::holds_for(start, kind, part)?;
                    let scan = join::scan((start.within(), kind), part)?;
                    Ok(match scan {
                        Some(scan) => {
                            let inner = join::inner(start.within(), part)?.map(Box::new);
                            let is_whole = join::is_whole(part);
                            Part::Joined { scan: Box::new(scan), inner, test, is_whole }
                        }
                        None => Part::Test(test),
                    })
                }
            }
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
            Part::Joined { .. } | Part::Test(_) => None,
        })
    }

    /// The leaf at a place.
    pub(super) fn leaf(&self, place: usize) -> Option<&Leaf<'a>> {
        self.leaves().find_map(|(at, leaf)| (at == place).then_some(leaf))
    }

    /// The parts that a search can start from, with their places, those first that are expected to
    /// match the fewest.
    pub(super) fn starts(&self) -> Vec<usize> {
        let ranks = self.parts.iter().enumerate().filter_map(|(at, part)| match part {
            Part::Leaf(leaf) => Some((leaf.rank(), at)),
            Part::Joined { .. } => Some((Rank::Joined, at)),
            Part::Test(_) => None,
        });
        let mut ranks: Vec<_> = ranks.collect();
        ranks.sort_unstable();
        ranks.into_iter().map(|(_, at)| at).collect()
    }

    /// The part that is expected to match the fewest.
    pub(super) fn rarest(&self) -> Plan {
        self.starts().first().map_or(Plan::Walk, |at| Plan::Gather(*at))
    }

    /// The number of rows that match a part, at most `cap`; none when no search starts from it.
    pub(super) fn probe(&self, place: usize, cap: u64) -> Option<SelectStatement> {
        let mut rows = match self.parts.get(place)? {
            Part::Leaf(leaf) => leaf.scan(self.start),
            Part::Joined { scan, .. } => (**scan).clone(),
            Part::Test(_) => return None,
        };
        Some(count(&mut rows, cap))
    }

    /// The number of other resources that a part says something of, at most `cap`; none when it says
    /// nothing of others.
    pub(super) fn inner_probe(&self, place: usize, cap: u64) -> Option<SelectStatement> {
        match self.parts.get(place)? {
            Part::Joined { inner: Some(inner), .. } => Some(count(&mut (**inner).clone(), cap)),
            _ => None,
        }
    }

    /// Every match, as `rid`, each once.
    pub(super) fn candidates(&self, plan: Plan) -> SelectStatement {
        let mut rows = Query::select();
        rows.column((self.start, Column::Rid));
        let first = match plan {
            Plan::Seek(at) | Plan::Gather(at) => self.parts.get(at).map(|part| (at, part)),
            Plan::Walk | Plan::SortedWalk => None,
        };
        match first {
            Some((_, Part::Leaf(leaf))) => leaf.start(&mut rows, self.start),
            Some((_, Part::Joined { scan, .. })) => {
                rows.distinct().from_subquery((**scan).clone(), self.start);
            }
            Some((_, Part::Test(_))) | None => self.walk(&mut rows),
        }
        let is_told = |part: &Part<'_>| !matches!(part, Part::Joined { is_whole: false, .. });
        let skipped = first.filter(|(_, part)| is_told(part)).map(|(at, _)| at);
        self.test_others(&mut rows, skipped);
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
    pub(super) fn test(&self, rows: &mut SelectStatement, wanted: impl Fn(&Leaf<'a>) -> bool) {
        for part in &self.parts {
            match part {
                Part::Leaf(leaf) if !wanted(leaf) => {}
                tested => self.test_part(rows, tested),
            }
        }
    }

    /// Tests what stands at the start by all parts but the one that it was found by.
    fn test_others(&self, rows: &mut SelectStatement, skipped: Option<usize>) {
        for (_, part) in self.parts.iter().enumerate().filter(|(at, _)| Some(*at) != skipped) {
            self.test_part(rows, part);
        }
    }

    fn test_part(&self, rows: &mut SelectStatement, part: &Part<'a>) {
        rows.and_where(match part {
            Part::Leaf(leaf) => leaf.holds_for(self.start),
            Part::Joined { test, .. } | Part::Test(test) => test.clone(),
        });
    }
}

/// Scans of one query at the most; `SQLite` takes 500 of them.
const MOST_SCANS: usize = 64;

/// The resources that one of several leaves finds, a scan for each; none when criteria are no such choice.
fn either(kind: ResourceKind, criteria: &Criteria, at: Alias) -> Option<SelectStatement> {
    let Criteria::Any(any) = criteria else { return None };
    let leaves: Vec<Leaf<'_>> = any.iter().map(|one| Leaf::of(kind, one)).collect::<Option<_>>()?;
    if leaves.len() > MOST_SCANS {
        return None;
    }
    let mut scans = leaves.iter().map(|leaf| leaf.scan(at));
    let mut either = scans.next()?;
    for scan in scans {
        either.union(UnionType::All, scan);
    }
    Some(either)
}

/// Counts rows up to a number of them.
fn count(rows: &mut SelectStatement, cap: u64) -> SelectStatement {
    rows.limit(cap);
    let mut count = Query::select();
    count.expr(Expr::cust("count(*)")).from_subquery(rows.clone(), "rows");
    count
}
