//! Reads what operations on records of people are asked: a parameter that is not known, a day that is
//! none, and somebody whom an operation is not about are refused and named.

use serde_json::Value;

use crate::fhir::date::calendar::{DAY, whole_day, whole_months};
use crate::fhir::id::ResourceId;
use crate::fhir::text::suggestion::nearest;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::record::records::Records;
use crate::mch::record::role::{may_be_mother, roles};
use crate::mch::record::subject::birth;
use crate::operation::call::Call;
use crate::operation::parameters::value_of;

/// The last month of age that WHO's tables have: older people are no children.
const OLDEST_MONTHS: i64 = 228;

/// Takes what was asked; `known` are the parameters that the operation has.
pub(super) fn take(call: &Call<'_>, known: &[&str]) -> Result<(), Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let body = call.body();
    let kind = body.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    if kind != "Parameters" {
        return Err(Kind::Malformed.because(
            format!("Hãy gửi một Parameters, không phải {kind}."),
            format!("Send Parameters, not {kind}."),
        ));
    }
    let unknown = call.parameters().iter().find(|(name, _)| !known.contains(name));
    unknown.map_or(Ok(()), |(name, _)| Err(not_known(call.name, name, known)))
}

fn not_known(operation: &str, name: &str, known: &[&str]) -> Failure {
    let (vi, en) = match nearest(name, known.iter().copied()) {
        Some(meant) => (format!(" Ý bạn là '{meant}'?"), format!(" Did you mean '{meant}'?")),
        None if known.is_empty() => {
            (" Operation này không có tham số.".to_owned(), " It has none.".to_owned())
        }
        None => {
            (format!(" Có: {}.", known.join(", ")), format!(" There are: {}.", known.join(", ")))
        }
    };
    Kind::Malformed
        .because(
            format!("${operation} không có tham số '{name}'.{vi}"),
            format!("${operation} has no parameter '{name}'.{en}"),
        )
        .of(&place(name))
}

/// Where a parameter stands.
pub(super) fn place(name: &str) -> String {
    format!("Parameters.parameter.where(name = '{name}')")
}

/// The day of today, where the server is.
pub(super) fn today(ctx: &Ctx<'_>) -> i64 {
    ctx.now.saturating_add(ctx.engine.zone.micros()).div_euclid(DAY)
}

/// The whole day that a parameter names, if it is there.
pub(super) fn day(call: &Call<'_>, name: &str) -> Result<Option<i64>, Failure> {
    let parameters = call.parameters();
    let mut all = parameters.all(name);
    let Some(part) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(twice(name));
    }
    let read = value_of(part).and_then(Value::as_str).and_then(whole_day);
    read.map(Some).ok_or_else(|| no_day(name, value_of(part)))
}

/// A parameter that may be there once only.
pub(super) fn twice(name: &str) -> Failure {
    Kind::Malformed
        .because(
            format!("Tham số '{name}' chỉ được có một lần."),
            format!("The parameter '{name}' may be there once."),
        )
        .of(&place(name))
}

/// A parameter that has to be there.
pub(super) fn missing(name: &str, vi: &str, en: &str) -> Failure {
    Kind::Malformed
        .because(
            format!("Thiếu tham số '{name}': {vi}."),
            format!("The parameter '{name}' is missing: {en}."),
        )
        .of(&place(name))
}

fn no_day(name: &str, value: Option<&Value>) -> Failure {
    let told = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let told = told.unwrap_or_default();
    Kind::Malformed
        .because(
            format!("Tham số '{name}' phải là một ngày đủ như 2026-11-22, không phải '{told}'."),
            format!("The parameter '{name}' is a whole day such as 2026-11-22, not '{told}'."),
        )
        .of(&place(name))
}

/// The id of the resource an operation is called on.
pub(super) fn instance<'a>(call: &Call<'a>) -> Result<&'a ResourceId, Failure> {
    call.id.ok_or_else(|| {
        Kind::NotFound.because(
            format!("${} được gọi trên một tài nguyên: [type]/[id]/${}.", call.name, call.name),
            format!("${} is called on a resource: [type]/[id]/${}.", call.name, call.name),
        )
    })
}

/// The episode that a parameter names by its id or by a reference to it.
pub(super) fn episode(call: &Call<'_>) -> Option<String> {
    let value = call.parameters().value("episode")?;
    let text = value.as_str().or_else(|| value.get("reference")?.as_str())?;
    let id = text.split("/_history/").next().and_then(|text| text.rsplit('/').next())?;
    Some(format!("EpisodeOfCare/{id}"))
}

/// Refuses a day on which the person was not born yet.
pub(super) fn is_born(
    records: &Records<'_>,
    person: &str,
    day: i64,
    name: &str,
) -> Result<(), Failure> {
    let born = records.at(person).and_then(|one| birth(one.resource, records));
    let Some(born) = born.filter(|born| day < born.first) else { return Ok(()) };
    Err(Kind::Unprocessable
        .because(
            format!("Tham số '{name}' trước ngày sinh của người này ({}).", born.written()),
            format!("The parameter '{name}' is before this person's birth ({}).", born.written()),
        )
        .of(&place(name)))
}

/// Refuses a mother, or a grown-up, where an operation is about a child.
pub(super) fn is_child(records: &Records<'_>, person: &str, day: i64) -> Result<(), Failure> {
    let known = roles(records, person);
    let born = records.at(person).and_then(|one| birth(one.resource, records));
    let is_grown = born.is_some_and(|born| whole_months(born.last, day) > OLDEST_MONTHS);
    if known.is_child || !known.is_mother && !is_grown {
        return Ok(());
    }
    Err(Kind::Unprocessable.because(
        format!("{person} là mẹ hoặc người lớn; operation này dành cho trẻ. Với mẹ hãy dùng $gestation, $risk, $due."),
        format!("{person} is a mother or grown up; this operation is about children. For a mother there are $gestation, $risk, $due."),
    ))
}

/// Refuses a child, or a man, where an operation is about a mother.
pub(super) fn is_mother(records: &Records<'_>, person: &str, day: i64) -> Result<(), Failure> {
    let known = roles(records, person);
    if known.is_mother || !known.is_child && may_be_mother(records, person, day) {
        return Ok(());
    }
    Err(Kind::Unprocessable.because(
        format!("{person} là trẻ hoặc không thể mang thai; operation này dành cho mẹ. Với trẻ hãy dùng $growth, $immds-forecast, $due."),
        format!("{person} is a child or cannot be pregnant; this operation is about mothers. For a child there are $growth, $immds-forecast, $due."),
    ))
}
