//! `Patient/[id]/$risk`: what is yellow and what is a danger sign, each with what it rests on.
//!
//! Parameters in: `date` (today when left out), `episode`. Yellow is no diagnosis: it says to ask a
//! health worker. A danger sign says to go at once.

use serde_json::{Value, json};

use super::answer::{Answer, computed};
use super::gestation::meant;
use crate::definitions::base::BASE;
use crate::fhir::date::calendar::iso;
use crate::fhir::issue::Language;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::interaction::record::person::{PATIENT_ALONE, PREGNANCY, Reach, WHOLE, person};
use crate::mch::catalogue::{Sentence, catalogue};
use crate::mch::gestation::gestations;
use crate::mch::record::role::is_about_mother;
use crate::mch::risk::{Asked, Finding, Level, findings, level};
use crate::operation::asked;
use crate::operation::call::Call;

const REACH: Reach = Reach { own: WHOLE, mother: PREGNANCY, children: PATIENT_ALONE };

/// Answers for a mother or a child.
pub(in crate::operation) async fn risk(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Value, Failure> {
    asked::take(call, &["date", "episode"])?;
    let day = asked::day(call, "date")?.unwrap_or_else(|| asked::today(ctx));
    let person = person(ctx, asked::instance(call)?, REACH).await?;
    let records = person.records(ctx);
    asked::is_born(&records, &person.address, day, "date")?;
    let pregnancies = gestations(&records, &person.address, day);
    let pregnancy = meant(call, &records, &pregnancies, day)?;
    let is_mother = is_about_mother(&records, &person.address, day);
    let corrected_months = ctx.engine.care.corrected_months;
    let about = Asked { person: &person.address, is_mother, pregnancy, day, corrected_months };
    let found = findings(&records, about);
    let level = level(&found);
    let mut answer = Answer::default();
    answer.code("level", level.code());
    for one in &found {
        answer.parts("finding", written(one, call.language));
    }
    if level != Level::White {
        answer.resource("assessment", assessment(&person.address, day, &found, call.language));
    }
    Ok(answer.finish(&catalogue().version))
}

fn pick(sentence: &Sentence, language: Language) -> &str {
    if language == Language::English { &sentence.en } else { &sentence.vi }
}

/// What the booklet says to do.
fn action(level: Level, language: Language) -> &'static str {
    match (level, language) {
        (Level::Danger, Language::English) => "Go to a health facility at once.",
        (Level::Danger, Language::Vietnamese) => "Hãy đến cơ sở y tế ngay.",
        (_, Language::English) => "Go to a health facility for advice and examination.",
        (_, Language::Vietnamese) => "Hãy đến cơ sở y tế để được tư vấn và khám.",
    }
}

fn written(one: &Finding<'_>, language: Language) -> Answer {
    let mut parts = Answer::default();
    parts.code("item", &one.item);
    parts.code("colour", one.level.code());
    parts.text("value", pick(&one.value, language));
    if !one.limit.is_empty() {
        parts.text("limit", &one.limit);
    }
    parts.reference("observation", one.record.address);
    parts.text("source", &one.source);
    parts.code("certainty", &one.certainty);
    parts.text("action", action(one.level, language));
    parts
}

/// The findings as a `RiskAssessment` that is stored nowhere.
fn assessment(person: &str, day: i64, found: &[Finding<'_>], language: Language) -> Value {
    let mut basis: Vec<&str> = found.iter().map(|one| one.record.address).collect();
    basis.sort_unstable();
    basis.dedup();
    let basis: Vec<Value> = basis.iter().map(|one| json!({ "reference": one })).collect();
    let prediction = |one: &Finding<'_>| {
        let (label, value) = (pick(&one.label, language), pick(&one.value, language));
        json!({
            "outcome": { "text": format!("{label}: {value}") },
            "qualitativeRisk": { "text": action(one.level, language) },
        })
    };
    json!({
        "resourceType": "RiskAssessment",
        "meta": {
            "profile": [format!("{BASE}/StructureDefinition/mch-risk-assessment")],
            "tag": [computed(&catalogue().version)],
        },
        "status": "final",
        "subject": { "reference": person },
        "occurrenceDateTime": iso(day),
        "basis": basis,
        "prediction": found.iter().map(prediction).collect::<Vec<_>>(),
    })
}
