//! Search parameters that come and go, and jobs: work of the server on all rows.

use crate::definitions::search_parameter::list::Known;
use crate::store::error::StoreError;
use crate::store::jobs::job::Job;
use crate::store::write::Kept;

use super::Guarded;

impl Guarded {
    /// Where who follows stored search parameters goes on.
    pub async fn parameters_position(&self) -> Result<i64, StoreError> {
        self.store.parameters_position().await
    }

    /// Takes into account what search parameters are stored up to a position, unless that was done; the
    /// position up to which it is.
    pub async fn adopt(&self, until: i64) -> Result<i64, StoreError> {
        self.store.adopt(until).await
    }

    /// Learns what other servers did, and does a step of the first job that is free; whether there was
    /// one.
    pub async fn tend(&self, holder: &str) -> Result<bool, StoreError> {
        self.store.tend(holder).await
    }

    /// A job, whatever has become of it.
    pub async fn job(&self, number: i64) -> Result<Option<Job>, StoreError> {
        self.store.job(number).await
    }

    /// Ends a job; how it stands then.
    pub async fn cancel(&self, number: i64) -> Result<Option<Job>, StoreError> {
        self.store.cancel(number).await
    }

    /// What a request did that was kept under a key.
    pub async fn kept(&self, key: &str) -> Result<Option<Kept>, StoreError> {
        self.store.kept(key).await
    }

    /// Begins to make the rows of search parameters anew; the number of the job, none when nothing is
    /// meant.
    pub async fn reindex(
        &self,
        is_meant: impl Fn(&Known) -> bool,
    ) -> Result<Option<i64>, StoreError> {
        self.store.reindex(is_meant).await
    }
}
