//! Batch, <https://hl7.org/fhir/R4/http.html#transaction>: entries that have nothing to do with each
//! other, each with a result of its own.
//!
//! They run in the order of the specification (deletes, creates, updates, reads); those of one
//! phase run at the same time, many at once, so that they share commits. Those that rest on each other
//! take turns (`turns`).

use futures_util::stream::{self, StreamExt};
use serde_json::Value;

use crate::budget;
use crate::search::query::Query;

use super::entries::Entry;
use super::link::identity::Identities;
use super::link::survey;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::request::{Parts, Request};
use crate::interaction::respond::{Answer, single};
use crate::interaction::route::Interaction;

/// Entries that run at the same time: as many as share a commit. What is begun takes memory, some
/// 40 KB each.
const AT_ONCE: usize = 256;

/// Runs every entry.
pub(in crate::interaction) async fn batch(
    ctx: &Ctx<'_>,
    mut bundle: Value,
) -> Result<Vec<Result<Answer, Failure>>, Failure> {
    let Some(Value::Array(entries)) = bundle.get_mut("entry") else { return Ok(Vec::new()) };
    let identities = Identities::of_batch(&ctx.engine.base);
    let mut waiting = Vec::with_capacity(entries.len());
    for (place, entry) in entries.iter_mut().enumerate() {
        let read = Entry::read(entry, &ctx.engine.base, ctx.engine.zone);
        let read = read.and_then(|entry| checked(ctx, entry, &identities));
        let read = read.and_then(|entry| Ok((entry.phase(), request(ctx, entry)?)));
        waiting.push((place, read));
    }
    let mut done = Vec::with_capacity(waiting.len());
    for phase in 0..=3 {
        let (now, later): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(_, read)| read.as_ref().map_or(true, |(when, _)| *when == phase));
        waiting = later;
        let now = now.into_iter().map(|(place, read)| run(ctx, place, read));
        done.extend(stream::iter(now).buffered(AT_ONCE).collect::<Vec<_>>().await);
    }
    done.sort_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, answer)| answer).collect())
}

async fn run(
    ctx: &Ctx<'_>,
    place: usize,
    read: Result<(u8, Request), Failure>,
) -> (usize, Result<Answer, Failure>) {
    let answer = match read {
        Ok((_, request)) => within_budget(single(ctx, request).await),
        Err(failure) => Err(failure),
    };
    (place, answer.map_err(|failure| failure.at(&format!("Bundle.entry[{place}]"))))
}

/// The answer of an entry, as long as the answers of all have room together. What was stored is
/// always told.
pub(in crate::interaction) fn within_budget(
    answer: Result<Answer, Failure>,
) -> Result<Answer, Failure> {
    let answer = answer?;
    let taken = budget::look().and_then(|()| budget::take(answer.size()));
    match taken {
        Err(spent) if !answer.is_change() => Err(spent.into()),
        _ => Ok(answer),
    }
}

/// Refuses an entry with links that only an entry beside it could be meant by.
fn checked(ctx: &Ctx<'_>, mut entry: Entry, identities: &Identities) -> Result<Entry, Failure> {
    let from = entry.from(identities);
    let Some(resource) = entry.resource.as_mut() else { return Ok(entry) };
    let found = survey(&ctx.engine.registry.shapes, resource, identities, &from);
    match found.dangling.is_empty() {
        true => Ok(entry),
        false => Err(Kind::Malformed.with(found.dangling)),
    }
}

fn request(ctx: &Ctx<'_>, entry: Entry) -> Result<Request, Failure> {
    if matches!(entry.interaction, Interaction::Bundle | Interaction::Capabilities) {
        return Err(nested());
    }
    let parts = Parts {
        query: Query::parse([entry.query.as_str()]),
        resource: entry.resource,
        patch: entry.patch,
        if_match: entry.if_match,
        if_none_exist: entry.if_none_exist,
        unless: entry.unless,
        lenient: ctx.prefer.lenient,
    };
    Request::new(entry.interaction, entry.target, parts)
}

/// A bundle within a bundle.
pub(super) fn nested() -> Failure {
    Kind::Malformed.because(
        "Một mục của Bundle không thể là batch, transaction hay metadata.",
        "An entry of a Bundle cannot be a batch, a transaction or metadata.",
    )
}
