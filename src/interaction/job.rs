//! Work in the background that somebody asked for: how far it is, and that it is to end. What is
//! asked for with `Prefer: respond-async` can be told of at the same place,
//! <https://hl7.org/fhir/R4/async.html>.

use serde_json::{Value, json};

use crate::fhir::time::Instant;
use crate::store::jobs::job::{Job, State, What};

use super::engine::Ctx;
use super::failure::{Failure, Kind};

/// How a job stands.
pub async fn status(ctx: &Ctx<'_>, id: &str) -> Result<Job, Failure> {
    ctx.administers()?;
    let found = match id.parse() {
        Ok(number) => ctx.engine.rows.job(number).await?,
        Err(_no_number) => None,
    };
    found.ok_or_else(|| unknown(id))
}

/// Ends a job before it is done; nothing of it stays.
pub async fn cancel(ctx: &Ctx<'_>, id: &str) -> Result<Job, Failure> {
    let job = status(ctx, id).await?;
    if job.what != What::Reindex {
        return Err(Kind::Conflict.because(
            "Công việc này do máy chủ tự làm nên không hủy được: nó theo SearchParameter đã lưu. Muốn dừng thì xóa hoặc đổi SearchParameter.",
            "This job is the server's own and cannot be cancelled: it follows the stored SearchParameter. Delete or change that instead.",
        ));
    }
    ctx.engine.rows.cancel(job.number).await?.ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Failure {
    Kind::NotFound.because(
        format!("Không có công việc '{id}', hoặc nó đã xong hơn bảy ngày."),
        format!("There is no job '{id}', or it ended more than seven days ago."),
    )
}

/// What is told of a job.
pub fn parameters(ctx: &Ctx<'_>, job: &Job) -> Value {
    let state = match job.state {
        State::Open if job.begun == 0 => "waiting",
        State::Open => "in-progress",
        State::Done => "completed",
        State::Failed => "failed",
        State::Cancelled => "cancelled",
    };
    let mut list = vec![
        json!({ "name": "kind", "valueCode": job.what.name() }),
        json!({ "name": "state", "valueCode": state }),
        json!({ "name": "done", "valueDecimal": job.done }),
        json!({ "name": "of", "valueDecimal": job.total }),
    ];
    list.extend(job.about.iter().map(|about| json!({ "name": "about", "valueString": about })));
    if job.begun > 0 {
        let begun = Instant::from_micros(job.begun).format(ctx.engine.zone);
        list.push(json!({ "name": "begun", "valueInstant": begun }));
    }
    if !job.error.is_empty() {
        list.push(json!({ "name": "error", "valueString": job.error }));
    }
    json!({ "resourceType": "Parameters", "parameter": list })
}
