//! Transaction, <https://hl7.org/fhir/R4/http.html#trules>: all of it or nothing.
//!
//! 1. every entry is read, and the Bundle validated as a whole: all findings at once;
//! 2. what conditional entries and references mean is searched for, and patches are done;
//! 3. new ids are given out, and links between entries rewritten to them;
//! 4. one commit makes all changes, in the order deletes, creates, updates, provided that step 2
//!    still holds; else it starts again at 2;
//! 5. reads see what the changes made.

use std::sync::Arc;

use serde_json::Value;

use crate::definitions::library::prepared::Prepared;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::issue::merge::once;
use crate::fhir::kind::ResourceKind;
use crate::search::query::Query;
use crate::store::write::{Expect, IfSame, Write};
use crate::validation::request::Request as Validation;

use super::batch::within_budget;
use super::entries::Entry;
use super::link::identity::Identities;
use super::link::{Links, Survey, rewrite, survey};
use crate::interaction::commit::commit;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::request::{Parts, Request};
use crate::interaction::respond::{Answer, single};
use crate::interaction::route::Interaction;
use crate::interaction::scoped::gate::may_all;
use crate::interaction::single::precondition::Tags;
use crate::interaction::turns::Tries;
use answer::{answer, answer_same, kept_as, known};
use change::{Change, examined, hold, one_each};
use kept::Kept;
use plan::{Place, Plan, plan};
use told::{is_of_entry, tell, tell_those_found};

mod answer;
mod change;
mod criteria;
mod entries;
mod found;
mod kept;
mod lookup;
mod plan;
mod told;
mod within;

/// Runs a transaction.
pub(super) async fn transaction(
    ctx: &Ctx<'_>,
    mut bundle: Value,
) -> Result<(Vec<Answer>, Vec<Issue>), Failure> {
    let request = Validation { expected: Some(ResourceKind::BUNDLE), ..Validation::default() };
    let (told, prepared) = findings(ctx, &bundle, request).await?;
    let (told, of_bundle): (Vec<Issue>, Vec<Issue>) = told.into_iter().partition(is_of_entry);
    let Some(Value::Array(entries)) = bundle.get_mut("entry") else {
        return Ok((Vec::new(), of_bundle));
    };
    let mut read = entries::read(ctx, entries)?;
    gated(ctx, &read)?;
    let identities = Identities::new(&ctx.engine.base, read.iter().map(Entry::identity));
    let surveys = surveys(ctx, &mut read, &identities)?;
    let identities = Arc::new(identities);
    let mut kept = Kept::new(&read);
    let mut tries = ctx.engine.turns.begin();
    let answers = loop {
        tries.next()?;
        let links = Links { identities: Arc::clone(&identities), ..Links::default() };
        let plan = plan(ctx, &read, &surveys, links, &mut kept).await?;
        if !prepared.holds() {
            // What was read is on its way already: it cannot be validated again.
            return Err(redefined());
        }
        if let Some(answers) = write(ctx, &read, plan, &told, (&mut kept, &mut tries)).await? {
            break answers;
        }
    };
    drop((tries, kept));
    Ok((reads(ctx, read, answers).await, of_bundle))
}

/// Refuses when the change of an entry may be done to no resource of its type; entries that read are
/// asked when they do.
fn gated(ctx: &Ctx<'_>, entries: &[Entry]) -> Result<(), Failure> {
    for (number, entry) in entries.iter().enumerate() {
        let Some(kind) = entry.target.kind.filter(|_| entry.phase() < 3) else { continue };
        let is_conditional = match entry.interaction {
            Interaction::Create => entry.if_none_exist.is_some(),
            _ => entry.target.id.is_none(),
        };
        may_all(ctx, entry.interaction, kind, is_conditional).map_err(|one| at(one, number))?;
    }
    Ok(())
}

/// Warnings and notes about a Bundle, and the definitions that they rest on; made again when these
/// change meanwhile.
async fn findings(
    ctx: &Ctx<'_>,
    bundle: &Value,
    request: Validation<'_>,
) -> Result<(Vec<Issue>, Prepared), Failure> {
    let mut prepared = Prepared::begin(&ctx.engine.registry);
    let mut issues = ctx.examine_with(bundle, request, &mut prepared).await?;
    if !prepared.holds() {
        prepared = Prepared::begin_watched(&ctx.engine.registry);
        issues = ctx.examine_with(bundle, request, &mut prepared).await?;
    }
    Ok((Failure::unless_clean(issues)?, prepared))
}

