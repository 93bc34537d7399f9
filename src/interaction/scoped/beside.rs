//! What stands beside resources that somebody found, and of which types there is anything.

use crate::criteria::access::Doing;
use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;
use crate::store::error::StoreError;
use crate::store::find::beside::{Beside, Rights, Way};
use crate::store::find::populated::Each;
use crate::store::row::Hit;

use super::Scoped;

/// Bytes of criteria that are asked for together, as text.
const LONGEST: usize = 60_000;

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

    /// Finds resources that stand beside others, and whether there are more. Rights that are long are
    /// asked for some types after the others: databases take statements of so many values alone.
    pub async fn beside(&self, wanted: &Beside<'_>) -> Result<(Vec<Hit>, bool), StoreError> {
        let store = &self.guarded.store;
        let Some(mut rights) = Box::pin(self.rights_to_find(wanted)).await? else {
            return store.beside(wanted, None).await;
        };
        let (mut all, mut has_more) = (Vec::new(), false);
        loop {
            let mut length = 0;
            let is_short = |(_, criteria): &(ResourceKind, Criteria)| {
                length += criteria.to_string().len();
                length > LONGEST
            };
            // One goes alone when it is longer.
            let end = rights.iter().position(is_short).unwrap_or(rights.len()).max(1);
            let rest = rights.split_off(end.min(rights.len()));
            let (hits, is_cut) = store.beside(wanted, Some(&rights)).await?;
            all.extend(hits);
            has_more |= is_cut;
            if rest.is_empty() {
                break;
            }
            rights = rest;
        }
        all.sort_by_key(|hit| hit.rid);
        let most = usize::try_from(wanted.most).unwrap_or(usize::MAX);
        has_more |= all.len() > most;
        all.truncate(most);
        all.iter().for_each(|hit| self.note(&hit.stored));
        Ok((all, has_more))
    }

    /// What may be found of each type of which there is anything; none: everything.
    async fn rights_to_find(&self, wanted: &Beside<'_>) -> Result<Option<Rights>, StoreError> {
        if self.access.is_everything() {
            return Ok(None);
        }
        let narrowing = |kind| match self.access.narrowing(Doing::Join, kind) {
            Some(Criteria::False) => None,
            other => Some((kind, other.unwrap_or(Criteria::True))),
        };
        let kinds = self.guarded.store.populated(&self.reachable(wanted)).await?;
        Ok(Some(kinds.into_iter().filter_map(narrowing).collect()))
    }

    /// The types that may stand beside resources.
    fn reachable(&self, wanted: &Beside<'_>) -> Vec<ResourceKind> {
        let Some(links) = wanted.links else { return ResourceKind::all().collect() };
        let indexer = self.guarded.live.get();
        let leads = |kind: &ResourceKind| match wanted.way {
            Way::Forth => {
                links.iter().any(|link| link.kinds.is_empty() || link.kinds.contains(kind))
            }
            Way::Back => {
                let mut params = indexer.search().of(*kind).iter();
                params.any(|param| links.iter().any(|link| link.param == param.indexed_as()))
            }
        };
        ResourceKind::all().filter(leads).collect()
    }
}
