//! History of one resource, <https://hl7.org/fhir/R4/http.html#history>.
//!
//! Versions come newest first, deletions included. `_count`, `_since` and `_at` narrow them; pages
//! follow each other by version number.

use crate::fhir::date::DateRange;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::search::fault::Fault;
use crate::search::query::{Parameter, Query};
use crate::store::row::{HistoryRange, Stored};

use super::read::unknown;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

/// A page of versions.
#[derive(Debug)]
pub struct History {
    pub versions: Vec<Stored>,
    /// The parameters that were used, for the links.
    pub used: Vec<Parameter>,
    /// The next page has the versions below this one.
    pub next: Option<i64>,
}

/// Lists the versions of a resource.
pub async fn history(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &ResourceId,
    query: Query,
) -> Result<History, Failure> {
    let mut range =
        HistoryRange { below: None, since: None, until: None, limit: ctx.engine.page.usual };
    let mut used = Vec::new();
    for parameter in query.parameters {
        take(ctx, &mut range, &parameter)
            .map_err(|fault| Kind::Malformed.with(vec![fault.issue()]))?;
        if !["_below", "_format", "_pretty"].contains(&parameter.name.as_str()) {
            used.push(parameter);
        }
    }
    let wanted = range.limit;
    let more = HistoryRange { limit: wanted + 1, ..range };
    let (mut versions, is_cut) = ctx.rows().history(kind, id, more).await?;
    if versions.is_empty() && ctx.rows().current(kind, id).await?.is_none() {
        let provided = ctx.engine.served.read(kind, id).ok_or_else(|| unknown(kind, id))?;
        let is_in_range = range.below.is_none_or(|below| provided.version < below)
            && range.since.is_none_or(|since| provided.updated >= since)
            && range.until.is_none_or(|until| provided.updated <= until);
        versions.extend(is_in_range.then_some(provided));
    }
    let most = usize::try_from(wanted).unwrap_or(usize::MAX);
    let has_more = is_cut || versions.len() > most;
    versions.truncate(most);
    let next = versions.last().filter(|_| has_more).map(|stored| stored.version);
    Ok(History { versions, used, next })
}

fn take(ctx: &Ctx<'_>, range: &mut HistoryRange, parameter: &Parameter) -> Result<(), Fault> {
    let text = parameter.text.as_str();
    let wrong = |vi, en| Fault::Value {
        name: parameter.key(),
        text: text.into(),
        expected: Text::new(vi, en),
    };
    let number = || wrong("một số nguyên dương", "a positive whole number");
    let instant = || {
        let date = DateRange::parse(&text.replace(' ', "+"), ctx.engine.zone);
        date.ok_or_else(|| {
            wrong(
                "một thời điểm như 2026-11-22T13:30:00+07:00",
                "an instant such as 2026-11-22T13:30:00+07:00",
            )
        })
    };
    match parameter.name.as_str() {
        "_count" => {
            let count: u64 = text.parse().map_err(|_not_a_number| number())?;
            range.limit = count.clamp(1, ctx.engine.page.most);
        }
        "_since" => range.since = Some(instant()?.low),
        "_at" => range.until = Some(instant()?.high - 1),
        "_below" => range.below = Some(text.parse().map_err(|_not_a_number| number())?),
        "_format" | "_pretty" => {}
        _ if ctx.prefer.lenient => {}
        name => return Err(Fault::Unsupported { name: name.into() }),
    }
    Ok(())
}
