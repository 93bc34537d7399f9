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

/// Matches that a conditional write looks at, at the least: whether there is none, one, or more.
pub(super) const FEW: u32 = 2;

/// A page of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub hits: Vec<Hit>,
    /// Where the next page starts; none on the last.
    pub next: Option<Cursor>,
    pub total: Option<u64>,
}

impl Store {
    /// Finds a page of matches. One of large resources has fewer of them than were asked for.
    pub async fn search(&self, search: &Search) -> Result<Page, StoreError> {
        let conjuncts = Conjuncts::new(search.kind, &search.criteria, Alias::START)?;
        let plan = plan(self, search, &conjuncts).await?;
        let statement = Statement { search, conjuncts: &conjuncts };
        if search.count_only {
            let total = Some(self.total(&statement, plan).await?);
            return Ok(Page { hits: Vec::new(), next: None, total });
        }
        let (mut hits, is_cut) = self.hits_of(&statement, plan).await?;
        let most = usize::try_from(search.count).unwrap_or(usize::MAX);
        let more = is_cut || hits.len() > most;
        hits.truncate(most);
        let last = hits.last().filter(|_| more);
        let next = last.map(|hit| Cursor { rid: hit.rid, keys: hit.keys.clone() });
        let all_seen = search.after.is_none() && next.is_none();
        let total = match search.total {
            _ if all_seen => u64::try_from(hits.len()).ok(),
            Total::None => None,
            Total::Accurate => Some(self.total(&statement, plan).await?),
        };
        Ok(Page { hits, next, total })
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
        let page = Statement { search: &narrow, conjuncts: &conjuncts }.page(plan)?;
        let hits = self.hits(&page, &[], Planning::ByValues).await?;
        Ok((hits, premise))
    }

    async fn hits_of(
        &self,
        statement: &Statement<'_>,
        plan: Plan,
    ) -> Result<(Vec<Hit>, bool), StoreError> {
        let search = statement.search;
        let cells: Vec<_> = search.sort.iter().map(SortKey::cell).collect();
        let page = || statement.page(plan);
        if plan != Plan::SortedWalk {
            return self.page(&page()?, &cells, planning(statement, plan)).await;
        }
        let keyless = search.after.as_ref().is_some_and(is_keyless);
        let (mut hits, mut is_cut) = match keyless {
            true => (Vec::new(), false),
            false => self.page(&page()?, &cells, Planning::ByValues).await?,
        };
        let wanted = search.count + 1;
        let found = u64::try_from(hits.len()).unwrap_or(u64::MAX);
        if found < wanted && !is_cut && search.may_lack_key() {
            let query = statement.keyless(wanted - found);
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