/// Definitions changed after the Bundle had been validated with them.
fn redefined() -> Failure {
    Kind::Conflict.because(
        "Các định nghĩa dùng để kiểm tra Bundle vừa thay đổi. Không có gì được lưu; hãy thử lại.",
        "The definitions that the Bundle was validated with have just changed. Nothing was stored; try again.",
    )
}

fn at(failure: Failure, place: usize) -> Failure {
    failure.at(&format!("Bundle.entry[{place}]"))
}

/// What the links of the entries need; refused when one of them leads nowhere.
fn surveys(
    ctx: &Ctx<'_>,
    entries: &mut [Entry],
    identities: &Identities,
) -> Result<Vec<(usize, Survey)>, Failure> {
    let (mut surveys, mut dangling) = (Vec::new(), Vec::new());
    for (number, entry) in entries.iter_mut().enumerate().filter(|(_, entry)| entry.phase() < 3) {
        let from = entry.from(identities);
        let Some(resource) = &mut entry.resource else { continue };
        let mut found = survey(&ctx.engine.registry.shapes, resource, identities, &from);
        let issues = std::mem::take(&mut found.dangling);
        dangling.extend(at(Kind::Malformed.with(issues), number).issues);
        if !(found.conditional.is_empty() && found.versioned.is_empty()) {
            surveys.push((number, found));
        }
    }
    if dangling.is_empty() { Ok(surveys) } else { Err(Kind::Malformed.with(dangling)) }
}

/// Changes, the entry of each, and what was found about those that no Bundle had in it.
type Changes = (Vec<Change>, Vec<usize>, Vec<(usize, Vec<Issue>)>);

/// The changes of all entries, in the order in which they are made.
async fn prepared(ctx: &Ctx<'_>, entries: &[Entry], plan: &Plan) -> Result<Changes, Failure> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|at| entries.get(*at).map(Entry::phase));
    let mut noted = Vec::new();
    let (mut changes, mut origins) = (Vec::new(), Vec::new());
    for number in order {
        let (Some(entry), Some(place)) = (entries.get(number), plan.places.get(number)) else {
            continue;
        };
        let patched = plan.patched.get(&number);
        for mut one in changes_of(ctx, entry, place, (&plan.links, patched)) {
            if plan.foretold.contains(&number) {
                one.if_same = IfSame::Renews;
            }
            if patched.is_some() {
                let issues = examined(ctx, &one).await.map_err(|failure| at(failure, number))?;
                noted.push((number, issues));
            }
            changes.push(one);
            origins.push(number);
        }
    }
    one_each(&changes, &origins)?;
    Ok((changes, origins, noted))
}

