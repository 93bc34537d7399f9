//! Runs a search: one page of it, where the next one starts, and the number of all matches.

use crate::store::database::{Planning, Store};
use crate::store::error::StoreError;
use crate::store::row::Hit;
use crate::store::write::Premise;

use super::alias::Alias;
use super::conjuncts::{Conjuncts, Plan};
use super::plan::plan;
use super::search::{Cursor, Search, Total};
use super::sort::SortKey;
use super::statement::{Statement, is_keyless};

pub mod explain;
mod preferred;

/// Matches that a conditional write looks at, at the least: whether there is none, one, or more.
pub(super) const FEW: u32 = 2;

/// A page of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub hits: Vec<Hit>,
    /// Behind what the next page lies; none on the last.
    pub next: Option<Cursor>,
    /// Before what the previous one lies; none on the first.
    pub previous: Option<Cursor>,
    pub total: Option<u64>,
}

impl Page {
    /// A page of what was found, in order: no more than it holds, of the end that it is filled from.
    pub fn of(search: &Search, mut hits: Vec<Hit>, has_more: bool, total: Option<u64>) -> Self {
        let most = usize::try_from(search.count).unwrap_or(usize::MAX);
        let has_more = has_more || hits.len() > most;
        let is_backward = search.turn.is_backward();
        match is_backward {
            true => drop(hits.drain(..hits.len().saturating_sub(most))),
            false => hits.truncate(most),
        }
        let place = |hit: &Hit| Cursor { rid: hit.rid, keys: hit.keys.clone() };
        let (first, last) = (hits.first().map(place), hits.last().map(place));
        let is_beside = search.turn.cursor().is_some();
        let (before, behind) =
            if is_backward { (has_more, is_beside) } else { (is_beside, has_more) };
        let (next, previous) = (last.filter(|_| behind), first.filter(|_| before));
        Self { hits, next, previous, total }
    }

    /// Whether there is more in the direction that it was looked for.
    pub fn goes_on(&self, search: &Search) -> bool {
        if search.turn.is_backward() { self.previous.is_some() } else { self.next.is_some() }
    }
}

impl Store {
    /// Finds a page of matches. One of large resources has fewer of them than were asked for.
    pub async fn search(&self, search: &Search) -> Result<Page, StoreError> {
        match &search.prefer {
            Some(first) if search.sort.is_empty() && !search.count_only => {
                preferred::page(self, search, first).await
            }
            _ => self.whole(search).await,
        }
    }

    /// The same, whatever is preferred.
    pub(super) async fn whole(&self, search: &Search) -> Result<Page, StoreError> {
        let conjuncts = Conjuncts::new(search.kind, &search.criteria, Alias::START)?;
        let plan = plan(self, search, &conjuncts).await?;
        let statement = Statement { search, conjuncts: &conjuncts };
        if search.count_only {
            let total = Some(self.total(&statement, plan).await?);
            return Ok(Page { hits: Vec::new(), next: None, previous: None, total });
        }
        let (mut hits, is_cut) = self.hits_of(&statement, plan).await?;
        if search.turn.is_backward() {
            hits.reverse();
        }
        let mut page = Page::of(search, hits, is_cut, None);
        let all_seen = search.turn.cursor().is_none() && !page.goes_on(search);
        page.total = match search.total {
            _ if all_seen => u64::try_from(page.hits.len()).ok(),
            Total::None => None,
            Total::Accurate => Some(self.total(&statement, plan).await?),
        };
        Ok(page)
    }

    /// What a search that decides about a write finds: up to `most` matches, two at the least, and
    /// the premise that it is still so when the write happens.
    pub async fn matches(
        &self,
        search: &Search,
        most: u32,
    ) -> Result<(Vec<Hit>, Premise), StoreError> {
        let most = most.max(FEW);
        let premise = search.premise(self.seen());
        if let Some(lookup) = search.lookup() {
            let found = self.look_up(vec![lookup], most).await?;
            return Ok((found.into_iter().map(|found| found.hit).collect(), premise));
        }
        let narrow = search.narrow(most);
        let conjuncts = Conjuncts::new(narrow.kind, &narrow.criteria, Alias::START)?;
        let plan = plan(self, &narrow, &conjuncts).await?;
        let statement = Statement { search: &narrow, conjuncts: &conjuncts };
        let page = statement.page(plan, narrow.count + 1)?;
        let hits = self.hits(&page, &[], Planning::ByValues).await?;
        Ok((hits, premise))
    }

    /// What is on the page and one more, from the end that it is filled from.
    async fn hits_of(
        &self,
        statement: &Statement<'_>,
        plan: Plan,
    ) -> Result<(Vec<Hit>, bool), StoreError> {
        let search = statement.search;
        let cells: Vec<_> = search.sort.iter().map(SortKey::cell).collect();
        let wanted = search.count + 1;
        if plan != Plan::SortedWalk {
            let page = statement.page(plan, wanted)?;
            return self.page(&page, &cells, planning(statement, plan)).await;
        }
        // Those with a key first, or from the end those without.
        let mut parts = vec![true];
        if search.may_lack_key() {
            parts.push(false);
        }
        let is_backward = search.turn.is_backward();
        if is_backward {
            parts.reverse();
        }
        let at = search.turn.cursor().map(|cursor| !is_keyless(cursor));
        let (mut hits, mut is_cut) = (Vec::new(), false);
        for has_key in parts {
            let found = u64::try_from(hits.len()).unwrap_or(u64::MAX);
            let is_behind_it = at.is_some_and(|at| at != has_key && has_key != is_backward);
            if is_cut || found >= wanted || is_behind_it {
                continue;
            }
            let query = match has_key {
                true => statement.page(plan, wanted - found)?,
                false => statement.keyless(wanted - found),
            };
            let (further, is_further_cut) = self.page(&query, &cells, Planning::ByValues).await?;
            hits.extend(further);
            is_cut = is_further_cut;
        }
        Ok((hits, is_cut))
    }

    async fn total(&self, statement: &Statement<'_>, plan: Plan) -> Result<u64, StoreError> {
        let count = self.numbers(&statement.total(plan)).await?;
        Ok(count.first().map_or(0, |count| count.unsigned_abs()))
    }
}

/// One leaf whose rows are in order needs no look at its values.
fn planning(statement: &Statement<'_>, plan: Plan) -> Planning {
    let is_alone = statement.conjuncts.only().is_some() && matches!(plan, Plan::Seek(_));
    if is_alone { Planning::ByText } else { Planning::ByValues }
}
