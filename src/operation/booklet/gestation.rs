//! `Patient/[id]/$gestation`: how old a pregnancy is on a day, and what that rests on.
//!
//! Parameters in: `date` (today when left out), `episode`. Out: the due date and the way it was come
//! by, the age, and every other due date that the records give. What is known in part is a span.

use serde_json::Value;

use super::answer::Answer;
use crate::fhir::issue::{Language, Text};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::record::person::{PATIENT_ALONE, PREGNANCY, Reach, person};
use crate::mch::gestation::candidate::Candidate;
use crate::mch::gestation::{Gestation, Status, gestations, of_day};
use crate::mch::record::records::Records;
use crate::mch::timetable::row;
use crate::operation::asked;
use crate::operation::call::Call;

const REACH: Reach = Reach { own: PREGNANCY, mother: &[], children: PATIENT_ALONE };

/// Answers for the pregnancy of an episode, or the one of the day.
pub(in crate::operation) async fn gestation(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    asked::take(call, &["date", "episode"])?;
    let day = asked::day(call, "date")?.unwrap_or_else(|| asked::today(ctx));
    let person = person(ctx, asked::instance(call)?, REACH).await?;
    let records = person.records(ctx);
    asked::is_born(&records, &person.address, day, "date")?;
    asked::is_mother(&records, &person.address, day)?;
    let all = gestations(&records, &person.address, day);
    let meant = meant(call, &records, &all, day)?;
    Ok(written(meant, call.language))
}

/// The pregnancy of the episode that was named, else that of the day.
pub(super) fn meant<'g, 'a>(
    call: &Call<'_>,
    records: &Records<'a>,
    all: &'g [Gestation<'a>],
    day: i64,
) -> Result<Option<&'g Gestation<'a>>, Failure> {
    let Some(wanted) = asked::episode(call) else { return Ok(of_day(records, all, day)) };
    let is_it = |one: &&Gestation<'a>| one.episode.is_some_and(|one| one.address == wanted);
    all.iter().find(is_it).map(Some).ok_or_else(|| not_hers(&wanted))
}

fn not_hers(episode: &str) -> Failure {
    Kind::Unprocessable
        .because(
            format!("{episode} không phải đợt quản lý thai của người này."),
            format!("{episode} is no pregnancy episode of this person."),
        )
        .of(&asked::place("episode"))
}

/// The answer about a pregnancy.
pub(in crate::operation) fn written(meant: Option<&Gestation<'_>>, language: Language) -> Value {
    let mut answer = Answer::default();
    let version = row("term", 0).map_or("", |row| row.version.as_str());
    let Some(found) = meant else {
        answer.code("status", Status::Undated.code());
        return answer.finish(version);
    };
    if let Some(episode) = found.episode {
        answer.reference("episode", episode.address);
    }
    answer.code("status", found.status.code());
    if let Some(due) = found.due() {
        answer.days("dueDate", due);
    }
    if let Some(method) = found.method() {
        answer.code("method", method.code());
    }
    if let Some((least, most)) = found.age {
        answer.span("ageDays", (least, most));
        if least == most {
            answer.integer("weeks", least / 7);
            answer.integer("days", least % 7);
        }
    }
    if let Some(period) = found.period() {
        answer.integer("period", period);
    }
    if let Some(is_post_term) = found.is_post_term() {
        answer.value("postTerm", "Boolean", is_post_term);
    }
    for (place, candidate) in found.candidates.iter().enumerate() {
        answer.parts("candidate", told(candidate, found, place == 0));
    }
    for contradiction in found.contradictions() {
        let Text { vi, en } = contradiction;
        answer.text("contradiction", if language == Language::English { &en } else { &vi });
    }
    answer.finish(version)
}

fn told(candidate: &Candidate<'_>, of: &Gestation<'_>, is_chosen: bool) -> Answer {
    let mut parts = Answer::default();
    parts.code("method", candidate.method.code());
    parts.days("dueDate", candidate.due);
    parts.reference("source", candidate.source.address);
    parts.value("chosen", "Boolean", is_chosen);
    if let Some(difference) = of.difference(candidate) {
        parts.integer("differenceDays", difference);
    }
    parts
}
