//! Delete, <https://hl7.org/fhir/R4/http.html#delete>: done again, it is still done.

use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::store::row::Op;
use crate::store::write::Written;

use super::precondition::Tags;
use crate::interaction::commit::{commit, delete as deletion};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::interaction::provided::read_only;
use crate::interaction::record::referrers;

/// Deletes a resource; the version that says so, when there is one.
pub async fn delete(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: ResourceId,
    if_match: Option<&Tags>,
) -> Result<(Option<i64>, Vec<Issue>), Failure> {
    if ctx.engine.served.has(kind, &id) {
        let stored = ctx.rows().current(kind, &id).await?;
        if stored.is_none_or(|stored| stored.op == Op::Deleted) {
            return Err(read_only(kind, &id));
        }
    }
    let expect = Tags::expected(if_match);
    let mut tries = ctx.engine.turns.begin();
    loop {
        tries.next()?;
        let deletions = vec![deletion(kind, id.clone(), expect.clone())];
        let referred = referrers::look(ctx, &[(kind, &id)], &[]).await?;
        let premises = referred.premises;
        if let Some(written) = commit(ctx, deletions, premises, &mut tries).await? {
            let version = written.first().and_then(deleted_version);
            return Ok((version, referred.issues.into_iter().flatten().collect()));
        }
    }
}

/// The version that a deletion made or found.
pub(in crate::interaction) fn deleted_version(written: &Written) -> Option<i64> {
    match written {
        Written::Version { version, .. } | Written::Same { version, .. } => Some(*version),
        Written::Nothing { version } => *version,
    }
}
