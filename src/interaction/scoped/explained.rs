//! How searches are answered.

use super::Scoped;
use crate::store::error::StoreError;
use crate::store::find::page::explain::Explained;
use crate::store::find::search::Search;

impl Scoped<'_> {
    /// Answers a search, narrowed as it is for whoever asks, and tells how.
    pub async fn explain(&self, search: &Search) -> Result<Explained, StoreError> {
        self.guarded.store.explain(&self.narrowed(search)).await
    }
}