/// Makes all changes; an answer for each entry that made one.
async fn write(
    ctx: &Ctx<'_>,
    entries: &[Entry],
    mut plan: Plan,
    told: &[Issue],
    (kept, tries): (&mut Kept, &mut Tries<'_>),
) -> Result<Option<Answers>, Failure> {
    let (changes, origins, noted) = prepared(ctx, entries, &plan).await?;
    let held = hold(ctx, &changes, &origins, kept).await;
    let mut held = held.map_err(|mut refused| {
        refused.issues.extend_from_slice(told);
        once(&mut refused.issues);
        refused
    })?;
    tell(told, &mut held.issues, |number| Some(entries.get(number)?.target.kind?.name()));
    held.note(noted);
    plan.premises.extend(held.premises);
    let each = changes.into_iter().zip(&origins);
    let writes: Vec<Write> =
        each.map(|(change, number)| change.write(ctx.engine, *number, kept)).collect();
    let ids: Vec<_> = writes.iter().map(|write| (write.kind, write.id.clone())).collect();
    let keep = ctx.keep.map(|keep| kept_as(keep, &plan.places, &origins));
    let outcome = commit(&ctx.keeping(keep.as_ref()), writes, plan.premises, tries).await;
    let written = outcome.map_err(|rejected| {
        let origin = rejected.at.and_then(|place| origins.get(place));
        match origin {
            Some(number) => at(rejected.failure, *number),
            None => rejected.failure,
        }
    })?;
    let Some(written) = written else { return Ok(None) };
    let each = plan.places.iter().zip(entries.iter());
    let mut answers: Vec<Option<Answer>> =
        each.map(|(place, entry)| known(ctx, place, entry)).collect();
    for ((number, (kind, id)), written) in origins.into_iter().zip(ids).zip(written) {
        if let Some(slot) = answers.get_mut(number) {
            let found = held.issues.iter().find(|(entry, _)| *entry == number);
            let issues = found.map(|(_, issues)| issues.clone()).unwrap_or_default();
            // Several deletions of one entry have one answer, which is there.
            if !matches!(plan.places.get(number), Some(Place::Gone(gone)) if gone.len() > 1) {
                let told = match slot.take() {
                    Some(Answer::Deleted { issues, .. }) => issues,
                    _ => issues,
                };
                *slot = Some(answer((kind, id), written, entries.get(number), told)?);
            }
        }
    }
    answer_same(&plan.places, &mut answers);
    tell_those_found(&mut answers, held.issues);
    Ok(Some(Answers { answers, queries: plan.queries }))
}

/// What every entry that was carried out is answered, and what the others search for.
struct Answers {
    answers: Vec<Option<Answer>>,
    queries: Vec<Query>,
}

/// The changes that an entry makes.
fn changes_of(
    ctx: &Ctx<'_>,
    entry: &Entry,
    place: &Place,
    (links, patched): (&Links, Option<&Value>),
) -> Vec<Change> {
    let Some(kind) = entry.target.kind else { return Vec::new() };
    let from = entry.from(&links.identities);
    let expect = Tags::expected(entry.if_match.as_ref());
    let if_same = ctx.engine.if_same;
    let deletion = |id: &ResourceId, expect| {
        let id = id.clone();
        Change { kind, id, expect, if_same, resource: None }
    };
    let (id, expect) = match (entry.interaction, place, &entry.target.id) {
        (Interaction::Delete, Place::Gone(gone), _) => {
            return gone.iter().map(|stored| deletion(&stored.id, Expect::Living)).collect();
        }
        (Interaction::Delete, _, Some(id)) => return vec![deletion(id, expect)],
        (Interaction::Create | Interaction::Update, Place::New(id), _) => (id.clone(), Expect::New),
        (Interaction::Update, Place::Free(id, _), _) => (id.clone(), Expect::Any),
        (Interaction::Update | Interaction::Patch, Place::Found(stored), _) => {
            (stored.id.clone(), Expect::Living)
        }
        (Interaction::Update, _, Some(id)) => (id.clone(), expect),
        _ => return Vec::new(),
    };
    // The entry keeps its own: rights, too, can make the transaction start again.
    let mut resource = patched.or(entry.resource.as_ref()).cloned().unwrap_or_default();
    if let (Interaction::Update, Some(members)) = (entry.interaction, resource.as_object_mut()) {
        members.insert("id".to_owned(), Value::from(id.as_str()));
    }
    rewrite(&ctx.engine.registry.shapes, &mut resource, links, &from);
    vec![Change { kind, id, expect, if_same, resource: Some(resource) }]
}

/// Carries out the entries that only read; what they cannot find is their answer, and undoes
/// nothing.
async fn reads(ctx: &Ctx<'_>, entries: Vec<Entry>, answers: Answers) -> Vec<Answer> {
    let mut all = Vec::with_capacity(entries.len());
    let done = entries.into_iter().zip(answers.answers).zip(answers.queries);
    for (number, ((entry, answer), query)) in done.enumerate() {
        all.push(match answer {
            Some(answer) => answer,
            None => {
                let (unless, lenient) = (entry.unless, ctx.prefer.lenient);
                let parts = Parts { query, unless, lenient, ..Parts::default() };
                let answer = match Request::new(entry.interaction, entry.target, parts) {
                    Ok(request) => within_budget(single(ctx, request).await),
                    Err(failure) => Err(failure),
                };
                answer.unwrap_or_else(|failure| Answer::Failed(at(failure, number)))
            }
        });
    }
    all
}
