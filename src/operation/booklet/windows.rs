//! Lists of many people from the windows that are kept: who was marked is worked out anew first, so
//! that a list is never older than the last write that was answered before it was asked for.

use std::collections::HashSet;

use super::due::{Worked as Of, worked};
use super::wanted::{Sort, Wanted};
use crate::budget;
use crate::budget::apart::apart;
use crate::criteria::access::Reason;
use crate::fhir::id::ResourceId;
use crate::interaction::engine::{Ctx, Engine};
use crate::interaction::failure::{Failure, Kind};
use crate::mch::due::Due;
use crate::mch::due::kept::edition;
use crate::mch::due::turn::holds_until;
use crate::operation::asked::today;
use crate::store::windows::keep::Worked;
use crate::store::windows::question::Part;
use crate::store::windows::read::Window;

/// People whose windows are written together.
const TOGETHER: usize = 50;
/// People who are worked out at a time while nobody asks.
const SOME: usize = 20;
/// People of one question to the database.
const ASKED: usize = 2_000;

/// A page of a list.
pub(super) struct Listed {
    pub(super) shown: Vec<Due>,
    /// How many there are, where that was counted.
    pub(super) total: Option<usize>,
    pub(super) has_next: bool,
}

/// By what windows are worked out: the schedule, and the setting for referrals.
fn edition_of(engine: &Engine) -> String {
    format!("{}-{}", edition(), engine.care.referral_days.unwrap_or_default())
}

/// Follows the log to its end; where that is.
pub(crate) async fn follow(engine: &Engine) -> Result<i64, Failure> {
    let seen = engine.rows.for_server(Reason::Rules).seen();
    let edition = edition_of(engine);
    Ok(engine.windows.follow(&engine.rows, (seen, &edition)).await?)
}

/// Works some of those out who were marked; whether there may be more.
pub(crate) async fn work_out_some(engine: &Engine) -> Result<bool, Failure> {
    let ctx = engine.begin_for(Reason::Rules);
    let day = today(&ctx);
    let people = engine.rows.stale_windows(day, SOME).await?;
    work_out(&ctx, &people, day).await?;
    Ok(people.len() == SOME)
}

/// The list of some people, or of everybody, on the day of today.
pub(super) async fn listed(
    ctx: &Ctx<'_>,
    people: Option<&[ResourceId]>,
    wanted: &Wanted,
) -> Result<Listed, Failure> {
    follow(ctx.engine).await?;
    let Some(people) = people else { return of_everybody(ctx, wanted).await };
    let people: Vec<String> = people.iter().map(ToString::to_string).collect();
    refresh(ctx, &people, wanted.day).await?;
    let mut found = Vec::new();
    for part in people.chunks(ASKED) {
        let windows = ctx.engine.rows.windows(&wanted.question(Some(part.to_vec()))).await?;
        budget::spend(windows.len())?;
        found.extend(told(windows, wanted));
    }
    wanted.order(&mut found);
    let total = found.len();
    let shown: Vec<Due> = found.into_iter().skip(wanted.offset).take(wanted.count).collect();
    let has_next = wanted.offset + shown.len() < total && wanted.count > 0;
    Ok(Listed { shown, total: Some(total), has_next })
}

async fn of_everybody(ctx: &Ctx<'_>, wanted: &Wanted) -> Result<Listed, Failure> {
    let rows = &ctx.engine.rows;
    let most = usize::try_from(ctx.engine.care.due_people).unwrap_or(usize::MAX);
    let stale = rows.stale_windows(wanted.day, most.saturating_add(1)).await?;
    if stale.len() > most {
        return Err(Kind::Unavailable.because(
            "Danh sách của mọi người đang được tính; hãy hỏi lại sau, hoặc nêu 'commune' hay 'organization'.",
            "The list of everybody is being worked out; ask again later, or name a 'commune' or an 'organization'.",
        ));
    }
    refresh_these(ctx, &stale, wanted.day).await?;
    if wanted.sort != Sort::Worst {
        let mut found: Vec<Due> =
            told(rows.windows(&wanted.question(None)).await?, wanted).collect();
        budget::spend(found.len())?;
        wanted.order(&mut found);
        let total = found.len();
        let shown: Vec<Due> = found.into_iter().skip(wanted.offset).take(wanted.count).collect();
        let has_next = wanted.offset + shown.len() < total && wanted.count > 0;
        return Ok(Listed { shown, total: Some(total), has_next });
    }
    // One more says whether there is a next page; nobody counts a country for a page.
    let part = Part { offset: wanted.offset, count: wanted.count.saturating_add(1) };
    let windows = rows.page_of_windows(&wanted.question(None), part).await?;
    let mut shown: Vec<Due> = told(windows, wanted).collect();
    let has_next = shown.len() > wanted.count && wanted.count > 0;
    shown.truncate(wanted.count);
    Ok(Listed { shown, total: None, has_next })
}

/// What windows tell of the day.
fn told(windows: Vec<Window>, wanted: &Wanted) -> impl Iterator<Item = Due> {
    let due = windows
        .into_iter()
        .filter_map(|one| one.kept.due(&format!("Patient/{}", one.person), wanted.day));
    due.filter(|one| wanted.has(one))
}

/// Works out whoever of these people was marked or is not known yet.
async fn refresh(ctx: &Ctx<'_>, people: &[String], day: i64) -> Result<(), Failure> {
    let edition = edition_of(ctx.engine);
    let mut fresh = HashSet::new();
    for part in people.chunks(ASKED) {
        fresh.extend(ctx.engine.rows.fresh_windows(part, (day, &edition)).await?);
    }
    let stale: Vec<String> = people.iter().filter(|one| !fresh.contains(*one)).cloned().collect();
    refresh_these(ctx, &stale, day).await
}

async fn refresh_these(ctx: &Ctx<'_>, people: &[String], day: i64) -> Result<(), Failure> {
    let server = ctx.engine.begin_for(Reason::Rules);
    for part in people.chunks(TOGETHER) {
        budget::spend(50 * part.len())?;
        work_out(&server, part, day).await?;
    }
    Ok(())
}

/// Works some people out and keeps it.
async fn work_out(ctx: &Ctx<'_>, people: &[String], day: i64) -> Result<(), Failure> {
    let seen = ctx.rows().seen();
    let mut all = Vec::new();
    for person in people {
        let Some(id) = ResourceId::parse(person) else { continue };
        let (windows, until, kin) = match apart(Box::pin(worked(ctx, &id, day))).await? {
            Ok(Of { person, asked_as_mother, due }) => {
                let records = person.records(ctx);
                let asked = person.asked(ctx, asked_as_mother, day);
                let until = holds_until(&records, asked, &due);
                let kin = person.others();
                (due.iter().map(|one| one.keep(day)).collect(), until, kin)
            }
            // Whoever was deleted meanwhile is on no list; nor is who has too many records for any.
            Err(failure) if matches!(failure.status(), 404 | 410 | 413 | 422) => {
                (Vec::new(), day, Vec::new())
            }
            Err(failure) => return Err(failure),
        };
        let edition = edition_of(ctx.engine);
        all.push(Worked { person: person.clone(), day, until, seen, edition, windows, kin });
    }
    Ok(ctx.engine.rows.keep_windows(&all).await?)
}
