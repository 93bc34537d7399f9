//! The one way to change resources: validate, index, store.

use std::sync::Arc;

use serde_json::Value;

use crate::budget;
use crate::definitions::library::Library;
use crate::definitions::library::prepared::Prepared;
use crate::fhir::draft::Draft;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::issue::merge::once;
use crate::fhir::kind::ResourceKind;
use crate::mch::check::Concern;
use crate::store::write::{Change, Commit, Expect, IfSame, Premise, Put, Refusal, Write, Written};
use crate::validation::request::Request;

use super::engine::{Ctx, Engine};
use super::failure::{Failure, Kind};
use super::record::check::{self, Coming};
use super::record::same_person;
use super::record::targets;
use super::scoped::Refused;
use super::single::provenance;
use super::single::read::unknown;
use super::turns::Tries;

/// A resource that may be stored: it was validated as this type.
#[derive(Debug)]
pub struct Valid {
    kind: ResourceKind,
    resource: Value,
    concern: Concern,
    /// What is written under an id, once it is made.
    put: Option<(ResourceId, Put)>,
    /// Warnings and notes about itself.
    own: Vec<Issue>,
    /// These, and those about the records around it.
    pub issues: Vec<Issue>,
    /// What it was validated with.
    prepared: Prepared,
}

impl Valid {
    /// Validates a resource.
    pub async fn check(
        ctx: &Ctx<'_>,
        kind: ResourceKind,
        resource: Value,
    ) -> Result<Self, Failure> {
        let mut prepared = Prepared::begin(&ctx.engine.registry);
        let own = findings(ctx, kind, &resource, &mut prepared).await?;
        let (concern, issues) = (Concern::of(&resource), own.clone());
        Ok(Self { kind, resource, concern, put: None, own, issues, prepared })
    }

    /// Holds it against the records around it, under its id; what the write then rests on.
    pub(super) async fn around(
        &mut self,
        ctx: &Ctx<'_>,
        id: &ResourceId,
    ) -> Result<Vec<Premise>, Failure> {
        self.renew(ctx).await?;
        let (kind, concern) = (self.kind, self.concern);
        let coming = Coming { kind, id, resource: &self.resource, concern };
        let around = check::look(ctx, &[coming]).await?;
        let same = same_person::look(ctx, &[coming], &[]).await?;
        let targets = targets::look(ctx, &[coming], &[]).await?;
        // What was found at an earlier attempt may not be so any more.
        self.issues.clone_from(&self.own);
        self.issues
            .extend(around.issues.into_iter().chain(same.issues).chain(targets.issues).flatten());
        once(&mut self.issues);
        if self.issues.iter().any(|issue| issue.severity.refuses()) {
            return Err(Kind::Unprocessable.with(std::mem::take(&mut self.issues)));
        }
        let mut premises = around.premises;
        premises.extend(same.premises);
        premises.extend(targets.premises);
        premises.push(Premise::Definitions(self.prepared.clone()));
        Ok(premises)
    }

    /// Validates it again when definitions have changed since. From then on only those count that it
    /// is held to: who stores many others at the same time does not hold it up.
    async fn renew(&mut self, ctx: &Ctx<'_>) -> Result<(), Failure> {
        if self.prepared.holds() {
            return Ok(());
        }
        let mut prepared = Prepared::begin_watched(&ctx.engine.registry);
        self.own = findings(ctx, self.kind, &self.resource, &mut prepared).await?;
        self.prepared = prepared;
        Ok(())
    }

    /// The write that stores it under an id: at the next try, under the same, it need not be made
    /// again, unless by another list of search parameters.
    pub fn write(&mut self, engine: &Engine, id: ResourceId, expect: Expect) -> Write {
        let generation = engine.indexer().generation();
        let known = self.put.take().filter(|(of, put)| *of == id && put.generation == generation);
        let made = || put(engine, (self.kind, &id), &self.resource, engine.if_same);
        let put = known.map_or_else(made, |(_, put)| put);
        self.put = Some((id.clone(), put.clone()));
        Write { kind: self.kind, id, expect, change: Change::Put(put) }
    }
}

/// Warnings and notes about a resource; what must not be stored is a failure.
async fn findings(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    resource: &Value,
    prepared: &mut Prepared,
) -> Result<Vec<Issue>, Failure> {
    let request = Request { expected: Some(kind), ..Request::default() };
    Failure::unless_clean(ctx.examine_with(resource, request, prepared).await?)
}

