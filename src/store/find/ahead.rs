//! What several searches by one key find, looked up by one question to the database before they are
//! asked one by one.

use rustc_hash::FxHashMap;

use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::lookup::Lookup;
use crate::store::row::Hit;
use crate::store::write::Premise;

use super::page::FEW;
use super::search::Search;

/// Answers that are known.
#[derive(Debug, Default)]
pub struct Ahead {
    since: i64,
    most: u32,
    found: FxHashMap<Lookup, Vec<Hit>>,
}

impl Ahead {
    /// Looks up what those of the searches find that ask for one key, up to `most` matches for each.
    pub async fn look(
        store: &Store,
        searches: impl Iterator<Item = &Search>,
        most: u32,
    ) -> Result<Self, StoreError> {
        let since = store.seen();
        let keys = searches.filter_map(Search::lookup);
        let mut found: FxHashMap<Lookup, Vec<Hit>> = keys.map(|key| (key, Vec::new())).collect();
        let lookups: Vec<Lookup> = found.keys().cloned().collect();
        for one in store.look_up(lookups.clone(), most).await? {
            if let Some(hits) = lookups.get(one.lookup).and_then(|key| found.get_mut(key)) {
                hits.push(one.hit);
            }
        }
        Ok(Self { since, most, found })
    }

    /// What [`Store::matches`] would find, if it is known.
    pub fn matches(&self, search: &Search, most: u32) -> Option<(Vec<Hit>, Premise)> {
        let most = most.max(FEW);
        let found = self.found.get(&search.lookup()?).filter(|_| most <= self.most)?;
        let few = usize::try_from(most).unwrap_or(usize::MAX);
        let hits: Vec<Hit> = found.iter().take(few).cloned().collect();
        Some((hits, search.premise(self.since)))
    }
}
