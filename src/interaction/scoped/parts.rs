//! What is asked of other resources by key.

use crate::criteria::access::Doing;
use crate::criteria::matches::Seen;
use crate::criteria::tree::Criteria;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::store::error::StoreError;
use crate::store::find::search::Search;
use crate::store::row::Op;

use super::Scoped;
use super::judge::first;

impl Scoped<'_> {
    /// Whether all that a resource stands for is as its group has it; what comes with it and was not
    /// there is judged by what comes.
    pub(super) async fn is_of_parts(
        &self,
        seen: Seen<'_>,
        (param, groups): (ParamId, &[(Vec<ResourceKind>, Criteria)]),
        coming: &[Seen<'_>],
    ) -> Result<bool, StoreError> {
        let mut of = seen.rows.references.iter().filter(|row| row.param == param).peekable();
        if of.peek().is_none() {
            return Ok(false);
        }
        for row in of {
            let kind = ResourceKind::from_number(row.kind);
            let (Some(kind), Some(id)) = (kind, ResourceId::parse(&row.target)) else {
                return Ok(false);
            };
            let of = groups.iter().filter(|(kinds, _)| kinds.contains(&kind));
            let part = &Criteria::one_of(of.map(|(_, part)| part.clone()).collect());
            let itself = Criteria::Ids(vec![id.clone()]);
            if self.is_any(kind, vec![itself.clone(), part.clone()]).await? {
                continue;
            }
            let is_it = |seen: &&Seen<'_>| seen.kind == kind && seen.id == id.as_str();
            let Some(new) = coming.iter().find(is_it) else { return Ok(false) };
            if self.is_any(kind, vec![itself]).await?
                || !Box::pin(self.is_so(part, *new, coming)).await?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether nothing of a resource can be seen, told before anything of it is read: what is hidden takes
    /// no longer than what never was. Of a deletion that is not known yet.
    pub(super) async fn is_hidden(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
    ) -> Result<bool, StoreError> {
        let Some(rights) = self.access.narrowing(Doing::Read, kind) else { return Ok(false) };
        if rights == Criteria::False {
            return Ok(true);
        }
        if self.is_any(kind, vec![Criteria::Ids(vec![id.clone()]), rights]).await? {
            return Ok(false);
        }
        let current = self.guarded.store.current(kind, id).await?;
        Ok(current.is_none_or(|current| current.op != Op::Deleted))
    }

    /// The ids of resources of a type that are so, as many at the most.
    pub async fn ids(
        &self,
        kind: ResourceKind,
        criteria: Vec<Criteria>,
        most: usize,
    ) -> Result<Vec<ResourceId>, StoreError> {
        let count = u64::try_from(most).unwrap_or(u64::MAX);
        let search = Search { count, ..first(kind, criteria) };
        let hits = Box::pin(self.search(&search)).await?.hits;
        Ok(hits.into_iter().map(|hit| hit.stored.id).collect())
    }
}