/// A resource as it is stored under an id.
pub(super) fn put(
    engine: &Engine,
    (kind, id): (ResourceKind, &ResourceId),
    resource: &Value,
    if_same: IfSame,
) -> Put {
    let indexer = engine.indexer();
    let rows = Arc::new(indexer.rows_under(kind, Some(id.as_str()), resource));
    let empty = serde_json::Map::new();
    let draft = Arc::new(Draft::new(resource.as_object().unwrap_or(&empty), id));
    Put { draft, rows, generation: indexer.generation(), if_same }
}

/// The write that deletes a resource.
pub fn delete(kind: ResourceKind, id: ResourceId, expect: Expect) -> Write {
    Write { kind, id, expect, change: Change::Delete }
}

/// Makes changes together; `None` when a premise no longer holds, or others come first, and they must
/// be prepared again.
pub async fn commit(
    ctx: &Ctx<'_>,
    writes: Vec<Write>,
    premises: Vec<Premise>,
    tries: &mut Tries<'_>,
) -> Result<Option<Vec<Written>>, Rejected> {
    if tries.gave_way(&premises).await {
        return Ok(None);
    }
    let targets: Vec<_> = writes.iter().map(|write| (write.kind, write.id.clone())).collect();
    // What was found within a budget that is spent is not all there is to find.
    budget::look().map_err(|spent| Rejected { at: None, failure: spent.into() })?;
    let audit = ctx.provenance.map(|said| provenance::record(ctx, said, &targets));
    let recording = ctx.recording(targets.iter().map(|(kind, _)| *kind));
    let keep = ctx.keep.cloned();
    let commit = Commit { writes, premises, audit, recording, keep };
    let outcome = Box::pin(ctx.rows().commit(commit)).await;
    match outcome.map_err(|error| Rejected { at: None, failure: error.into() })? {
        Ok(written) => {
            if !written.is_empty() {
                budget::keep();
            }
            define(ctx.engine, &targets, &written);
            Ok(Some(written))
        }
        Err(Refused::Writer(Refusal::Overtaken { premise })) => {
            tries.overtaken(premise).await;
            Ok(None)
        }
        Err(Refused::Writer(Refusal::Kept)) => {
            let failure = Kind::Conflict.because(
                "Yêu cầu với Idempotency-Key này đã được thực hiện.",
                "The request with this Idempotency-Key was carried out.",
            );
            Err(Rejected { at: None, failure })
        }
        Err(Refused::Rights { at }) => {
            let failure = Kind::Forbidden.because(
                "Không có quyền ghi tài nguyên này. Không có gì được lưu.",
                "There is no right to write this resource. Nothing was stored.",
            );
            Err(Rejected { at: Some(at), failure })
        }
        Err(Refused::Unseen { at }) => {
            let failure = match targets.get(at) {
                Some((kind, id)) => unknown(*kind, id),
                None => Kind::NotFound.because("Không tìm thấy.", "Not found."),
            };
            Err(Rejected { at: Some(at), failure })
        }
        Err(Refused::Writer(Refusal::Taken { at })) => {
            let failure = Kind::Conflict
                .because("Id vừa tạo đã có. Hãy thử lại.", "The new id is taken. Try again.");
            Err(Rejected { at: Some(at), failure })
        }
        Err(Refused::Writer(Refusal::Version { at, current })) => {
            let failure = overtaken(targets.get(at), current);
            Err(Rejected { at: Some(at), failure })
        }
    }
}

/// Tells the library of definitions what was stored and deleted.
fn define(engine: &Engine, targets: &[(ResourceKind, ResourceId)], written: &[Written]) {
    for ((kind, id), written) in targets.iter().zip(written) {
        if let Written::Version { version, body, .. } = written
            && Library::keeps(*kind)
        {
            let text = (!body.is_empty()).then_some(body.as_str());
            engine.registry.library.store(*kind, id, *version, text);
        }
    }
}

/// A failure and the place of the write it is about.
#[derive(Debug)]
pub struct Rejected {
    pub at: Option<usize>,
    pub failure: Failure,
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        rejected.failure
    }
}

/// The current version is not what `If-Match` says.
pub(super) fn overtaken(
    target: Option<&(ResourceKind, ResourceId)>,
    current: Option<i64>,
) -> Failure {
    let name = target.map(|(kind, id)| format!("{kind}/{id}")).unwrap_or_default();
    let (vi, en) = match current {
        Some(version) => (
            format!(
                "Phiên bản hiện tại của {name} là {version}, khác với If-Match. Hãy đọc lại rồi sửa trên bản mới."
            ),
            format!(
                "The current version of {name} is {version}, which is not what If-Match says. Read it again and change that."
            ),
        ),
        None => (
            format!("{name} không tồn tại nên không thể khớp với If-Match."),
            format!("{name} does not exist, so If-Match cannot hold."),
        ),
    };
    Kind::PreconditionFailed.because(vi, en)
}
