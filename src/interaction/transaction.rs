//! Transaction, <https://hl7.org/fhir/R4/http.html#trules>: all of it or nothing.
//!
//! 1. every entry is read, and the Bundle validated as a whole: all findings at once;
//! 2. conditional creates and conditional references are searched for;
//! 3. new ids are given out, and links between entries rewritten to them;
//! 4. one commit makes all changes, in the order deletes, creates, updates, provided that step 2
//!    still holds; else it starts again at 2;
//! 5. reads see what the changes made.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::mch::check::any_concerns;
use crate::search::query::Query;
use crate::store::row::Stored;
use crate::store::write::{Expect, Premise, Write, Written};
use crate::validation::validator::Request as Validation;

use super::bundle::Entry;
use super::commit::commit;
use super::conditional::{ATTEMPTS, contended, only};
use super::delete::deleted_version;
use super::engine::Ctx;
use super::failure::{Failure, Kind};
use super::link::{Links, conditional_references, rewrite};
use super::request::{Parts, Request, version_of_tag};
use super::respond::{Answer, single};
use super::route::Interaction;
use super::update::saved;
use change::{Change, hold};
use told::tell;

mod change;
mod entries;
mod told;

/// Runs a transaction.
pub(super) async fn transaction(ctx: &Ctx<'_>, mut bundle: Value) -> Result<Vec<Answer>, Failure> {
    let request = Validation { expected: Some(bundle_kind()?), ..Validation::default() };
    let told = Failure::unless_clean(ctx.engine.findings(&bundle, request))?;
    let Some(Value::Array(entries)) = bundle.get_mut("entry") else { return Ok(Vec::new()) };
    let mut read = entries::read(entries, &ctx.engine.base)?;
    for _ in 0..ATTEMPTS {
        let plan = plan(ctx, &read).await?;
        if let Some(answers) = write(ctx, &mut read, plan, &told).await? {
            return reads(ctx, read, answers).await;
        }
    }
    Err(contended())
}

fn bundle_kind() -> Result<ResourceKind, Failure> {
    ResourceKind::parse("Bundle")
        .ok_or_else(|| Kind::Exception.because("Thiếu định nghĩa Bundle.", "Bundle is undefined."))
}

fn at(failure: Failure, place: usize) -> Failure {
    failure.at(&format!("Bundle.entry[{place}]"))
}

/// Where each entry's resource is, or will be.
struct Plan {
    places: Vec<Place>,
    premises: Vec<Premise>,
    links: Links,
}

enum Place {
    /// A new resource.
    New(ResourceId),
    /// A conditional create found this.
    Existing(Box<Stored>),
    /// What the URL names.
    Named,
}

async fn plan(ctx: &Ctx<'_>, entries: &[Entry]) -> Result<Plan, Failure> {
    let mut plan = Plan {
        places: Vec::with_capacity(entries.len()),
        premises: Vec::new(),
        links: Links::default(),
    };
    for (number, entry) in entries.iter().enumerate() {
        let place = place(ctx, entry, &mut plan.premises).await;
        let place = place.map_err(|failure| at(failure, number))?;
        let id = match &place {
            Place::New(id) => Some(id),
            Place::Existing(stored) => Some(&stored.id),
            Place::Named => entry.target.id.as_ref(),
        };
        if let (Some(url), Some(kind), Some(id)) = (&entry.full_url, entry.target.kind, id)
            && entry.phase() < 3
        {
            plan.links.entries.insert(url.clone(), format!("{kind}/{id}"));
        }
        plan.places.push(place);
    }
    for (number, entry) in entries.iter().enumerate() {
        let search = conditional(ctx, entry, &mut plan);
        search.await.map_err(|failure| at(failure, number))?;
    }
    Ok(plan)
}

async fn place(
    ctx: &Ctx<'_>,
    entry: &Entry,
    premises: &mut Vec<Premise>,
) -> Result<Place, Failure> {
    if entry.interaction != Interaction::Create {
        return Ok(Place::Named);
    }
    if let (Some(criteria), Some(kind)) = (&entry.if_none_exist, entry.target.kind) {
        let (found, premise) = only(ctx, kind, criteria).await?;
        premises.push(premise);
        if let Some(stored) = found {
            return Ok(Place::Existing(Box::new(stored)));
        }
    }
    Ok(Place::New(ResourceId::generate()))
}

/// Looks up the conditional references of an entry.
async fn conditional(ctx: &Ctx<'_>, entry: &Entry, plan: &mut Plan) -> Result<(), Failure> {
    let Some(resource) = entry.resource.as_ref().filter(|_| entry.phase() < 3) else {
        return Ok(());
    };
    let mut wanted = Vec::new();
    conditional_references(resource, &mut wanted);
    for text in wanted {
        if plan.links.conditional.contains_key(text) {
            continue;
        }
        let Some((kind, criteria)) = text.split_once('?') else { continue };
        let Some(kind) = ResourceKind::parse(kind) else { continue };
        let (found, premise) = only(ctx, kind, criteria).await?;
        let Some(stored) = found else {
            return Err(Kind::PreconditionFailed.because(
                format!("Tham chiếu có điều kiện '{text}' không khớp tài nguyên nào."),
                format!("The conditional reference '{text}' matches nothing."),
            ));
        };
        plan.premises.push(premise);
        plan.links.conditional.insert(text.to_owned(), format!("{kind}/{}", stored.id));
    }
    Ok(())
}

