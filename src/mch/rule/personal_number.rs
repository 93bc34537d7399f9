//! The personal identification number against sex and year of birth, Decree 137/2015/NĐ-CP.
//!
//! Digits 1 to 3 are the province of registration, digit 4 the century and the sex, digits 5 and 6
//! the year.

use serde_json::Value;

use super::report::Report;
use crate::fhir::date::calendar::date_of;
use crate::fhir::issue::Text;
use crate::mch::record::days::Days;
use crate::mch::record::records::{Record, Records};

/// The ends of the identifier systems that hold the number: `cccd` of the community's VN Core,
/// `citizen_id` and `national_id` of the Ministry's, which took one for the other.
const SYSTEMS: [&str; 3] = ["/sid/cccd", "/sid/citizen_id", "/sid/national_id"];

/// Checks the number of a patient.
pub(super) fn check(at: Record<'_>, records: &Records<'_>, report: &mut Report) {
    if at.kind() != "Patient" {
        return;
    }
    for (index, number) in numbers(at.resource) {
        let element = format!("Patient.identifier[{index}].value");
        let Some((year, is_male)) = meaning(number) else { continue };
        let born = Days::of(at.resource.get("birthDate"), records.zone);
        if let Some(born) = born {
            let ((first, _, _), (last, _, _)) = (date_of(born.first), date_of(born.last));
            if !(first..=last).contains(&year) {
                let seen = Text::new(
                    format!("Số này ghi năm {year}, ngày sinh ghi năm {first}."),
                    format!("The number says {year}, the birth date {first}."),
                );
                report.add("mebe-cccd-birth-year", &element, seen);
            }
        }
        let gender = at.resource.get("gender").and_then(Value::as_str);
        if matches!((gender, is_male), (Some("male"), false) | (Some("female"), true)) {
            let (vi, en) = if is_male { ("nam", "male") } else { ("nữ", "female") };
            let seen =
                Text::new(format!("Số này là của {vi}."), format!("The number is of a {en}."));
            report.add("mebe-cccd-sex", &element, seen);
        }
        of_mother(at, number, &element, records, report);
    }
}

fn of_mother(
    at: Record<'_>,
    number: &str,
    element: &str,
    records: &Records<'_>,
    report: &mut Report,
) {
    let related = records.pointing("RelatedPerson", "patient", at.address);
    let mothers = records.mothers(at.address);
    let patients = records.of_type("Patient").filter(|one| mothers.contains(&one.address));
    let mut others = related.collect::<Vec<_>>().into_iter().chain(patients);
    let other =
        others.find(|other| numbers(other.resource).iter().any(|(_, theirs)| *theirs == number));
    if let Some(other) = other {
        let seen = Text::new(
            format!("{} có cùng số.", other.address),
            format!("{} has the same number.", other.address),
        );
        report.add("mebe-number-of-mother", element, seen);
    }
}

/// The personal numbers of a person, each with its place.
fn numbers(person: &Value) -> Vec<(usize, &str)> {
    let all = person.get("identifier").and_then(Value::as_array);
    let is_number = |identifier: &&Value| {
        let system = identifier.get("system").and_then(Value::as_str);
        system.is_some_and(|system| SYSTEMS.iter().any(|end| system.ends_with(end)))
    };
    let numbered = all.into_iter().flatten().enumerate();
    let numbered = numbered.filter(|(_, identifier)| is_number(identifier));
    numbered.filter_map(|(index, one)| Some((index, one.get("value")?.as_str()?))).collect()
}

/// The year and the sex that 12 digits tell.
fn meaning(number: &str) -> Option<(i64, bool)> {
    let is_number = number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit());
    let century: i64 = number.get(3..4).filter(|_| is_number)?.parse().ok()?;
    let year: i64 = number.get(4..6)?.parse().ok()?;
    Some((1900 + century / 2 * 100 + year, century % 2 == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: &str, expected: Option<(i64, bool)>) {
        assert_eq!(meaning(number), expected, "{number}");
    }

    #[test]
    fn digits_tell_year_and_sex() {
        check("001198000001", Some((1998, false)));
        check("001326000003", Some((2026, false)));
        check("001085000003", Some((1985, true)));
        check("001226000003", Some((2026, true)));
        check("123456789", None);
        check("00132600000x", None);
    }
}
