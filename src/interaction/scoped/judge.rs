//! Whether a version that no index knows may be seen: one that was replaced or deleted, or one that is
//! to be written. It is told by the rows made of it; what its rights say of other resources is asked of
//! the database as it is now.

use futures_util::future::LocalBoxFuture;

use crate::budget;
use crate::criteria::access::Doing;
use crate::criteria::answer::Answer;
use crate::criteria::matches::{Alone, Seen};
use crate::criteria::tree::{Belonging, Criteria, Patients, Values};
use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::definitions::search_parameter::ParamId;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::patient::PatientNumber;
use crate::store::error::StoreError;
use crate::store::find::search::{Search, Total, Turn};
use crate::store::row::{Op, Stored};

use super::Scoped;

/// What it costs to ask the database of other resources, in steps.
const ASKED: usize = 1_000;

impl Scoped<'_> {
    /// Whether a version may be read.
    pub async fn shows(&self, stored: &Stored) -> Result<bool, StoreError> {
        Box::pin(self.shows_for(Doing::Read, stored)).await
    }

    /// Whether somebody who does this may see a version: it and, when it was replaced, the one that
    /// counts now.
    pub(super) async fn shows_for(
        &self,
        doing: Doing,
        stored: &Stored,
    ) -> Result<bool, StoreError> {
        let Some(rights) = self.access.narrowing(doing, stored.kind) else { return Ok(true) };
        if !Box::pin(self.is_within(&rights, stored)).await? {
            return Ok(false);
        }
        let current = self.guarded.store.current(stored.kind, &stored.id).await?;
        match current.filter(|current| current.version != stored.version) {
            Some(current) => Box::pin(self.is_within(&rights, &current)).await,
            None => Ok(true),
        }
    }

    /// Whether a version is so; a deletion is what was deleted.
    pub(super) async fn is_within(
        &self,
        rights: &Criteria,
        stored: &Stored,
    ) -> Result<bool, StoreError> {
        let (kind, id) = (stored.kind, &stored.id);
        let before = match stored.op {
            Op::Deleted => self.guarded.store.version(kind, id, stored.version - 1).await?,
            _ => None,
        };
        let judged = before.as_ref().unwrap_or(stored);
        let Ok(resource) = serde_json::from_str(&judged.body) else { return Ok(false) };
        let rows = &self.guarded.live.get().rows_under(kind, Some(id.as_str()), &resource);
        let seen = Seen { kind, id: id.as_str(), updated: judged.updated, rows };
        Box::pin(self.is_so(rights, seen, &[])).await
    }

    /// Whether a resource is so, beside others that come with it.
    pub(super) async fn is_so(
        &self,
        rights: &Criteria,
        seen: Seen<'_>,
        coming: &[Seen<'_>],
    ) -> Result<bool, StoreError> {
        let settled = self.settled(rights, seen, coming).await?;
        Ok(settled.matches(seen, &Alone) == Answer::Yes)
    }

    /// Criteria with what they say of other resources asked and told.
    fn settled<'s>(
        &'s self,
        criteria: &'s Criteria,
        seen: Seen<'s>,
        coming: &'s [Seen<'s>],
    ) -> LocalBoxFuture<'s, Result<Criteria, StoreError>> {
        Box::pin(async move {
            if !criteria.is_about_others() {
                return Ok(criteria.clone());
            }
            Ok(match criteria {
                Criteria::All(all) => Criteria::All(self.each(all, seen, coming).await?),
                Criteria::Any(any) => Criteria::Any(self.each(any, seen, coming).await?),
                Criteria::Not(one) => {
                    Criteria::Not(Box::new(self.settled(one, seen, coming).await?))
                }
                Criteria::Every(patient) => {
                    truth(Box::pin(self.is_of_each(patient, seen, coming)).await?)
                }
                Criteria::Compartment { which, patients: Patients::Matching(patient) } => {
                    let mut is_any = false;
                    for number in numbers(*which, seen) {
                        is_any =
                            is_any || Box::pin(self.is_patient(number, patient, coming)).await?;
                    }
                    truth(is_any)
                }
                Criteria::Has { kind, param, criteria } => truth(
                    Box::pin(self.is_referred_to(seen, (*kind, *param), criteria, coming)).await?,
                ),
                Criteria::Chain { param, kind, criteria } => {
                    truth(Box::pin(self.refers(seen, (*param, *kind), criteria)).await?)
                }
                Criteria::Parts { param, groups } => {
                    truth(Box::pin(self.is_of_parts(seen, (*param, groups), coming)).await?)
                }
                other => other.clone(),
            })
        })
    }

    async fn each(
        &self,
        parts: &[Criteria],
        seen: Seen<'_>,
        coming: &[Seen<'_>],
    ) -> Result<Vec<Criteria>, StoreError> {
        let mut settled = Vec::with_capacity(parts.len());
        for part in parts {
            settled.push(self.settled(part, seen, coming).await?);
        }
        Ok(settled)
    }

    async fn is_of_each(
        &self,
        patient: &Criteria,
        seen: Seen<'_>,
        coming: &[Seen<'_>],
    ) -> Result<bool, StoreError> {
        let mut of = numbers(Belonging::About, seen).peekable();
        if of.peek().is_none() {
            return Ok(false);
        }
        for number in of {
            if !self.is_patient(number, patient, coming).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a patient is so. One who comes with the resource and was not there is judged by what
    /// comes: nobody is let into a record by what they write themselves.
    async fn is_patient(
        &self,
        number: PatientNumber,
        criteria: &Criteria,
        coming: &[Seen<'_>],
    ) -> Result<bool, StoreError> {
        let named = Patients::Named(vec![number]);
        let herself = Criteria::Compartment { which: Belonging::About, patients: named };
        if self.is_any(ResourceKind::PATIENT, vec![herself.clone(), criteria.clone()]).await? {
            return Ok(true);
        }
        let is_she = |seen: &&Seen<'_>| {
            seen.kind == ResourceKind::PATIENT
                && numbers(Belonging::About, **seen).any(|one| one == number)
        };
        let Some(new) = coming.iter().find(is_she) else { return Ok(false) };
        if self.is_any(ResourceKind::PATIENT, vec![herself]).await? {
            return Ok(false);
        }
        Box::pin(self.is_so(criteria, *new, coming)).await
    }

    async fn is_referred_to(
        &self,
        seen: Seen<'_>,
        (kind, param): (ResourceKind, ParamId),
        criteria: &Criteria,
        coming: &[Seen<'_>],
    ) -> Result<bool, StoreError> {
        let to = ReferenceValue::new(seen.id, TargetType::OneOf(vec![seen.kind]));
        let refers = Criteria::Parameter(param, Values::References(vec![to]));
        if self.is_any(kind, vec![refers.clone(), criteria.clone()]).await? {
            return Ok(true);
        }
        for one in coming.iter().filter(|one| one.kind == kind) {
            if refers.matches(*one, &Alone) == Answer::Yes
                && criteria.matches(*one, &Alone) == Answer::Yes
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn refers(
        &self,
        seen: Seen<'_>,
        (param, kind): (ParamId, ResourceKind),
        criteria: &Criteria,
    ) -> Result<bool, StoreError> {
        let of = seen.rows.references.iter();
        let of = of.filter(|row| row.param == param && row.kind == kind.number());
        let ids: Vec<ResourceId> = of.filter_map(|row| ResourceId::parse(&row.target)).collect();
        if ids.is_empty() {
            return Ok(false);
        }
        self.is_any(kind, vec![Criteria::Ids(ids), criteria.clone()]).await
    }

    /// Whether there is a resource of a type that is so, for whoever this is.
    pub async fn has(
        &self,
        kind: ResourceKind,
        criteria: Vec<Criteria>,
    ) -> Result<bool, StoreError> {
        let search = first(kind, criteria);
        Ok(!Box::pin(self.search(&search)).await?.hits.is_empty())
    }

    /// Whether there is a resource of a type that is so, whoever may see it.
    pub(super) async fn is_any(
        &self,
        kind: ResourceKind,
        criteria: Vec<Criteria>,
    ) -> Result<bool, StoreError> {
        budget::spend(ASKED).map_err(StoreError::Spent)?;
        let search = first(kind, criteria);
        let page = Box::pin(self.guarded.store.search(&search)).await?;
        Ok(!page.hits.is_empty())
    }
}

/// A search for one resource.
pub(super) fn first(kind: ResourceKind, criteria: Vec<Criteria>) -> Search {
    Search {
        kind,
        criteria,
        sort: Vec::new(),
        count: 1,
        total: Total::None,
        count_only: false,
        turn: Turn::First,
        prefer: None,
    }
}

fn truth(is_so: bool) -> Criteria {
    if is_so { Criteria::True } else { Criteria::False }
}

/// The patients whom a resource belongs to.
fn numbers(which: Belonging, seen: Seen<'_>) -> impl Iterator<Item = PatientNumber> {
    let members = seen.rows.members.iter();
    members.filter(move |row| which.roles().contains(&row.role)).map(|row| row.patient)
}
