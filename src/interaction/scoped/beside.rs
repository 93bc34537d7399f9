//! What stands beside resources that somebody found, and of which types there is anything.

use crate::criteria::access::Doing;
use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;
use crate::store::error::StoreError;
use crate::store::find::beside::{Beside, Rights};
use crate::store::find::populated::Each;
use crate::store::row::Hit;

use super::Scoped;

impl Scoped<'_> {
    /// The types of which anything is stored, whoever may find it.
    pub async fn populated(&self, kinds: &[ResourceKind]) -> Result<Vec<ResourceKind>, StoreError> {
        self.guarded.store.populated(kinds).await
    }

    /// Resources such that each value of a parameter is that of one of them, as far as they may be read,
    /// and whether there are more values.
    pub async fn one_of_each(
        &self,
        each: Each,
        kind: Option<ResourceKind>,
        most: u64,
    ) -> Result<(Vec<Hit>, bool), StoreError> {
        let (hits, has_more) = self.guarded.store.one_of_each(each, kind, most).await?;
        let mut shown = Vec::with_capacity(hits.len());
        for hit in hits {
            if self.shows(&hit.stored).await? {
                self.note(&hit.stored);
                shown.push(hit);
            }
        }
        Ok((shown, has_more))
    }

    /// Finds resources that stand beside others, and whether there are more.
    pub async fn beside(&self, wanted: &Beside<'_>) -> Result<(Vec<Hit>, bool), StoreError> {
        let rights = Box::pin(self.rights_to_find()).await?;
        let (hits, is_more) = self.guarded.store.beside(wanted, rights.as_ref()).await?;
        hits.iter().for_each(|hit| self.note(&hit.stored));
        Ok((hits, is_more))
    }

    /// What may be found of each type of which there is anything; none: everything.
    async fn rights_to_find(&self) -> Result<Option<Rights>, StoreError> {
        if self.access.is_everything() {
            return Ok(None);
        }
        let narrowing = |kind| match self.access.narrowing(Doing::Join, kind) {
            Some(Criteria::False) => None,
            other => Some((kind, other.unwrap_or(Criteria::True))),
        };
        let open: Rights = ResourceKind::all().filter_map(narrowing).collect();
        let kinds: Vec<ResourceKind> = open.iter().map(|(kind, _)| *kind).collect();
        let there = self.guarded.store.populated(&kinds).await?;
        Ok(Some(open.into_iter().filter(|(kind, _)| there.contains(kind)).collect()))
    }
}
