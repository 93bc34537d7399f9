//! What is told of work in the background, <https://hl7.org/fhir/R4/async.html>.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LOCATION, HeaderName, RETRY_AFTER};

use crate::fhir::issue::operation_outcome;
use crate::interaction::failure::information;
use crate::interaction::job::parameters;
use crate::interaction::route::STATUS;
use crate::store::jobs::job::{Job, State};

use super::answer::{Reply, Wanted, tree};

/// It was begun: where it is told of.
pub(super) fn begun(wanted: &Wanted<'_>, number: i64) -> Reply {
    let place = format!("{}/{STATUS}/{number}", wanted.engine.base);
    let reply = Reply::new(StatusCode::ACCEPTED).with(CONTENT_LOCATION, &place);
    let said = information(
        format!("Đã bắt đầu. Tiến độ ở {place}; DELETE ở đó để hủy."),
        format!("It has begun. {place} tells how far it is; DELETE that to cancel it."),
    );
    tree(wanted, reply, &operation_outcome(&[said], wanted.language))
}

/// How it stands: 202 until it has ended.
pub(super) fn of_job(wanted: &Wanted<'_>, job: &Job) -> Reply {
    const PROGRESS: HeaderName = HeaderName::from_static("x-progress");
    let reply = match job.state {
        State::Open => Reply::new(StatusCode::ACCEPTED)
            .with(PROGRESS, format!("{} of {}", job.done, job.total))
            .with(RETRY_AFTER, "1"),
        State::Done | State::Failed | State::Cancelled => Reply::new(StatusCode::OK),
    };
    let ctx = wanted.engine.begin(wanted.prefer);
    tree(wanted, reply, &parameters(&ctx, job))
}
