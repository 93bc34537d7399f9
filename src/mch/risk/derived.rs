//! What two records tell together: the age of the mother at the due date, the time since the last
//! birth, the hours to the first vaccine, the z-scores of a child.

use serde_json::Value;

use super::{Asked, Finding, Level};
use crate::fhir::date::DateRange;
use crate::fhir::date::calendar::{DAY, whole_months};
use crate::mch::catalogue::{Sentence, catalogue};
use crate::mch::growth::child::{child, measurements};
use crate::mch::growth::facts::facts;
use crate::mch::growth::score::Score;
use crate::mch::record::concept::{codings, has_local};
use crate::mch::record::days::Days;
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::role::children;
use crate::mch::record::subject::birth;
use crate::mch::record::topic::LAST_BIRTH;
use crate::mch::timetable::{Row, row};

const CVX: &str = "http://hl7.org/fhir/sid/cvx";

/// What was worked out.
#[derive(Debug, Default)]
pub(super) struct Derived<'a> {
    pub(super) findings: Vec<Finding<'a>>,
    /// The items that were judged, whatever their colour.
    pub(super) judged: Vec<&'static str>,
}

pub(super) fn derived<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Derived<'a> {
    let mut derived = Derived::default();
    if asked.is_mother {
        let has_age = asked.pregnancy.is_some_and(|one| one.due().is_some());
        let born = records.at(asked.person).and_then(|one| birth(one.resource, records));
        if has_age && born.is_some() {
            derived.judged.push("F02");
        }
        let both = [mothers_age(records, asked), birth_interval(records, asked)];
        derived.findings.extend(both.into_iter().flatten());
        return derived;
    }
    z_scores(records, asked, &mut derived);
    derived.findings.extend(first_vaccine(records, asked));
    derived
}

/// A finding about an item, with the source of its row in the catalogue.
fn about<'a>(
    item: &str,
    record: Record<'a>,
    value: Sentence,
    limit: String,
) -> Option<Finding<'a>> {
    let item = catalogue().item(item)?;
    Some(Finding {
        item: item.id.clone(),
        label: item.label.clone(),
        level: Level::Yellow,
        value,
        limit,
        record,
        source: item.source.join("; "),
        certainty: item.certainty.clone(),
    })
}

fn by_row<'a>(row: &Row, finding: Finding<'a>) -> Finding<'a> {
    Finding { source: row.told_by().to_owned(), certainty: row.certainty.clone(), ..finding }
}

/// The age of the mother when the child is due, in whole years, when every possible day says the same.
fn mothers_age<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Option<Finding<'a>> {
    let patient = records.at(asked.person)?;
    let due = asked.pregnancy?.due()?;
    let born = birth(patient.resource, records)?;
    let (least, most) =
        (whole_months(born.last, due.first) / 12, whole_months(born.first, due.last) / 12);
    let item = catalogue().item("F02")?;
    let limit = |years: i64| {
        let years = rust_decimal::Decimal::from(years);
        let yellow = item.colours.iter().filter(|one| one.colour == "yellow");
        let mut limits = yellow.flat_map(|one| one.when.limits());
        limits.find(|(sign, limit)| match *sign {
            "<" => years < *limit,
            "≤" => years <= *limit,
            ">" => years > *limit,
            _ => years >= *limit,
        })
    };
    let (sign, limit) = limit(least).filter(|one| limit(most).as_ref() == Some(one))?;
    let value = Sentence { vi: format!("{least} tuổi"), en: format!("{least} years") };
    about("F02", patient, value, format!("{sign} {limit}"))
}

/// The time from the last birth to this one.
fn birth_interval<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Option<Finding<'a>> {
    let row = row("birth-interval", asked.day)?;
    let pregnancy = asked.pregnancy?;
    let start = pregnancy.start()?;
    let next = pregnancy.end.map_or(pregnancy.due()?, |end| end.day);
    let told = records.pointing("Observation", "subject", asked.person).filter_map(|one| {
        let is_it = LAST_BIRTH.is(one.resource) && is_counted(one.resource);
        let day = Days::of(one.resource.get("valueDateTime"), records.zone)?;
        is_it.then_some((day, one))
    });
    let born = children(records, asked.person).into_iter().filter_map(|child| {
        let child = records.at(child)?;
        Some((birth(child.resource, records)?, child))
    });
    let before = told.chain(born).filter(|(day, _)| day.surely_before(start));
    let (last, record) = before.max_by_key(|(day, one)| (day.first, one.address))?;
    let least = row.least?;
    // Too soon whichever days are meant.
    let is_soon = next.last < least.after(last.first);
    let value = Sentence { vi: last.written(), en: last.written() };
    let found =
        about("O18", record, value, format!("< {} {}", least.years, row.label.vi.to_lowercase()))?;
    is_soon.then(|| by_row(row, found))
}

