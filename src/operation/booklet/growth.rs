//! `Patient/[id]/$growth`: the z-scores of every measurement of a child, and how they went on.
//!
//! Parameter in: `date`, up to which is looked at (today when left out). A child born before term has
//! scores by its age and by the one counted from the due date.

use serde_json::Value;

use super::answer::Answer;
use crate::budget;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::record::person::{PREGNANCY, Reach, person};
use crate::mch::growth::child::{Child, Measurement, Unknown, child, measurements};
use crate::mch::growth::facts::facts;
use crate::mch::growth::score::Score;
use crate::mch::growth::trend::{Step, steps};
use crate::mch::record::records::Records;
use crate::operation::asked;
use crate::operation::call::Call;

const REACH: Reach = Reach { own: PREGNANCY, mother: PREGNANCY, children: &[] };

/// Answers for a child.
pub(in crate::operation) async fn growth(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Value, Failure> {
    asked::take(call, &["date"])?;
    let day = asked::day(call, "date")?.unwrap_or_else(|| asked::today(ctx));
    let person = person(ctx, asked::instance(call)?, REACH).await?;
    let records = person.records(ctx);
    asked::is_born(&records, &person.address, day, "date")?;
    asked::is_child(&records, &person.address, day)?;
    let child = child(&records, &person.address).map_err(cannot_judge)?;
    judged((ctx, &records), &child, day)
}

/// The answer about a child, up to a day.
pub(in crate::operation) fn judged<'a>(
    (ctx, records): (&Ctx<'_>, &Records<'a>),
    child: &Child<'a>,
    day: i64,
) -> Result<Value, Failure> {
    let care = &ctx.engine.care;
    let all = measurements(records, child, day, care.corrected_months);
    budget::spend(all.len() * 64)?;
    let mut answer = Answer::default();
    for one in &all {
        let mut parts = Answer::default();
        parts.date("date", one.day);
        parts.integer("ageDays", one.age);
        write(one, &mut parts);
        answer.parts("measurement", parts);
    }
    for step in steps(&all, care.faltering) {
        answer.parts("trend", told(&step));
    }
    Ok(answer.finish(&facts().version))
}

fn cannot_judge(unknown: Unknown) -> Failure {
    let (element, vi, en) = match unknown {
        Unknown::Sex => (
            "Patient.gender",
            "Không tính z-score khi chưa biết giới tính (male hoặc female) của trẻ.",
            "There is no z-score without the child's sex (male or female).",
        ),
        Unknown::Birth => (
            "Patient.birthDate",
            "Không tính z-score khi chưa biết ngày sinh đủ ngày, tháng, năm của trẻ.",
            "There is no z-score without the day, month and year of the child's birth.",
        ),
    };
    Kind::Unprocessable.because(vi, en).of(element)
}

/// Writes the corrected age and the scores of a measurement.
pub(super) fn write(one: &Measurement<'_>, parts: &mut Answer) {
    if let Some(age) = one.corrected_age {
        parts.integer("correctedAgeDays", age);
    }
    for score in &one.scores {
        parts.parts("score", scored(score, "chronological"));
    }
    for score in &one.corrected {
        parts.parts("score", scored(score, "corrected"));
    }
}

/// One score.
pub(super) fn scored(score: &Score, basis: &str) -> Answer {
    let mut parts = Answer::default();
    parts.code("indicator", score.indicator.code());
    parts.decimal("z", score.z);
    parts.decimal("percentile", score.percentile());
    parts.code("class", score.class.map_or("normal", |class| class.code.as_str()));
    if let Some(colour) = score.colour() {
        parts.code("colour", colour);
    }
    parts.value("flag", "Boolean", score.is_flagged);
    parts.code("standard", score.edition.code());
    parts.code("basis", basis);
    parts
}

fn told(step: &Step) -> Answer {
    let mut parts = Answer::default();
    parts.code("indicator", step.indicator.code());
    parts.date("from", step.from);
    parts.date("to", step.to);
    parts.decimal("change", step.change);
    parts.decimal("perMonth", step.per_month);
    parts.value("crossed", "Boolean", step.crossed.is_some());
    if let Some(line) = step.crossed {
        parts.decimal("line", line);
    }
    if step.is_not_regained {
        parts.value("notRegained", "Boolean", true);
    }
    if let Some(is_faltering) = step.is_faltering {
        parts.value("faltering", "Boolean", is_faltering);
    }
    parts
}
