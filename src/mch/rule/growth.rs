//! Growth against the WHO standard and against the measurement before.

use serde_json::Value;

use super::listed::rule;
use super::report::Report;
use crate::fhir::issue::Text;
use crate::mch::growth::standard::Sex;
use crate::mch::growth::{Measure, z_score};
use crate::mch::record::days::Days;
use crate::mch::record::measure::{growth, value};
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::{Record, Records};
use crate::mch::record::subject::{birth, moment, whose};
use crate::mch::record::topic::{LENGTH_SCORE, WEIGHT_SCORE};

const VALUE: &str = "Observation.value";

/// A measurement of a child.
#[derive(Debug, Clone, Copy)]
struct Point {
    measure: Measure,
    day: Days,
    value: f64,
    z: f64,
}

/// Checks a measurement of a child, or a z-score that was written.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if at.kind() != "Observation" || !is_counted(at.resource) {
        return;
    }
    let Some(child) = child(at, records) else { return };
    match point(at, &child, records) {
        Some(point) => {
            beyond(point, report);
            jump(at, point, &child, records, report);
        }
        None => disagrees(at, &child, records, report),
    }
}

struct Child<'a> {
    address: &'a str,
    born: Days,
    sex: Sex,
}

fn child<'a>(at: Record<'a>, records: &Records<'_>) -> Option<Child<'a>> {
    let address = whose(records, at.resource)?;
    let patient = records.at(address)?;
    let sex = match patient.resource.get("gender").and_then(Value::as_str)? {
        "male" => Sex::Male,
        "female" => Sex::Female,
        _ => return None,
    };
    let born = birth(patient.resource, records).filter(|born| born.is_exact())?;
    Some(Child { address, born, sex })
}

fn point(at: Record<'_>, child: &Child<'_>, records: &Records<'_>) -> Option<Point> {
    let measure = growth(at.resource)?;
    let value = value(at.resource, measure)?;
    let (day, _) = moment(&at, records).filter(|(day, _)| day.is_exact())?;
    let (age, _) = day.since(child.born);
    let z = z_score(measure, child.sex, age, value)?;
    Some(Point { measure, day, value, z })
}

fn beyond(point: Point, report: &mut Report) {
    let most = rule("mebe-z-score").and_then(|rule| rule.number("z")).unwrap_or(6.0);
    if point.z.is_nan() || point.z.abs() > most {
        let seen = Text::new(format!("z = {:.1}.", point.z), format!("z = {:.1}.", point.z));
        report.add("mebe-z-score", VALUE, seen);
    }
}

fn jump(
    at: Record<'_>,
    point: Point,
    child: &Child<'_>,
    records: &Records<'_>,
    report: &mut Report,
) {
    let most = rule("mebe-growth-jump").and_then(|rule| rule.number("zChange")).unwrap_or(3.0);
    let others = records.pointing("Observation", "subject", child.address);
    let earlier = others
        .filter(|other| other.address != at.address && is_counted(other.resource))
        .filter_map(|other| self::point(other, child, records))
        .filter(|other| other.measure == point.measure && other.day.first < point.day.first)
        .max_by_key(|other| other.day.first);
    let Some(earlier) = earlier else { return };
    if (point.z - earlier.z).abs() > most {
        let (then, day) = (earlier.value, earlier.day.written());
        let seen = Text::new(
            format!("Ngày {day}: {then}, nay: {}.", point.value),
            format!("It was {then} on {day} and is {} now.", point.value),
        );
        report.add("mebe-growth-jump", VALUE, seen);
    }
}

/// A z-score that was written against that of the measurement of the same day.
fn disagrees(at: Record<'_>, child: &Child<'_>, records: &Records<'_>, report: &mut Report) {
    let measure = match () {
        () if WEIGHT_SCORE.is(at.resource) => Measure::Weight,
        () if LENGTH_SCORE.is(at.resource) => Measure::Length,
        () => return,
    };
    let written = at.resource.get("valueQuantity").and_then(|value| value.get("value")?.as_f64());
    let (Some(written), Some((day, _))) = (written, moment(&at, records)) else { return };
    let mut measured = records
        .pointing("Observation", "subject", child.address)
        .filter(|other| is_counted(other.resource))
        .filter_map(|other| point(other, child, records))
        .filter(|point| point.measure == measure && point.day == day)
        .peekable();
    if measured.peek().is_none() {
        return;
    }
    let parameter = rule("mebe-z-score-disagrees").and_then(|rule| rule.number("tolerance"));
    let tolerance = parameter.unwrap_or(0.1);
    let mut derived = None;
    for point in measured {
        if (point.z - written).abs() <= tolerance {
            return;
        }
        derived = Some(point.z);
    }
    if let Some(z) = derived {
        let seen = Text::new(format!("Tính ra z = {z:.2}."), format!("It derives to z = {z:.2}."));
        report.add("mebe-z-score-disagrees", VALUE, seen);
    }
}
