//! Runs a search: one page of it, where the next one starts, and the number of all matches.

use crate::store::database::{Planning, Store};
use crate::store::error::StoreError;
use crate::store::row::Hit;
use crate::store::write::Premise;

use super::cursor::Cursor;
use super::plan::{Plan, plan};
use super::resolved::{Resolved, Total};
use super::{premise, sql};

/// A page of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub hits: Vec<Hit>,
    /// Where the next page starts; none on the last.
    pub next: Option<Cursor>,
    pub total: Option<u64>,
}

/// Finds a page of matches. One of large resources has fewer of them than were asked for.
pub async fn page(store: &Store, search: &Resolved) -> Result<Page, StoreError> {
    let plan = plan(store, search).await?;
    if search.count_only {
        let total = Some(total(store, search, plan).await?);
        return Ok(Page { hits: Vec::new(), next: None, total });
    }
    let (mut hits, is_cut) = hits(store, search, plan).await?;
    let most = usize::try_from(search.count).unwrap_or(usize::MAX);
    let more = is_cut || hits.len() > most;
    hits.truncate(most);
    let last = hits.last().filter(|_| more);
    let next = last.map(|hit| Cursor { rid: hit.rid, keys: hit.keys.clone() });
    let all_seen = search.cursor.is_none() && next.is_none();
    let total = match search.total {
        _ if all_seen => u64::try_from(hits.len()).ok(),
        Total::None => None,
        Total::Accurate => Some(total(store, search, plan).await?),
    };
    Ok(Page { hits, next, total })
}

/// What a search that decides about a write finds: up to `most` matches, two at the least, and the
/// premise that it is still so when the write happens.
pub async fn matches(
    store: &Store,
    search: &Resolved,
    most: u32,
) -> Result<(Vec<Hit>, Premise), StoreError> {
    let most = most.max(premise::FEW);
    let since = store.seen();
    let plan = plan(store, search).await?;
    let plan = if plan == Plan::SortedWalk { Plan::Walk } else { plan };
    let narrow = search.narrow(most);
    let hits = match search.lookup() {
        Some(lookup) => {
            let found = store.look_up(vec![lookup.clone()], most).await?;
            found.into_iter().map(|found| found.hit).collect()
        }
        None => store.hits(&sql::page(&narrow, plan), &[], Planning::ByValues).await?,
    };
    let premise = premise::found(&narrow, plan, since, &hits);
    Ok((hits, premise))
}

async fn hits(
    store: &Store,
    search: &Resolved,
    plan: Plan,
) -> Result<(Vec<Hit>, bool), StoreError> {
    let cells: Vec<_> = search.sort.iter().map(super::sort::SortKey::cell).collect();
    if plan != Plan::SortedWalk {
        return store.page(&sql::page(search, plan), &cells, planning(search, plan)).await;
    }
    let keyless = search.cursor.as_ref().is_some_and(sql::is_keyless);
    let (mut hits, mut is_cut) = match keyless {
        true => (Vec::new(), false),
        false => store.page(&sql::page(search, plan), &cells, Planning::ByValues).await?,
    };
    let wanted = search.count + 1;
    let found = u64::try_from(hits.len()).unwrap_or(u64::MAX);
    if found < wanted && !is_cut && search.may_lack_key() {
        let query = sql::keyless(search, wanted - found);
        let (further, is_further_cut) = store.page(&query, &cells, Planning::ByValues).await?;
        hits.extend(further);
        is_cut = is_further_cut;
    }
    Ok((hits, is_cut))
}

/// One predicate whose rows are in order needs no look at its values.
fn planning(search: &Resolved, plan: Plan) -> Planning {
    let alone = search.predicates.len() == 1 && matches!(plan, Plan::Seek(_));
    if alone { Planning::ByText } else { Planning::ByValues }
}

async fn total(store: &Store, search: &Resolved, plan: Plan) -> Result<u64, StoreError> {
    let count = store.numbers(&sql::total(search, plan)).await?;
    Ok(count.first().map_or(0, |count| count.unsigned_abs()))
}
