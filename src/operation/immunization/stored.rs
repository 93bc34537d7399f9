//! `$immds-forecast` of a patient: of what is recorded. A mother's answer is about tetanus.

use serde_json::Value;

use super::answer::answer;
use super::reading::read_records;
use super::request::{chart, day, is_all};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::record::records::{Record, Records};
use crate::operation::asked::{take, today};
use crate::operation::call::Call;

const KNOWN: [&str; 2] = ["assessmentDate", "programme"];

/// Judges what is recorded.
pub(in crate::operation) async fn of_stored(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    take(call, &KNOWN)?;
    let on = day(call)?.unwrap_or_else(|| today(ctx));
    let is_all = is_all(call)?;
    let id = call.id.ok_or_else(|| {
        Kind::NotFound.because(
            format!("${} được gọi trên một Patient.", call.name),
            format!("${} is called on a Patient.", call.name),
        )
    })?;
    let stored = read_records(ctx, id).await?;
    let all = stored.iter().map(|(address, resource)| Record { address, resource });
    let records = Records::new(all, &ctx.engine.base, ctx.engine.zone, ctx.now).put_together();
    let patient = format!("Patient/{id}");
    let chart = chart(&records, (&patient, &patient), on)?;
    Ok(answer(&chart, &patient, is_all, call.language))
}
