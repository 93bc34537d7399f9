//! `$due`: what is due, overdue and to come, for a person, for those of a facility or of a commune.
//!
//! Parameters in: `date` (today when left out), `until` (30 days later), `status` (due and overdue),
//! `kind` (rows or kinds of the schedule), `commune`, `organization`, `_count`, `_sort`. Out: a searchset of Tasks, the worst
//! first, page by page.

use std::cmp::Reverse;
use std::sync::Arc;

use serde_json::Value;

use super::due_bundle::{Page, bundle};
use super::people::people;
use crate::budget;
use crate::budget::apart::apart;
use crate::fhir::id::ResourceId;
use crate::fhir::text::suggestion::nearest;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::record::due_kept::Since;
use crate::interaction::record::person::{PATIENT_ALONE, PREGNANCY, Reach, WHOLE, person};
use crate::mch::due::window::Status;
use crate::mch::due::{Asked, Due, all};
use crate::mch::immunization::programme::programme;
use crate::mch::record::role::is_about_mother;
use crate::mch::timetable::rows;
use crate::operation::asked;
use crate::operation::call::Call;
use crate::operation::parameters::value_of;

const REACH: Reach = Reach { own: WHOLE, mother: PREGNANCY, children: PATIENT_ALONE };

const KNOWN: [&str; 9] =
    ["date", "until", "status", "kind", "commune", "organization", "_count", "_sort", "_offset"];

/// Days that a list looks ahead when nobody says how many.
pub(in crate::operation) const AHEAD: i64 = 30;

/// What of the list is wanted.
struct Wanted {
    day: i64,
    until: i64,
    statuses: Vec<Status>,
    kinds: Vec<String>,
    owner: Option<String>,
    sort: Sort,
    count: usize,
    offset: usize,
}

/// The order of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Worst,
    Date,
    LastDate,
    Person,
}

