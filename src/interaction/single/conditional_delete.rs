//! Conditional delete, <https://hl7.org/fhir/R4/http.html#cond-delete>: of one resource, or of as many as
//! the setting `conditional_deletes` allows, all in one commit. When nothing matches it is done
//! already.

use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::search::query::Query;
use crate::store::row::Stored;
use crate::store::write::{Expect, Written};

use super::conditional::{criteria, found, several};
use super::conditional_update::{is_current, nothing_to_match};
use super::delete::deleted_version;
use super::precondition::Tags;
use crate::interaction::commit::{commit, delete};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::record::referrers;

/// What a conditional delete came to.
#[derive(Debug)]
pub struct Deleted {
    pub(in crate::interaction) number: usize,
    /// Of the only one.
    pub(in crate::interaction) version: Option<i64>,
    /// What is told of it.
    pub(in crate::interaction) issues: Vec<Issue>,
}

/// Deletes what criteria find.
pub async fn conditional_delete(
    ctx: &Ctx<'_>,
    (kind, query): (ResourceKind, Query),
    if_match: Option<&Tags>,
) -> Result<Deleted, Failure> {
    let search = criteria(ctx, kind, query)?;
    let most = ctx.engine.conditional_deletes;
    let mut tries = ctx.engine.turns.begin();
    loop {
        tries.next()?;
        let (matches, premise) = found(ctx, &search, most.saturating_add(1)).await?;
        allowed(kind, &matches, (most, if_match))?;
        if matches.is_empty() {
            return Ok(Deleted { number: 0, version: None, issues: Vec::new() });
        }
        let gone: Vec<_> = matches.iter().map(|stored| (kind, &stored.id)).collect();
        let referred = referrers::look(ctx, &gone, &[]).await?;
        let mut premises = referred.premises;
        premises.push(premise);
        let writes = matches.into_iter().map(|stored| delete(kind, stored.id, Expect::Living));
        if let Some(written) = commit(ctx, writes.collect(), premises, &mut tries).await? {
            let version = Some(written.as_slice()).filter(|written| written.len() == 1);
            let version = version.and_then(|written| deleted_version(written.first()?));
            let is_deletion = |one: &&Written| matches!(one, Written::Version { .. });
            let number = written.iter().filter(is_deletion).count();
            let issues = referred.issues.into_iter().flatten().collect();
            return Ok(Deleted { number, version, issues });
        }
    }
}

/// Refuses to delete more than may be, or another version than is meant.
pub(in crate::interaction) fn allowed(
    kind: ResourceKind,
    matches: &[Stored],
    (most, if_match): (u32, Option<&Tags>),
) -> Result<(), Failure> {
    let is_too_many = u32::try_from(matches.len()).is_ok_and(|number| number > most);
    if most > 1 && is_too_many {
        return Err(Kind::PreconditionFailed.because(
            format!("Điều kiện khớp với hơn {most} {kind}; một lần xóa nhiều nhất {most} (cài đặt conditional_deletes). Không có gì bị xóa."),
            format!("The criteria match more than {most} {kind} resources; one deletion takes {most} at most (setting conditional_deletes). Nothing was deleted."),
        ));
    }
    match (matches, if_match) {
        ([_, _, ..], _) if most == 1 => Err(several(kind)),
        ([_, _, ..], Some(_)) => Err(several(kind)),
        ([], Some(_)) => Err(nothing_to_match(kind)),
        ([only], if_match) => is_current(only, if_match),
        _ => Ok(()),
    }
}
