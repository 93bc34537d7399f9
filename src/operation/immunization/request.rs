//! The parameters of a forecast, and what is refused.

use crate::interaction::failure::{Failure, Kind};
use crate::mch::immunization::chart::{Chart, Unknown};
use crate::mch::record::records::Records;
use crate::operation::asked::{self, place};
use crate::operation::call::Call;

/// The name of the day on which it is looked at.
pub(in crate::operation) const DAY_NAME: &str = "assessmentDate";

/// The day that is asked about, if it is named.
pub(in crate::operation) fn day(call: &Call<'_>) -> Result<Option<i64>, Failure> {
    asked::day(call, DAY_NAME)
}

/// Whether vaccines outside the programme are asked for.
pub(in crate::operation) fn is_all(call: &Call<'_>) -> Result<bool, Failure> {
    match call.parameters().text("programme") {
        None | Some("national" | "tcmr") => Ok(false),
        Some("all") => Ok(true),
        Some(other) => Err(Kind::Malformed
            .because(
                format!("Tham số 'programme' là 'national' hoặc 'all', không phải '{other}'."),
                format!("The parameter 'programme' is 'national' or 'all', not '{other}'."),
            )
            .of(&place("programme"))),
    }
}

/// The chart of somebody on a day; what makes an answer impossible is refused.
pub(in crate::operation) fn chart<'a>(
    records: &Records<'a>,
    (patient, named): (&str, &str),
    day: i64,
) -> Result<Chart<'a>, Failure> {
    let chart = Chart::of(records, patient, day).map_err(|unknown| refused(unknown, named))?;
    let born = chart.person.birth;
    if let Some(born) = born.filter(|born| day < born.first) {
        return Err(Kind::Unprocessable
            .because(
                format!("Tham số '{DAY_NAME}' trước ngày sinh ({}).", born.written()),
                format!("The parameter '{DAY_NAME}' is before the birth ({}).", born.written()),
            )
            .of(&place(DAY_NAME)));
    }
    let Some(later) = chart.later_dose() else { return Ok(chart) };
    let (address, on) = (later.address, later.day.written());
    Err(Kind::Unprocessable
        .because(
            format!("Tham số '{DAY_NAME}' trước một mũi đã ghi: {address}, {on}. Hãy hỏi từ ngày ấy trở đi."),
            format!("The parameter '{DAY_NAME}' is before a dose that is recorded: {address}, {on}. Ask for that day or a later one."),
        )
        .of(&place(DAY_NAME)))
}

fn refused(unknown: Unknown, named: &str) -> Failure {
    match unknown {
        Unknown::Patient => Kind::NotFound
            .because(format!("Không tìm thấy {named}."), format!("{named} is not known.")),
        Unknown::Birth => Kind::Unprocessable
            .because(
                format!("{named} không có birthDate, nên không tính được lịch tiêm của trẻ."),
                format!(
                    "{named} has no birthDate, without which a child's schedule cannot be told."
                ),
            )
            .of("Patient.birthDate"),
        Unknown::Nobody => Kind::Unprocessable.because(
            format!("{named} là nam giới đã lớn; lịch tiêm này dành cho trẻ và phụ nữ có thai."),
            format!(
                "{named} is a grown man; this schedule is for children and women in pregnancy."
            ),
        ),
    }
}
