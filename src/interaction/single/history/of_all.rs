//! History of a type, and of everything.
//!
//! Pages follow each other by their place in the log. Definitions that come with the server are not in
//! the log, and so not here.

use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::search::cursor::fingerprint;
use crate::search::fault::Fault;
use crate::search::query::{Parameter, Query};
use crate::search::view::View;
use crate::store::changes::past::Past;
use crate::store::find::search::{Cursor, Turn};

use super::{History, count, list, time, wrong};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::shown::{self, show};

/// What was asked for besides the versions to list.
#[derive(Debug, Default)]
struct Asked {
    /// The id of a List.
    list: Option<String>,
    cursor: Option<String>,
    view: View,
    used: Vec<Parameter>,
}

/// Lists the versions of the resources of a type, or of all.
pub async fn of_all(
    ctx: &Ctx<'_>,
    kind: Option<ResourceKind>,
    query: Query,
) -> Result<History, Failure> {
    let mut past = Past {
        kind,
        listed: None,
        since: None,
        at: None,
        oldest_first: false,
        beyond: None,
        limit: ctx.engine.page.usual,
    };
    let mut asked = Asked::default();
    for parameter in query.parameters {
        take(ctx, (&mut past, &mut asked), parameter).map_err(refused)?;
    }
    let path = kind.map_or_else(|| "_history".to_owned(), |kind| format!("{kind}/_history"));
    let fingerprint = fingerprint(&path, &asked.used);
    if let Some(cursor) = &asked.cursor {
        let cursor = ctx.engine.cursor_key.open(cursor, fingerprint);
        let Some(Turn::Behind(cursor)) = cursor else { return Err(refused(Fault::Cursor)) };
        past.beyond = Some(cursor.rid);
    }
    if let Some(id) = &asked.list {
        past.listed = Some(list::listed(ctx, id).await?);
    }
    let wanted = past.limit;
    past.limit += 1;
    let is_first = past.beyond.is_none();
    let (mut versions, is_cut) = ctx.rows().past(past).await?;
    let most = usize::try_from(wanted).unwrap_or(usize::MAX);
    let has_more = is_cut || versions.len() > most;
    versions.truncate(most);
    let last = versions.last().filter(|_| has_more);
    let next = last.map(|last| {
        let cursor = Turn::Behind(Cursor { rid: last.rid, keys: Vec::new() });
        ("_cursor", ctx.engine.cursor_key.seal(&cursor, fingerprint))
    });
    let is_whole = is_first && next.is_none();
    let mut versions: Vec<_> = versions.into_iter().map(|hit| hit.stored).collect();
    show(ctx, &asked.view, &mut versions)?;
    Ok(History { path, versions, used: asked.used, next, is_whole })
}

fn take(
    ctx: &Ctx<'_>,
    (past, asked): (&mut Past, &mut Asked),
    parameter: Parameter,
) -> Result<(), Fault> {
    parameter.check_text()?;
    match parameter.key().as_str() {
        "_count" => past.limit = count(ctx, &parameter)?,
        "_since" => past.since = Some(time(ctx, &parameter)?.low),
        "_at" => {
            let time = time(ctx, &parameter)?;
            past.at = Some((time.low, time.high));
        }
        "_sort" => past.oldest_first = is_oldest_first(&parameter)?,
        "_list" => asked.list = Some(parameter.text.clone()),
        "_summary" | "_elements" => shown::take(ctx, past.kind, &mut asked.view, &parameter)?,
        "_cursor" => {
            asked.cursor = Some(parameter.text);
            return Ok(());
        }
        "_format" | "_pretty" => return Ok(()),
        _ if ctx.prefer.lenient => return Ok(()),
        name => return Err(Fault::Unsupported { name: name.into() }),
    }
    asked.used.push(parameter);
    Ok(())
}

/// R5's order of a history.
fn is_oldest_first(parameter: &Parameter) -> Result<bool, Fault> {
    match parameter.text.as_str() {
        "-_lastUpdated" => Ok(false),
        "_lastUpdated" => Ok(true),
        _ => {
            let known = "_lastUpdated, -_lastUpdated";
            Err(wrong(parameter, Text::new(known, known)))
        }
    }
}

/// That a parameter is not taken.
pub(super) fn refused(fault: Fault) -> Failure {
    Kind::Malformed.with(vec![fault.issue()])
}
