//! The changes of a transaction, held against the records around them.

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::interaction::commit::{delete, put};
use crate::interaction::engine::{Ctx, Engine};
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::record::check::{self, Coming};
use crate::interaction::record::{referrers, same_person, targets};
use crate::mch::check::Concern;
use crate::store::write::{self as store, Expect, IfSame, Premise, Put, Write};
use crate::validation::request::Request;

use super::entries::both;
use super::kept::Kept;

/// A change that is prepared.
pub(super) struct Change {
    pub(super) kind: ResourceKind,
    pub(super) id: ResourceId,
    pub(super) expect: Expect,
    pub(super) if_same: IfSame,
    /// None for a deletion.
    pub(super) resource: Option<Value>,
}

impl Change {
    /// The Patient that it deletes.
    fn gone(&self) -> Option<&ResourceId> {
        let is_deleted = self.resource.is_none() && self.kind == ResourceKind::PATIENT;
        is_deleted.then_some(&self.id)
    }

    /// The write that makes it, for an entry.
    pub(super) fn write(self, engine: &Engine, number: usize, kept: &mut Kept) -> Write {
        let Self { kind, id, expect, if_same, resource } = self;
        let Some(resource) = resource else { return delete(kind, id, expect) };
        let made = |resource: &Value| put(engine, (kind, &id), resource, if_same);
        let place = (number, engine.indexer().generation());
        // Whether a link names its next version may have changed.
        let put = Put { if_same, ..kept.put(place, (&id, resource), made) };
        Write { kind, id, expect, change: store::Change::Put(put) }
    }
}

/// What was found about the changes, and what they rest on.
pub(super) struct Held {
    /// Warnings, each with the entry it is about.
    pub(super) issues: Vec<(usize, Vec<Issue>)>,
    pub(super) premises: Vec<Premise>,
}

impl Held {
    /// Takes what was found about resources by themselves.
    pub(super) fn note(&mut self, noted: Vec<(usize, Vec<Issue>)>) {
        for (number, found) in noted.into_iter().filter(|(_, found)| !found.is_empty()) {
            match self.issues.iter_mut().find(|(entry, _)| *entry == number) {
                Some((_, issues)) => issues.extend(found),
                None => self.issues.push((number, found)),
            }
        }
    }
}

/// What is found about a resource by itself: what a patch makes was in no Bundle.
pub(super) async fn examined(ctx: &Ctx<'_>, change: &Change) -> Result<Vec<Issue>, Failure> {
    let Some(resource) = &change.resource else { return Ok(Vec::new()) };
    let request = Request { expected: Some(change.kind), ..Request::default() };
    Failure::unless_clean(ctx.examine(resource, request).await?)
}

/// Refuses two changes of one resource; `origins` are the changes' entries.
pub(super) fn one_each(changes: &[Change], origins: &[usize]) -> Result<(), Failure> {
    let mut targets = FxHashMap::default();
    for (change, number) in changes.iter().zip(origins) {
        if let Some(first) = targets.insert((change.kind, &change.id), *number) {
            let name = format!("{}/{}", change.kind, change.id);
            let (first, second) = (first.min(*number), first.max(*number));
            return Err(super::at(both(first, &name), second));
        }
    }
    Ok(())
}

/// Holds what is to be stored against the records around it; `origins` are the changes' entries.
pub(super) async fn hold(
    ctx: &Ctx<'_>,
    changes: &[Change],
    origins: &[usize],
    kept: &Kept,
) -> Result<Held, Failure> {
    let stored = changes.iter().zip(origins).filter_map(|(change, origin)| {
        let Change { kind, id, resource, .. } = change;
        let (kind, resource) = (*kind, resource.as_ref()?);
        let concern = kept.concern(*origin).unwrap_or_else(|| Concern::of(resource));
        Some((Coming { kind, id, resource, concern }, *origin))
    });
    let (coming, entries): (Vec<Coming<'_>>, Vec<usize>) = stored.unzip();
    let around = check::look(ctx, &coming).await?;
    let gone: Vec<&ResourceId> = changes.iter().filter_map(Change::gone).collect();
    let same = same_person::look(ctx, &coming, &gone).await?;
    let deleted = changes.iter().zip(origins).filter(|(change, _)| change.resource.is_none());
    let (deleted, places): (Vec<_>, Vec<usize>) =
        deleted.map(|(change, origin)| ((change.kind, &change.id), *origin)).unzip();
    let targets = targets::look(ctx, &coming, &deleted).await?;
    let written: Vec<_> = coming.iter().map(|one| (one.kind, one.id)).collect();
    let referred = referrers::look(ctx, &deleted, &written).await?;
    let mut found = around.issues;
    found.resize_with(coming.len(), Vec::new);
    for ((all, more), missing) in found.iter_mut().zip(same.issues).zip(targets.issues) {
        all.extend(more);
        all.extend(missing);
    }
    let issues = entries.into_iter().zip(found).chain(places.into_iter().zip(referred.issues));
    let issues: Vec<_> = issues.filter(|(_, found)| !found.is_empty()).collect();
    let refused = issues.iter().filter(|(_, found)| found.iter().any(|one| one.severity.refuses()));
    let refused = refused.flat_map(|(entry, found)| {
        super::at(Kind::Unprocessable.with(found.clone()), *entry).issues
    });
    let refused: Vec<Issue> = refused.collect();
    if !refused.is_empty() {
        return Err(Kind::Unprocessable.with(refused));
    }
    let mut premises = around.premises;
    premises.extend(same.premises);
    premises.extend(targets.premises);
    premises.extend(referred.premises);
    Ok(Held { issues, premises })
}
