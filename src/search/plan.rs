//! Decides where a search starts, by how many rows its predicates have.
//!
//! | plan | starts from | good when |
//! |---|---|---|
//! | `Walk` | all resources of the type, in order | every predicate matches many: a page is soon full |
//! | `Seek` | one predicate whose rows are in order | it alone, or nothing better |
//! | `Gather` | all matches of one predicate, then sorted | it matches few |
//! | `SortedWalk` | the index of the sort key, in order | matches are many: a page is soon full |
//!
//! The other predicates are tested for each candidate. Counts are probes that stop at a cap.

use crate::store::database::Store;
use crate::store::error::StoreError;

use super::predicate::Predicate;
use super::resolved::Resolved;
use super::sort::SortSource;

/// Where a search starts; the number is a place in [`Resolved::predicates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    Walk,
    Seek(usize),
    Gather(usize),
    SortedWalk,
}

/// A predicate with fewer rows than this starts the search without a look at the others.
const FEW: u64 = 128;
/// With fewer rows than this, gathering and sorting is cheap.
const SOME: u64 = 4_000;

/// Chooses a plan.
pub async fn plan(store: &Store, search: &Resolved) -> Result<Plan, StoreError> {
    let in_order = search.sort.is_empty();
    if let ([only], true) = (search.predicates.as_slice(), in_order)
        && only.ordered
    {
        return Ok(Plan::Seek(0));
    }
    if let Some(few) = smallest(store, search, FEW).await? {
        return Ok(start(search, few));
    }
    if !walks_its_own_key(search)
        && let Some(some) = smallest(store, search, SOME).await?
    {
        return Ok(start(search, some));
    }
    if !in_order {
        let walkable = search.sort.len() == 1;
        return Ok(if walkable { Plan::SortedWalk } else { many(search, false) });
    }
    Ok(many(search, true))
}

/// Whether a predicate narrows the very index that gives the order.
fn walks_its_own_key(search: &Resolved) -> bool {
    let key = match search.sort.as_slice() {
        [key] => match key.source {
            SortSource::Indexed { param, .. } => param,
            SortSource::Updated | SortSource::Id => return false,
        },
        _ => return false,
    };
    search.predicates.iter().any(|predicate| predicate.param == Some(key))
}

fn start(search: &Resolved, at: usize) -> Plan {
    let ordered = search.predicates.get(at).is_some_and(|predicate| predicate.ordered);
    if ordered && search.sort.is_empty() { Plan::Seek(at) } else { Plan::Gather(at) }
}

/// The plan when every predicate matches many.
fn many(search: &Resolved, in_order: bool) -> Plan {
    let ranked = |(_, predicate): &(usize, &Predicate)| predicate.rank;
    let mut all = search.predicates.iter().enumerate();
    if in_order {
        let ordered = all.filter(|(_, predicate)| predicate.ordered).min_by_key(ranked);
        return ordered.map_or(Plan::Walk, |(at, _)| Plan::Seek(at));
    }
    let first = all.by_ref().min_by_key(ranked);
    first.map_or(Plan::Walk, |(at, _)| Plan::Gather(at))
}

/// The predicate with the fewest rows, if that is below the cap; the first one below [`FEW`] will do.
async fn smallest(store: &Store, search: &Resolved, cap: u64) -> Result<Option<usize>, StoreError> {
    let mut order: Vec<usize> = (0..search.predicates.len()).collect();
    order.sort_by_key(|at| search.predicates.get(*at).map(|predicate| predicate.rank));
    let mut best = None;
    let mut lowest = cap;
    for at in order {
        let Some(predicate) = search.predicates.get(at) else { continue };
        let count = store.numbers(&predicate.probe(lowest)).await?;
        let count = count.first().map_or(0, |count| count.unsigned_abs());
        if count < lowest {
            (best, lowest) = (Some(at), count);
            if count < FEW {
                break;
            }
        }
    }
    Ok(best)
}