/// Answers for a person, a facility, or whomever the parameters name.
pub(in crate::operation) async fn due(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Value, Failure> {
    asked::take(call, &KNOWN)?;
    let wanted = wanted(ctx, call)?;
    let people = people(ctx, call).await?;
    let is_alone = call.kind.is_some_and(|kind| kind.name() == "Patient");
    let mut found = Vec::new();
    if let [id] = people.as_slice()
        && is_alone
    {
        let due = of_person(ctx, id, (wanted.day, true), None).await?;
        found.extend(due.iter().filter(|one| wanted.has(one)).cloned());
    } else {
        let since = match ctx.sees_everything() {
            true => Some(ctx.engine.due_kept.follow(ctx.rows(), wanted.day).await?),
            false => None,
        };
        for id in &people {
            budget::spend(50)?;
            let due = kept(ctx, id, wanted.day, since).await?;
            found.extend(due.iter().filter(|one| wanted.has(one)).cloned());
        }
    }
    wanted.order(&mut found);
    let url = url(ctx, call);
    let Wanted { offset, count, .. } = wanted;
    Ok(bundle(Page { all: &found, offset, count, url: &url, language: call.language }))
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
    let person = person(ctx, id, REACH).await?;
    let records = person.records(ctx);
    if is_alone {
        asked::is_born(&records, &person.address, day, "date")?;
    }
    let asked = Asked {
        person: &person.address,
        is_mother: is_about_mother(&records, &person.address, day),
        day,
        referral_days: ctx.engine.care.referral_days,
    };
    let due: Arc<[Due]> = all(&records, asked).into();
    if let Some(since) = since {
        let read = person.stored.iter().map(|(address, _)| address.as_str());
        ctx.engine.due_kept.keep(id.as_str(), since, &due, read);
    }
    Ok(due)
}

impl Wanted {
    fn has(&self, due: &Due) -> bool {
        let is_kind = |kind: &String| *kind == due.kind || *kind == due.code;
        self.statuses.contains(&due.status)
            && (self.kinds.is_empty() || self.kinds.iter().any(is_kind))
            && (due.status != Status::Upcoming || due.window.due <= self.until)
            && self.owner.as_ref().is_none_or(|owner| due.owner.as_ref() == Some(owner))
    }

    fn order(&self, all: &mut [Due]) {
        // Among equals whose turn came first, then by what does not change.
        let same = |one: &Due| (one.person.clone(), one.code.clone(), one.window.due);
        match self.sort {
            Sort::Worst => all.sort_by_key(|one| (one.status.rank(), one.window.due, same(one))),
            Sort::Date => all.sort_by_key(|one| (one.window.due, same(one))),
            Sort::LastDate => all.sort_by_key(|one| (Reverse(one.window.due), same(one))),
            Sort::Person => all.sort_by_key(|one| (same(one).0, one.window.due, same(one))),
        }
    }
}

fn wanted(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Wanted, Failure> {
    let day = asked::day(call, "date")?.unwrap_or_else(|| asked::today(ctx));
    let until = asked::day(call, "until")?.unwrap_or(day + AHEAD);
    if until < day {
        return Err(Kind::Malformed
            .because(
                "Tham số 'until' không được trước 'date'.",
                "The parameter 'until' is not before 'date'.",
            )
            .of(&asked::place("until")));
    }
    let codes = Status::ALL.map(Status::code);
    let mut statuses = Vec::new();
    for text in texts(call, "status") {
        let known = Status::ALL.into_iter().find(|one| one.code() == text);
        statuses.push(known.ok_or_else(|| unknown("status", &text, codes.into_iter()))?);
    }
    if statuses.is_empty() {
        statuses = vec![Status::Due, Status::Overdue];
    }
    let kinds = texts(call, "kind");
    let visits = rows().iter().filter(|row| row.kind != "limit");
    let names = visits.flat_map(|row| [row.id.as_str(), row.kind.as_str()]);
    let names = names.chain(["vaccine"]).chain(programme().rows.iter().map(|row| row.id.as_str()));
    if let Some(kind) = kinds.iter().find(|kind| !names.clone().any(|name| name == *kind)) {
        return Err(unknown("kind", kind, names));
    }
    let sort = match texts(call, "_sort").first().map(String::as_str) {
        None => Sort::Worst,
        Some("date") => Sort::Date,
        Some("-date") => Sort::LastDate,
        Some("person") => Sort::Person,
        Some(other) => {
            return Err(unknown("_sort", other, ["date", "-date", "person"].into_iter()));
        }
    };
    let page = ctx.engine.page;
    let count = number(call, "_count")?.unwrap_or(usize::try_from(page.usual).unwrap_or(1));
    let count = count.min(usize::try_from(page.most).unwrap_or(usize::MAX));
    let offset = number(call, "_offset")?.unwrap_or(0);
    let owner = match call.kind.map(crate::fhir::kind::ResourceKind::name) {
        Some("Patient") => {
            super::people::organization(call)?.map(|id| format!("Organization/{id}"))
        }
        _ => None,
    };
    Ok(Wanted { day, until, statuses, kinds, owner, sort, count, offset })
}

/// The values of a parameter, each by itself or several with commas between.
fn texts(call: &Call<'_>, name: &str) -> Vec<String> {
    let parameters = call.parameters();
    let all = parameters.iter().filter(|(other, _)| *other == name);
    let texts = all.filter_map(|(_, part)| value_of(part)?.as_str());
    let texts = texts.flat_map(|text| text.split(',')).map(str::trim);
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn number(call: &Call<'_>, name: &str) -> Result<Option<usize>, Failure> {
    let parameters = call.parameters();
    let Some((_, part)) = parameters.iter().find(|(other, _)| *other == name) else {
        return Ok(None);
    };
    let value =
        value_of(part).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let number = value.as_deref().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| {
        let told = value.unwrap_or_default();
        Kind::Malformed
            .because(
                format!("Tham số '{name}' phải là một số không âm, không phải '{told}'."),
                format!("The parameter '{name}' is a number that is not negative, not '{told}'."),
            )
            .of(&asked::place(name))
    })
}

fn unknown<'k>(name: &str, text: &str, known: impl Iterator<Item = &'k str> + Clone) -> Failure {
    let meant = nearest(text, known);
    let (vi, en) = meant.map_or_else(Default::default, |meant| {
        (format!(" Ý bạn là '{meant}'?"), format!(" Did you mean '{meant}'?"))
    });
    Kind::Malformed
        .because(
            format!("Tham số '{name}' không nhận '{text}'.{vi}"),
            format!("The parameter '{name}' does not take '{text}'.{en}"),
        )
        .of(&asked::place(name))
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
