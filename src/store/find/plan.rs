//! Decides where a search starts, by how many rows its parts have: leaves, and what is said of other
//! resources.
//!
//! | plan | starts from | good when |
//! |---|---|---|
//! | `Walk` | all resources of the type, in order | every leaf matches many: a page is soon full |
//! | `Seek` | one leaf whose rows are in order | it alone, or nothing better |
//! | `Gather` | all matches of one leaf, then sorted | it matches few |
//! | `SortedWalk` | the index of the sort key, in order | matches are many: a page is soon full |
//!
//! The other parts are tested for each candidate. Counts are probes that stop at a cap.

use sea_orm::sea_query::SelectStatement;

use crate::store::database::Store;
use crate::store::error::StoreError;

use super::conjuncts::{Conjuncts, Plan};
use super::leaf::Leaf;
use super::search::Search;
use super::sort::SortKey;

/// A leaf with fewer rows than this starts the search without a look at the others.
const FEW: u64 = 128;
/// With fewer rows than this, gathering and sorting is cheap.
const SOME: u64 = 4_000;

/// Chooses a plan.
pub(super) async fn plan(
    store: &Store,
    search: &Search,
    conjuncts: &Conjuncts<'_>,
) -> Result<Plan, StoreError> {
    let in_order = search.sort.is_empty();
    if in_order && conjuncts.only().is_some_and(Leaf::is_ordered) {
        return Ok(Plan::Seek(0));
    }
    let start = |at: usize| {
        let is_ordered = conjuncts.leaf(at).is_some_and(Leaf::is_ordered);
        if is_ordered && in_order { Plan::Seek(at) } else { Plan::Gather(at) }
    };
    if let Some(few) = smallest(store, conjuncts, FEW).await? {
        return Ok(start(few));
    }
    if !walks_its_own_key(search, conjuncts)
        && let Some(some) = smallest(store, conjuncts, SOME).await?
    {
        return Ok(start(some));
    }
    Ok(match search.sort.len() {
        0 => first_ordered(conjuncts),
        1 if search.sort.iter().all(SortKey::is_walked) => Plan::SortedWalk,
        _ => conjuncts.rarest(),
    })
}

/// Whether a leaf narrows the very index that gives the order.
fn walks_its_own_key(search: &Search, conjuncts: &Conjuncts<'_>) -> bool {
    let [key] = search.sort.as_slice() else { return false };
    let Some(indexed) = key.indexed().filter(|_| key.is_single) else { return false };
    conjuncts.leaves().any(|(_, leaf)| leaf.is_about(indexed))
}

/// The plan when every leaf matches many and results come in the order of `rid`.
fn first_ordered(conjuncts: &Conjuncts<'_>) -> Plan {
    let ordered = conjuncts.leaves().filter(|(_, leaf)| leaf.is_ordered());
    let first = ordered.min_by_key(|(_, leaf)| leaf.rank());
    first.map_or(Plan::Walk, |(at, _)| Plan::Seek(at))
}

/// The part with the fewest rows, if that is below the cap; the first one below [`FEW`] will do.
async fn smallest(
    store: &Store,
    conjuncts: &Conjuncts<'_>,
    cap: u64,
) -> Result<Option<usize>, StoreError> {
    let mut best = None;
    let mut lowest = cap;
    for at in conjuncts.starts() {
        // Of whom many are meant, many may refer to them: they are not all looked through.
        if let Some(inner) = conjuncts.inner_probe(at, cap)
            && number(store, &inner).await? >= cap
        {
            continue;
        }
        let Some(probe) = conjuncts.probe(at, lowest) else { continue };
        let count = number(store, &probe).await?;
        if count < lowest {
            (best, lowest) = (Some(at), count);
            if count < FEW {
                break;
            }
        }
    }
    Ok(best)
}

async fn number(store: &Store, probe: &SelectStatement) -> Result<u64, StoreError> {
    let count = store.numbers(probe).await?;
    Ok(count.first().map_or(0, |count| count.unsigned_abs()))
}
