//! The parameters of a forecast, and what is refused.

use serde_json::Value;

use crate::fhir::date::calendar::DAY;
use crate::fhir::text::suggestion::nearest;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::immunization::chart::{Chart, Unknown};
use crate::mch::record::days::Days;
use crate::mch::record::records::Records;
use crate::operation::call::Call;
use crate::operation::parameters::value_of;

/// The name of the day on which it is looked at.
pub(in crate::operation) const DAY_NAME: &str = "assessmentDate";

/// Where a parameter stands.
pub(in crate::operation) fn place(name: &str) -> String {
    format!("Parameters.parameter.where(name = '{name}')")
}

/// Refuses a body that is no `Parameters`, and parameters that are not known.
pub(in crate::operation) fn take(call: &Call<'_>, known: &[&str]) -> Result<(), Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let kind = call.body().get("resourceType").and_then(Value::as_str).unwrap_or_default();
    if kind != "Parameters" {
        return Err(Kind::Malformed.because(
            format!("Hãy gửi một Parameters, không phải {kind}."),
            format!("Send Parameters, not {kind}."),
        ));
    }
    let parameters = call.parameters();
    let Some((name, _)) = parameters.iter().find(|(name, _)| !known.contains(name)) else {
        return Ok(());
    };
    let (vi, en) = match nearest(name, known.iter().copied()) {
        Some(meant) => (format!("Ý bạn là '{meant}'?"), format!("Did you mean '{meant}'?")),
        None => (format!("Có: {}.", known.join(", ")), format!("There are: {}.", known.join(", "))),
    };
    Err(Kind::Malformed
        .because(
            format!("${} không có tham số '{name}'. {vi}", call.name),
            format!("${} has no parameter '{name}'. {en}", call.name),
        )
        .of(&place(name)))
}

/// The day that is asked about, if it is named.
pub(in crate::operation) fn day(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Option<i64>, Failure> {
    day_of(ctx, call, DAY_NAME)
}

/// The whole day that a parameter names, if it is there.
pub(in crate::operation) fn day_of(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    name: &str,
) -> Result<Option<i64>, Failure> {
    let parameters = call.parameters();
    let mut all = parameters.iter().filter(|(other, _)| *other == name).map(|(_, part)| part);
    let Some(part) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(twice(name));
    }
    let value = value_of(part);
    let text = value.and_then(Value::as_str);
    // A whole day, and nothing finer.
    let is_day = |text: &str| text.len() == "2026-11-22".len();
    let days = text.filter(|text| is_day(text)).and_then(|_| Days::of(value, ctx.engine.zone));
    match days.filter(|days| days.is_exact()) {
        Some(days) => Ok(Some(days.first)),
        None => Err(Kind::Malformed
            .because(
                format!("Tham số '{name}' phải là một ngày đủ như 2026-11-22."),
                format!("The parameter '{name}' is a whole day such as 2026-11-22."),
            )
            .of(&place(name))),
    }
}

/// A parameter that may be there once only.
pub(in crate::operation) fn twice(name: &str) -> Failure {
    Kind::Malformed
        .because(
            format!("Tham số '{name}' chỉ được có một lần."),
            format!("The parameter '{name}' may be there once."),
        )
        .of(&place(name))
}

/// A parameter that has to be there.
pub(in crate::operation) fn missing(name: &str, vi: &str, en: &str) -> Failure {
    Kind::Malformed
        .because(
            format!("Thiếu tham số '{name}': {vi}."),
            format!("The parameter '{name}' is missing: {en}."),
        )
        .of(&place(name))
}

/// Today, where the server is.
pub(in crate::operation) fn today(ctx: &Ctx<'_>) -> i64 {
    ctx.now.saturating_add(ctx.engine.zone.micros()).div_euclid(DAY)
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