/// The z-scores of the last measurement of each. Of a child born before term the age from the due date
/// counts, where it is told: before that day nothing is judged.
fn z_scores<'a>(records: &Records<'a>, asked: Asked<'_, 'a>, derived: &mut Derived<'a>) {
    let Ok(child) = child(records, asked.person) else { return };
    let all = measurements(records, &child, asked.day, asked.corrected_months);
    let mut seen = Vec::new();
    for one in all.iter().rev() {
        let scores = if one.corrected_age.is_some() { &one.corrected } else { &one.scores };
        for score in scores.iter().filter(|score| !seen.contains(&score.indicator.code())) {
            let Some(source) = one.sources.last() else { continue };
            derived.findings.extend(of_score(score, *source));
            // What has no classes is judged by its own limits, as the arm is in millimetres.
            let is_classed = facts().is_classed(score.indicator, score.edition);
            let fact = facts().of(score.indicator).filter(|_| is_classed);
            derived.judged.extend(fact.and_then(|fact| fact.item.as_deref()));
        }
        // What was measured is judged, or is not to be.
        seen.extend(one.scores.iter().map(|score| score.indicator.code()));
    }
}

fn of_score<'a>(score: &Score, record: Record<'a>) -> Option<Finding<'a>> {
    let class = score.class?;
    let item = facts().of(score.indicator)?.item.as_deref()?;
    let told = format!("{} z = {:.2}", score.indicator.code(), score.z);
    let value = Sentence {
        vi: format!("{told}: {}", class.label.vi),
        en: format!("{told}: {}", class.label.en),
    };
    let found = about(item, record, value, class.limit())?;
    Some(Finding { source: class.source.clone(), certainty: class.certainty.clone(), ..found })
}

/// The first dose against hepatitis B, when it surely came later than a day after birth.
fn first_vaccine<'a>(records: &Records<'a>, asked: Asked<'_, 'a>) -> Option<Finding<'a>> {
    let row = row("hepatitis-b-birth-hours", asked.day)?;
    let patient = records.at(asked.person)?;
    let born = born_at(patient.resource, records)?;
    let doses = records.pointing("Immunization", "patient", asked.person).filter_map(|one| {
        let is_given = one.resource.get("status").and_then(Value::as_str) == Some("completed");
        let code = one.resource.get("vaccineCode");
        let is_it = has_local(code, "mch-vaccine", &["VGB-SS"])
            || codings(code).any(|(system, code)| system == CVX && code == "08");
        let text = one.resource.get("occurrenceDateTime")?.as_str()?;
        let given = DateRange::parse(text, records.zone)?;
        (is_given && is_it).then_some((given, one))
    });
    let (given, dose) = doses.min_by_key(|(given, one)| (given.low, one.address))?;
    let days = row.overdue?.in_days()?;
    let is_late = given.low.saturating_sub(born.high) >= days * DAY;
    let text = dose.resource.get("occurrenceDateTime").and_then(Value::as_str).unwrap_or_default();
    let value = Sentence { vi: text.into(), en: text.into() };
    let found = about("N16", dose, value, row.label.vi.clone())?;
    is_late.then(|| by_row(row, found))
}

/// The moment of birth, or its day.
fn born_at(patient: &Value, records: &Records<'_>) -> Option<DateRange> {
    let extensions = patient.get("_birthDate").and_then(|one| one.get("extension")?.as_array());
    let time = extensions.into_iter().flatten().find_map(|one| {
        let is_time = one.get("url")?.as_str()?.ends_with("/patient-birthTime");
        one.get("valueDateTime")?.as_str().filter(|_| is_time)
    });
    let text = time.or_else(|| patient.get("birthDate")?.as_str())?;
    DateRange::parse(text, records.zone)
}
