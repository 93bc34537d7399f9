//! Versions of a type, or of everything.

use crate::criteria::access::Doing;
use crate::store::changes::past::Past;
use crate::store::error::StoreError;
use crate::store::row::Hit;

use super::Scoped;

impl Scoped<'_> {
    /// A page of versions in the order of the log, and whether it was cut short. The `rid` of each is
    /// its place in the log. Hidden versions do not make a page shorter.
    pub async fn past(&self, mut past: Past) -> Result<(Vec<Hit>, bool), StoreError> {
        let store = &self.guarded.store;
        let span = store.span(&past).await?;
        let most = usize::try_from(past.limit).unwrap_or(usize::MAX);
        let mut shown = Vec::new();
        loop {
            let (versions, is_cut) = store.past(&past, span).await?;
            let is_end = !is_cut && versions.len() < most;
            past.beyond = versions.last().map(|last| last.rid);
            for version in versions {
                if Box::pin(self.shows_for(Doing::Search, &version.stored)).await? {
                    self.note(&version.stored);
                    shown.push(version);
                }
            }
            shown.truncate(most);
            if is_end || past.beyond.is_none() || shown.len() == most {
                return Ok((shown, false));
            }
            if is_cut && !shown.is_empty() {
                return Ok((shown, true));
            }
        }
    }
}
