//! What a booklet has besides what was recorded: how old the pregnancy is, the z-scores, the next
//! doses and what is to be done, each as its own operation answers it, and a line to read.

use serde_json::Value;

use super::narrative::{Line, written as day_of};
use super::record::Whole;
use super::restricted::is_restricted;
use crate::fhir::date::calendar::iso;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Language;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::interaction::record::person::{PATIENT_ALONE, PREGNANCY, Reach, WHOLE, person};
use crate::mch::due::window::Status;
use crate::mch::due::{Asked, Due, all};
use crate::mch::gestation::{Gestation, gestations, of_day};
use crate::mch::growth::child::child;
use crate::mch::immunization::chart::Chart;
use crate::mch::immunization::series::Who;
use crate::mch::record::records::Records;
use crate::operation::booklet::due::AHEAD;
use crate::operation::booklet::due_bundle::{task, told as status_told};
use crate::operation::booklet::gestation::written as gestation_answer;
use crate::operation::booklet::growth::judged;
use crate::operation::immunization::answer::recommendation;

const REACH: Reach = Reach { own: WHOLE, mother: PREGNANCY, children: PATIENT_ALONE };

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) struct Computing<'c> {
    pub(super) id: &'c ResourceId,
    pub(super) day: i64,
    pub(super) with_restricted: bool,
    pub(super) language: Language,
}

/// Something computed, the part it belongs to, and what is read of it.
pub(super) struct Computed {
    pub(super) part: &'static str,
    pub(super) made: Value,
    pub(super) told: Option<Line>,
}

/// All of it, in order; of a pregnancy that is over and not the last, how it was alone.
pub(super) async fn computed(
    ctx: &Ctx<'_>,
    asked: Computing<'_>,
    (whole, episode): (&Whole, Option<&str>),
) -> Result<Vec<Computed>, Failure> {
    let mut person = Box::pin(person(ctx, asked.id, REACH)).await?;
    if !asked.with_restricted {
        person.stored.retain(|(_, resource)| !is_restricted(resource));
    }
    let records = person.records(ctx);
    let mut found = Vec::new();
    let mut is_last = true;
    match whole.who {
        Who::Mother => {
            let pregnancies = gestations(&records, &person.address, asked.day);
            let last = of_day(&records, &pregnancies, asked.day);
            let is_it = |one: &&Gestation<'_>| {
                episode.is_some() && one.episode.map(|one| one.address) == episode
            };
            let meant = pregnancies.iter().find(is_it).or(last);
            let address = |one: Option<&Gestation<'_>>| {
                one.and_then(|one| one.episode).map(|one| one.address.to_owned())
            };
            is_last = address(meant) == address(last);
            found.extend(meant.map(|meant| gestation(meant, asked)));
        }
        Who::Child => {
            if let Ok(child) = child(&records, &person.address) {
                let made = judged((ctx, &records), &child, asked.day)?;
                let is_any = made.get("parameter").is_some_and(|all| all.get(0).is_some());
                let told = growth_line(&made);
                found.extend(is_any.then_some(Computed { part: "growth", made, told }));
            }
        }
    }
    if is_last {
        found.extend(forecast(&records, &person.address, (whole.who, asked)));
        found.extend(due(ctx, &records, (&person.address, whole.who), asked));
    }
    Ok(found)
}

fn gestation(meant: &Gestation<'_>, asked: Computing<'_>) -> Computed {
    let made = gestation_answer(Some(meant), asked.language);
    let due = meant.due().map(|due| format!("dự kiến sinh {}", due.written()));
    let age = meant.age.map(|(least, most)| match least == most {
        true => format!("{} tuần {} ngày", least / 7, least % 7),
        false => format!("{} đến {} tuần", least / 7, most / 7),
    });
    let parts: Vec<String> = age.into_iter().chain(due).collect();
    let told = [day_of(&iso(asked.day)), "Tuổi thai (máy tính ra)".into(), parts.join(", ")];
    Computed { part: "this-pregnancy", made, told: Some(told) }
}

/// The z-scores of the last measurement.
fn growth_line(made: &Value) -> Option<Line> {
    let all = made.get("parameter")?.as_array()?;
    let of = |one: &Value, name: &str, kind: &str| {
        let parts = one.get("part")?.as_array()?;
        parts.iter().find(|part| part.get("name").is_some_and(|it| it == name))?.get(kind).cloned()
    };
    let last = all.iter().rfind(|one| one.get("name").is_some_and(|it| it == "measurement"))?;
    let scores = last.get("part")?.as_array()?.iter().filter_map(|one| {
        let indicator = of(one, "indicator", "valueCode")?;
        let basis = of(one, "basis", "valueCode")?;
        let mark = if basis == "corrected" { " (hiệu chỉnh)" } else { "" };
        let z = of(one, "z", "valueDecimal")?.to_string().replace('.', ",");
        Some(format!("{}{mark} z = {z}", indicator.as_str()?))
    });
    let day = of(last, "date", "valueDate")?;
    let told = scores.collect::<Vec<_>>().join("; ");
    Some([day_of(day.as_str()?), "Tăng trưởng (máy tính ra)".into(), told])
}

/// What comes next of vaccines; none where it cannot be said for that day.
fn forecast(
    records: &Records<'_>,
    patient: &str,
    (who, asked): (Who, Computing<'_>),
) -> Option<Computed> {
    let chart = Chart::of(records, patient, asked.day).ok()?;
    let is_born = chart.person.birth.is_none_or(|birth| birth.first <= asked.day);
    let part = if who == Who::Child { "prevention-illness" } else { "tetanus" };
    (is_born && chart.later_dose().is_none()).then(|| Computed {
        part,
        made: recommendation(&chart, patient, asked.language),
        told: Some([
            day_of(&iso(asked.day)),
            "Mũi tiêm tiếp theo (máy tính ra)".into(),
            format!("theo {}", chart.programme.version),
        ]),
    })
}

/// What is late, due, or due within the next days.
fn due(
    ctx: &Ctx<'_>,
    records: &Records<'_>,
    (person, who): (&str, Who),
    asked: Computing<'_>,
) -> Vec<Computed> {
    let is_mother = who == Who::Mother;
    let referral_days = ctx.engine.care.referral_days;
    let mut list = all(records, Asked { person, is_mother, day: asked.day, referral_days });
    list.retain(|one| match one.status {
        Status::Due | Status::Overdue => true,
        Status::Upcoming => one.window.due <= asked.day + AHEAD,
        Status::Missed | Status::Done | Status::NotApplicable => false,
    });
    list.sort_by_key(|one| (one.status.rank(), one.window.due, one.code.clone()));
    let computed = |one: &Due| Computed {
        part: part_of(one, who),
        made: task(one, asked.language),
        told: Some([
            day_of(&iso(one.window.due)),
            one.label.vi.to_string(),
            status_told(one.status, Language::Vietnamese).to_owned(),
        ]),
    };
    list.iter().map(computed).collect()
}

/// The part of the booklet where something to do is done.
fn part_of(due: &Due, who: Who) -> &'static str {
    match (due.kind.as_ref(), who) {
        _ if due.code.starts_with("pnc-") => "postnatal-visit",
        ("vaccine", Who::Mother) => "tetanus",
        ("unclosed", _) => "this-pregnancy",
        (_, Who::Mother) => "antenatal-visit",
        ("growth", Who::Child) => "growth",
        ("visit" | "test", Who::Child) => "development",
        (_, Who::Child) => "prevention-illness",
    }
}