/// Whether a reference leads to another entry.
fn is_here(reference: &str) -> bool {
    reference.starts_with("urn:")
}

/// Makes all changes; an answer for each entry that made one.
async fn write(
    ctx: &Ctx<'_>,
    entries: &mut [Entry],
    mut plan: Plan,
    told: &[Issue],
) -> Result<Option<Vec<Option<Answer>>>, Failure> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|at| entries.get(*at).map(Entry::phase));
    let keep = !plan.premises.is_empty()
        || any_concerns(entries.iter().filter_map(|entry| entry.resource.as_ref()), is_here);
    let (mut changes, mut origins) = (Vec::new(), Vec::new());
    for number in order {
        let (Some(entry), Some(place)) = (entries.get_mut(number), plan.places.get(number)) else {
            continue;
        };
        let one =
            one(ctx, entry, place, &plan.links, keep).map_err(|failure| at(failure, number))?;
        if let Some(one) = one {
            changes.push(one);
            origins.push(number);
        }
    }
    let mut held = hold(ctx, &changes, &origins).await?;
    tell(told, &mut held.issues, |number| Some(entries.get(number)?.target.kind?.name()));
    plan.premises.extend(held.premises);
    let writes: Vec<Write> = changes.into_iter().map(|change| change.write(ctx.engine)).collect();
    let ids: Vec<_> = writes.iter().map(|write| (write.kind, write.id.clone())).collect();
    let outcome = commit(ctx, writes, plan.premises).await;
    let written = outcome.map_err(|rejected| {
        let origin = rejected.at.and_then(|place| origins.get(place));
        match origin {
            Some(number) => at(rejected.failure, *number),
            None => rejected.failure,
        }
    })?;
    let Some(written) = written else { return Ok(None) };
    let mut answers: Vec<Option<Answer>> = plan.places.into_iter().map(known).collect();
    for ((number, (kind, id)), written) in origins.into_iter().zip(ids).zip(written) {
        if let Some(slot) = answers.get_mut(number) {
            let found = held.issues.iter().find(|(entry, _)| *entry == number);
            let issues = found.map(|(_, issues)| issues.clone()).unwrap_or_default();
            *slot = Some(answer((kind, id), written, entries.get(number), issues)?);
        }
    }
    Ok(Some(answers))
}

fn one(
    ctx: &Ctx<'_>,
    entry: &mut Entry,
    place: &Place,
    links: &Links,
    keep: bool,
) -> Result<Option<Change>, Failure> {
    let Some(kind) = entry.target.kind else { return Ok(None) };
    let if_match = entry.if_match.as_deref().map(version_of_tag).transpose()?;
    let expect = if_match.map_or(Expect::Any, Expect::Version);
    let (id, expect) = match (entry.interaction, place, &entry.target.id) {
        (Interaction::Delete, _, Some(id)) => {
            return Ok(Some(Change { kind, id: id.clone(), expect, resource: None }));
        }
        (Interaction::Create, Place::New(id), _) => (id.clone(), Expect::New),
        (Interaction::Update, _, Some(id)) => (id.clone(), expect),
        _ => return Ok(None),
    };
    // Without a premise nothing can make it start again, and the resource is not needed twice.
    let resource = if keep { entry.resource.clone() } else { entry.resource.take() };
    let mut resource = resource.unwrap_or_default();
    rewrite(&ctx.engine.registry.shapes, &mut resource, links);
    Ok(Some(Change { kind, id, expect, resource: Some(resource) }))
}

fn known(place: Place) -> Option<Answer> {
    match place {
        Place::Existing(stored) => {
            let issues = Vec::new();
            Some(Answer::Saved(super::update::Saved { stored: *stored, created: false, issues }))
        }
        Place::New(_) | Place::Named => None,
    }
}

fn answer(
    (kind, id): (ResourceKind, ResourceId),
    written: Written,
    entry: Option<&Entry>,
    issues: Vec<Issue>,
) -> Result<Answer, Failure> {
    if entry.is_some_and(|entry| entry.interaction == Interaction::Delete) {
        let version = deleted_version(&written);
        return Ok(Answer::Deleted { version, issues: Vec::new() });
    }
    saved(kind, id, vec![written], issues).map(Answer::Saved)
}

/// Carries out the entries that only read; what they cannot find is their answer, and undoes
/// nothing.
async fn reads(
    ctx: &Ctx<'_>,
    entries: Vec<Entry>,
    answers: Vec<Option<Answer>>,
) -> Result<Vec<Answer>, Failure> {
    let mut all = Vec::with_capacity(entries.len());
    for (number, (entry, answer)) in entries.into_iter().zip(answers).enumerate() {
        all.push(match answer {
            Some(answer) => answer,
            None => {
                let parts =
                    Parts { query: Query::parse([entry.query.as_str()]), ..Parts::default() };
                let request = Request::new(entry.interaction, entry.target, parts)?;
                match single(ctx, request).await {
                    Ok(answer) => answer,
                    Err(failure) => Answer::Failed(at(failure, number)),
                }
            }
        });
    }
    Ok(all)
}
