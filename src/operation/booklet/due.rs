//! `$due`: what is due, overdue and to come, for a person, for those of a facility or of a commune.
//!
//! Parameters in: `date` (today when left out), `until` (30 days later), `status` (due and overdue),
//! `kind` (rows or kinds of the schedule), `commune`, `organization`, `_count`, `_sort`. Out: a searchset of Tasks, the worst
//! first, page by page.

use std::sync::Arc;

use serde_json::Value;

use super::due_bundle::{Page, bundle};
use super::people::{everybody, people};
use super::wanted::{Wanted, wanted};
use super::windows::{Listed, listed};
use crate::budget;
use crate::budget::apart::apart;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Language;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::interaction::record::due_kept::Since;
use crate::interaction::record::person::{PATIENT_ALONE, PREGNANCY, Person, Reach, WHOLE, person};
use crate::mch::due::{Due, all};
use crate::mch::record::role::is_about_mother;
use crate::operation::asked;
use crate::operation::call::Call;
use crate::operation::parameters::value_of;

const REACH: Reach = Reach { own: WHOLE, mother: PREGNANCY, children: PATIENT_ALONE };

const KNOWN: [&str; 9] =
    ["date", "until", "status", "kind", "commune", "organization", "_count", "_sort", "_offset"];

/// Days that a list looks ahead when nobody says how many.
pub(in crate::operation) const AHEAD: i64 = 30;

/// Answers for a person, a facility, or whomever the parameters name.
pub(in crate::operation) async fn due(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Value, Failure> {
    asked::take(call, &KNOWN)?;
    let wanted = wanted(ctx, call)?;
    let url = url(ctx, call);
    let page = |listed: &Listed| bundle(page(listed, &wanted, (&url, call.language)));
    let is_alone = call.kind.is_some_and(|kind| kind.name() == "Patient");
    if let (Some(id), true) = (call.id, is_alone) {
        let due = of_person(ctx, id, (wanted.day, true), None).await?;
        let found = due.iter().filter(|one| wanted.has(one)).cloned().collect();
        return Ok(page(&whole(found, &wanted)));
    }
    let people = people(ctx, call).await?;
    if ctx.sees_everything() && wanted.day == asked::today(ctx) {
        return Ok(page(&Box::pin(listed(ctx, people.as_deref(), &wanted)).await?));
    }
    let people = match people {
        Some(people) => people,
        None => everybody(ctx).await?,
    };
    let since = match ctx.sees_everything() {
        true => Some(ctx.engine.due_kept.follow(ctx.rows(), wanted.day).await?),
        false => None,
    };
    let mut found = Vec::new();
    for id in &people {
        budget::spend(50)?;
        let due = kept(ctx, id, wanted.day, since).await?;
        found.extend(due.iter().filter(|one| wanted.has(one)).cloned());
    }
    Ok(page(&whole(found, &wanted)))
}

/// A page of what was found of everybody who is meant.
fn whole(mut found: Vec<Due>, wanted: &Wanted) -> Listed {
    wanted.order(&mut found);
    let total = found.len();
    let shown: Vec<Due> = found.into_iter().skip(wanted.offset).take(wanted.count).collect();
    let has_next = wanted.offset.saturating_add(shown.len()) < total && wanted.count > 0;
    Listed { shown, total: Some(total), has_next }
}

fn page<'p>(listed: &'p Listed, wanted: &Wanted, (url, language): (&'p str, Language)) -> Page<'p> {
    let Listed { shown, total, has_next } = listed;
    let (offset, count) = (wanted.offset, wanted.count);
    Page { shown, total: *total, has_next: *has_next, offset, count, url, language }
}

/// What is due for one of many: as it is kept, else worked out with bytes of its own.
async fn kept(
    ctx: &Ctx<'_>,
    id: &ResourceId,
    day: i64,
    since: Option<Since>,
) -> Result<Arc<[Due]>, Failure> {
    let keeper = &ctx.engine.due_kept;
    if let Some(due) = since.and_then(|since| keeper.get(id.as_str(), since)) {
        return Ok(due);
    }
    match apart(of_person(ctx, id, (day, false), since)).await? {
        // Whoever was deleted meanwhile is on no list.
        Err(failure) if matches!(failure.status(), 404 | 410) => Ok(Arc::from(Vec::new())),
        due => due,
    }
}

/// Works out what is due for a person, and keeps it where the log was followed.
async fn of_person(
    ctx: &Ctx<'_>,
    id: &ResourceId,
    (day, is_alone): (i64, bool),
    since: Option<Since>,
) -> Result<Arc<[Due]>, Failure> {
    let Worked { person, due, .. } = worked(ctx, id, day).await?;
    if is_alone {
        asked::is_born(&person.records(ctx), &person.address, day, "date")?;
    }
    let due: Arc<[Due]> = due.into();
    if let Some(since) = since {
        let read = person.stored.iter().map(|(address, _)| address.as_str());
        ctx.engine.due_kept.keep(id.as_str(), since, &due, read);
    }
    Ok(due)
}

/// What was worked out for somebody, and from what.
pub(super) struct Worked {
    pub(super) person: Person,
    pub(super) asked_as_mother: bool,
    pub(super) due: Vec<Due>,
}

/// Works out what is due for a person.
pub(super) async fn worked(ctx: &Ctx<'_>, id: &ResourceId, day: i64) -> Result<Worked, Failure> {
    let person = person(ctx, id, REACH).await?;
    let records = person.records(ctx);
    let asked_as_mother = is_about_mother(&records, &person.address, day);
    let due = all(&records, person.asked(ctx, asked_as_mother, day));
    Ok(Worked { person, asked_as_mother, due })
}

/// The address of the list, by which its pages are asked for.
fn url(ctx: &Ctx<'_>, call: &Call<'_>) -> String {
    let mut at = ctx.engine.base.clone();
    if let Some((kind, id)) = call.kind.zip(call.id) {
        at = format!("{at}/{kind}/{id}");
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, part) in call.parameters().iter().filter(|(name, _)| *name != "_offset") {
        if let Some(value) = value_of(part) {
            let text = value.as_str().or_else(|| value.get("reference")?.as_str());
            query.append_pair(name, &text.map_or_else(|| value.to_string(), str::to_owned));
        }
    }
    format!("{at}/$due?{}", query.finish())
}
