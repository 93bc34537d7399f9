//! `$growth`: the z-scores of measurements that are sent, whosoever they are.
//!
//! Parameter in: repeated `measurement` with `id`, `sex`, `ageDays` or `birthDate` and `date`, and what
//! was measured. Each is answered by its `id`; what is wrong with one is told of it alone.

use serde_json::Value;

use super::answer::Answer;
use super::growth::scored;
use crate::budget;
use crate::fhir::date::calendar::whole_day;
use crate::fhir::issue::{Issue, IssueCode, Text, operation_outcome};
use crate::fhir::text::suggestion::nearest;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::growth::child::{days_before_term, sex};
use crate::mch::growth::facts::facts;
use crate::mch::growth::score::{Measured, Position, scores};
use crate::mch::growth::standard::{Sex, whole};
use crate::operation::asked;
use crate::operation::call::Call;
use crate::operation::parameters::{Parameters, value_of};

/// The parts of a measurement.
const PARTS: [&str; 13] = [
    "id",
    "sex",
    "ageDays",
    "birthDate",
    "date",
    "weight",
    "length",
    "measured",
    "head",
    "arm",
    "triceps",
    "subscapular",
    "oedema",
];
const GESTATION: &str = "gestationDays";

/// What of a measurement could be read.
struct Given {
    sex: Sex,
    age: f64,
    gestation: Option<i64>,
    measured: Measured,
}

/// Answers each measurement.
pub(in crate::operation) fn growth_of_measurements(
    _: &Ctx<'_>,
    call: &Call<'_>,
    _: Option<&Value>,
) -> Result<Value, Failure> {
    asked::take(call, &["measurement"])?;
    let mut answer = Answer::default();
    let mut is_any = false;
    for part in call.parameters().all("measurement") {
        budget::spend(256)?;
        is_any = true;
        let parts = Parameters::of_parts(part);
        let mut told = Answer::default();
        if let Some(id) = parts.text("id") {
            told.text("id", id);
        }
        match read(parts) {
            Ok(given) => write(&given, &mut told),
            Err(fault) => {
                let issue = Issue::error(IssueCode::Invalid, fault);
                told.resource("outcome", operation_outcome(&[issue], call.language));
            }
        }
        answer.parts("measurement", told);
    }
    if !is_any {
        return Err(Kind::Malformed
            .because("Hãy gửi ít nhất một 'measurement'.", "Send one 'measurement' at least."));
    }
    Ok(answer.finish(&facts().version))
}

fn write(given: &Given, told: &mut Answer) {
    if let Some(age) = whole(given.age.floor()) {
        told.integer("ageDays", age);
    }
    let early = given.gestation.and_then(days_before_term);
    let corrected =
        early.and_then(|days| i32::try_from(days).ok()).map(|days| given.age - f64::from(days));
    if let Some(age) = corrected.and_then(|age| whole(age.floor())) {
        told.integer("correctedAgeDays", age);
    }
    for score in scores(given.sex, given.age, &given.measured) {
        told.parts("score", scored(&score, "chronological"));
    }
    if let Some(age) = corrected.filter(|age| *age >= 0.0) {
        for score in scores(given.sex, age, &given.measured) {
            told.parts("score", scored(&score, "corrected"));
        }
    }
}

/// A fault of one part.
fn wrong(part: &str, vi: &str, en: &str) -> Text {
    Text::new(format!("measurement.{part}: {vi}"), format!("measurement.{part}: {en}"))
}

fn read(parts: Parameters<'_>) -> Result<Given, Text> {
    let is_known = |name: &str| PARTS.contains(&name) || name == GESTATION;
    if let Some((name, _)) = parts.iter().find(|(name, _)| !is_known(name)) {
        let known = PARTS.into_iter().chain([GESTATION]);
        let meant = nearest(name, known).map(|meant| format!(" ({meant}?)")).unwrap_or_default();
        return Err(wrong(
            name,
            &format!("không có phần này{meant}."),
            &format!("there is no such part{meant}."),
        ));
    }
    if parts.text("id").is_none() {
        return Err(wrong("id", "phải có.", "is needed."));
    }
    let sex = sex(parts.text("sex"))
        .ok_or_else(|| wrong("sex", "phải là male hoặc female.", "is male or female."))?;
    let gestation = number(parts, GESTATION, "d", |_| None)?;
    let gestation = gestation.and_then(whole);
    Ok(Given { sex, age: age(parts)?, gestation, measured: measured(parts)? })
}

