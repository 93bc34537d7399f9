//! What the authorization server keeps: no resources, and nobody's but that room's.

use crate::store::authority::Authority;
use crate::store::error::StoreError;

use super::Guarded;

impl Guarded {
    /// The rows of the authorization server, for that room alone.
    pub async fn authority_rows(&self) -> Result<Authority, StoreError> {
        self.store.authority().await
    }
}
