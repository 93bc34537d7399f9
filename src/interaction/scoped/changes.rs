//! What was changed, for those who follow the log.

use crate::criteria::access::Doing;
use crate::fhir::kind::ResourceKind;
use crate::store::changes::Changes;
use crate::store::error::StoreError;

use super::Scoped;

impl Scoped<'_> {
    /// What was changed of these types behind a position of the log, without what may not be read.
    pub async fn changes(
        &self,
        after: i64,
        kinds: &[ResourceKind],
        most: u32,
    ) -> Result<Changes, StoreError> {
        let Changes { list, until } = self.guarded.store.changes(after, kinds, most).await?;
        let mut shown = Vec::with_capacity(list.len());
        for change in list {
            let (kind, version) = (change.kind, change.version);
            if self.access.narrowing(Doing::Read, kind).is_none()
                || self.version(kind, &change.id, version).await?.is_some()
            {
                shown.push(change);
            }
        }
        Ok(Changes { list: shown, until })
    }
}