fn age(parts: Parameters<'_>) -> Result<f64, Text> {
    if let Some(age) = signed(parts, "ageDays")? {
        return match age >= 0.0 {
            true => Ok(age),
            false => Err(wrong("ageDays", "không được âm.", "is not negative.")),
        };
    }
    let day = |name: &str| {
        let text = parts.all(name).find_map(value_of).and_then(Value::as_str);
        text.and_then(whole_day).ok_or_else(|| match text {
            Some(text) => wrong(
                name,
                &format!("'{text}' không phải một ngày đủ."),
                &format!("'{text}' is no whole day."),
            ),
            None => wrong(
                name,
                "cần ageDays, hoặc birthDate và date.",
                "ageDays is needed, or birthDate and date.",
            ),
        })
    };
    let (born, on) = (day("birthDate")?, day("date")?);
    let age = i32::try_from(on - born).ok().filter(|age| *age >= 0);
    age.map(f64::from).ok_or_else(|| wrong("date", "trước ngày sinh.", "is before the birth."))
}

fn measured(parts: Parameters<'_>) -> Result<Measured, Text> {
    let centimetres = |unit: &str| match unit {
        "cm" => Some(1.0),
        "mm" => Some(0.1),
        "m" => Some(100.0),
        _ => None,
    };
    let kilograms = |unit: &str| match unit {
        "kg" => Some(1.0),
        "g" => Some(0.001),
        _ => None,
    };
    let millimetres = |unit: &str| match unit {
        "mm" => Some(1.0),
        "cm" => Some(10.0),
        _ => None,
    };
    let position = match parts.text("measured") {
        None => None,
        Some("lying") => Some(Position::Lying),
        Some("standing") => Some(Position::Standing),
        Some(_) => {
            return Err(wrong("measured", "phải là lying hoặc standing.", "is lying or standing."));
        }
    };
    let has_oedema = match parts.value("oedema") {
        None => false,
        Some(_) => parts
            .truth("oedema")
            .ok_or_else(|| wrong("oedema", "phải là true hoặc false.", "is true or false."))?,
    };
    Ok(Measured {
        weight: number(parts, "weight", "kg", kilograms)?,
        length: number(parts, "length", "cm", centimetres)?,
        position,
        head: number(parts, "head", "cm", centimetres)?,
        arm: number(parts, "arm", "cm", centimetres)?,
        triceps: number(parts, "triceps", "mm", millimetres)?,
        subscapular: number(parts, "subscapular", "mm", millimetres)?,
        has_oedema,
    })
}

/// A number above nought in a unit; a Quantity may have another.
fn number(
    parts: Parameters<'_>,
    name: &str,
    unit: &str,
    factor: impl Fn(&str) -> Option<f64>,
) -> Result<Option<f64>, Text> {
    let Some(given) = signed(parts, name)? else { return Ok(None) };
    let quantity = parts.all(name).find_map(|part| part.get("valueQuantity"));
    let of = quantity.and_then(|quantity| quantity.get("code").or_else(|| quantity.get("unit")));
    let factor = match of.and_then(Value::as_str) {
        None => 1.0,
        Some(other) => factor(other).ok_or_else(|| {
            wrong(
                name,
                &format!("đơn vị là {unit}, không phải {other}."),
                &format!("the unit is {unit}, not {other}."),
            )
        })?,
    };
    match given > 0.0 {
        true => Ok(Some(given * factor)),
        false => Err(wrong(name, "phải lớn hơn 0.", "is greater than 0.")),
    }
}

/// A number, however it is written.
fn signed(parts: Parameters<'_>, name: &str) -> Result<Option<f64>, Text> {
    let mut all = parts.all(name);
    let Some(part) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(wrong(name, "chỉ được có một lần.", "may be there once."));
    }
    let value = value_of(part).map(|value| value.get("value").unwrap_or(value));
    let number = match value {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| number.is_finite());
    number.map(Some).ok_or_else(|| wrong(name, "phải là một số.", "is a number."))
}
