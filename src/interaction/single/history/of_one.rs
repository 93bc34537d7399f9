//! History of one resource.
//!
//! `_count`, `_since` and `_at` narrow it; pages follow each other by version number.

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::search::fault::Fault;
use crate::search::query::{Parameter, Query};
use crate::search::view::View;
use crate::store::row::HistoryRange;

use super::{History, count, no_number, time};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::read::{provided, unknown};
use crate::interaction::single::shown::{self, show};

/// Lists the versions of a resource.
pub async fn of_one(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &ResourceId,
    query: Query,
) -> Result<History, Failure> {
    let mut range =
        HistoryRange { below: None, since: None, until: None, limit: ctx.engine.page.usual };
    let (mut used, mut view) = (Vec::new(), View::Whole);
    for parameter in query.parameters {
        take(ctx, (kind, &mut range, &mut view), &parameter)
            .map_err(|fault| Kind::Malformed.with(vec![fault.issue()]))?;
        if !["_below", "_format", "_pretty"].contains(&parameter.name.as_str()) {
            used.push(parameter);
        }
    }
    let wanted = range.limit;
    let more = HistoryRange { limit: wanted + 1, ..range };
    let (mut versions, is_cut) = ctx.rows().history(kind, id, more).await?;
    if versions.is_empty() && ctx.rows().current(kind, id).await?.is_none() {
        let provided = provided(ctx, kind, id).await?.ok_or_else(|| unknown(kind, id))?;
        let is_in_range = range.below.is_none_or(|below| provided.version < below)
            && range.since.is_none_or(|since| provided.updated >= since)
            && range.until.is_none_or(|until| provided.updated <= until);
        versions.extend(is_in_range.then_some(provided));
    }
    let most = usize::try_from(wanted).unwrap_or(usize::MAX);
    let has_more = is_cut || versions.len() > most;
    versions.truncate(most);
    show(ctx, &view, &mut versions)?;
    let next = versions.last().filter(|_| has_more);
    let next = next.map(|stored| ("_below", stored.version.to_string()));
    let is_whole = next.is_none() && range.below.is_none();
    Ok(History { path: format!("{kind}/{id}/_history"), versions, used, next, is_whole })
}

fn take(
    ctx: &Ctx<'_>,
    (kind, range, view): (ResourceKind, &mut HistoryRange, &mut View),
    parameter: &Parameter,
) -> Result<(), Fault> {
    match parameter.name.as_str() {
        "_count" => range.limit = count(ctx, parameter)?,
        "_since" => range.since = Some(time(ctx, parameter)?.low),
        "_at" => range.until = Some(time(ctx, parameter)?.high - 1),
        "_below" => {
            let below = parameter.text.parse().map_err(|_not_a_number| no_number(parameter))?;
            range.below = Some(below);
        }
        "_summary" | "_elements" => shown::take(ctx, Some(kind), view, parameter)?,
        "_format" | "_pretty" => {}
        _ if ctx.prefer.lenient => {}
        name => return Err(Fault::Unsupported { name: name.into() }),
    }
    Ok(())
}
