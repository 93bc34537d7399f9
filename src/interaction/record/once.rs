//! What was looked up for one answer that several operations make together: each record is read once, and
//! all of them speak of the same.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::interaction::scoped::Scoped;
use crate::store::error::StoreError;
use crate::store::lookup::{Found, Lookup};
use crate::store::row::Hit;

/// What was found so far, by what was looked for, and how much of it was wanted at the most.
#[derive(Debug, Default)]
pub struct Once(Mutex<HashMap<Lookup, (usize, Vec<Hit>)>>);

impl Once {
    fn get(&self, lookup: &Lookup, most: usize) -> Option<Vec<Hit>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (wanted, hits) = known.get(lookup)?;
        let is_enough = hits.len() < *wanted || *wanted >= most;
        is_enough.then(|| hits.iter().take(most).cloned().collect())
    }

    fn keep(&self, lookup: Lookup, most: usize, hits: Vec<Hit>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(lookup, (most, hits));
    }
}

impl Once {
    /// Finds current resources by one key each, as [`Scoped::look_up`] does, nothing twice.
    pub async fn look_up(
        &self,
        rows: Scoped<'_>,
        lookups: Vec<Lookup>,
        most: u32,
    ) -> Result<Vec<Found>, StoreError> {
        let enough = usize::try_from(most).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        let mut new: Vec<(usize, Lookup)> = Vec::new();
        for (place, lookup) in lookups.into_iter().enumerate() {
            match self.get(&lookup, enough) {
                Some(hits) => found.push((place, hits)),
                None => new.push((place, lookup)),
            }
        }
        if !new.is_empty() {
            let asked = new.iter().map(|(_, lookup)| lookup.clone()).collect();
            let mut hits: Vec<Vec<Hit>> = new.iter().map(|_| Vec::new()).collect();
            for one in rows.look_up(asked, most).await? {
                if let Some(hits) = hits.get_mut(one.lookup) {
                    hits.push(one.hit);
                }
            }
            for ((place, lookup), hits) in new.into_iter().zip(hits) {
                self.keep(lookup, enough, hits.clone());
                found.push((place, hits));
            }
        }
        found.sort_by_key(|(place, _)| *place);
        let all = found
            .into_iter()
            .flat_map(|(lookup, hits)| hits.into_iter().map(move |hit| Found { lookup, hit }));
        Ok(all.collect())
    }
}
