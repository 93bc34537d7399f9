//! `Prefer: respond-async`, <https://hl7.org/fhir/R4/async.html>: searches, batches and transactions that
//! are carried out while the client does other things. What comes of one is kept in memory, for a time and
//! within the memory of all requests, and told as a Bundle with one entry; a server that stops forgets it.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LOCATION, HeaderName, RETRY_AFTER};
use serde_json::{Value, json};

use crate::fhir::issue::operation_outcome;
use crate::interaction::failure::{Failure, Kind, information};
use crate::interaction::route::{Interaction, STATUS};

use kept::Stand;

use super::exchange::{Asked, exchange, panicked, wanted};
use super::lanes::Lane;
use super::reply::answer::{self, Reply, Wanted, tree};
use super::request::body::busy;
use super::request::followed;
use super::request::head::Head;

pub mod kept;

const PROGRESS: HeaderName = HeaderName::from_static("x-progress");

/// The reply to a request that is about the background: one to be carried out there, or one that asks how
/// that stands. None for others.
pub(super) fn reply(head: Head<'_>, asked: &Asked) -> Option<Reply> {
    let wanted = wanted(head, &asked.engine);
    let told = match asked.interaction {
        Interaction::JobStatus | Interaction::JobCancel => {
            let number = asked.target.id.as_ref()?.as_str();
            // Numbers are jobs of the database.
            if number.parse::<i64>().is_ok() {
                return None;
            }
            told(&wanted, asked, number)
        }
        _ if !wanted.prefer.respond_async => return None,
        Interaction::Bundle | Interaction::SearchType | Interaction::SearchSystem => {
            begun(&wanted, head, asked)
        }
        // They say themselves what they do in the background.
        Interaction::Operation => return None,
        _ => Err(only_some()),
    };
    Some(told.unwrap_or_else(|failure| answer::failure(&wanted, failure)))
}

fn begun(wanted: &Wanted<'_>, head: Head<'_>, asked: &Asked) -> Result<Reply, Failure> {
    let house = asked.house.clone().into_inner();
    let budget = house.background_budget();
    let most = house.background.limits.most;
    let number = house
        .background
        .begin(holder(asked), std::sync::Arc::clone(&budget))
        .ok_or_else(|| too_many(most))?;
    let (own, asked, trail) = (head.owned().plain(), asked.clone(), asked.trail.clone());
    let (place, key) = (format!("{}/{STATUS}/{number}", wanted.engine.base), number);
    actix_web::rt::spawn(async move {
        let engine = asked.engine.clone();
        let head = own.clone();
        let work = move || async move { budget.follow(exchange(own.head(), asked)).await };
        let done = house.lanes.run(Lane::Slow, work).await;
        let mut reply = done.unwrap_or_else(|_undone| {
            answer::failure(&super::exchange::wanted(head.head(), &engine), panicked())
        });
        // What cannot be recorded is told to nobody.
        if let Some(trail) = &trail
            && let Err(failure) = followed::record(&engine, trail).await
        {
            reply = answer::failure(&super::exchange::wanted(head.head(), &engine), failure);
        }
        let room = house.memory.lease(u64::try_from(reply.body.len()).unwrap_or(u64::MAX));
        let reply = match &room {
            Some(_) => reply,
            None => answer::failure(&super::exchange::wanted(head.head(), &engine), busy()),
        };
        house.background.end(&key, (reply.status, &reply.body), room);
    });
    let said = information(
        format!("Đã bắt đầu. Tiến độ và kết quả ở {place}; DELETE ở đó để hủy."),
        format!(
            "It has begun. {place} tells how far it is and what came of it; DELETE that to cancel it."
        ),
    );
    let reply = Reply::new(StatusCode::ACCEPTED).with(CONTENT_LOCATION, &place);
    Ok(tree(wanted, reply, &operation_outcome(&[said], wanted.language)))
}

fn told(wanted: &Wanted<'_>, asked: &Asked, number: &str) -> Result<Reply, Failure> {
    let background = &asked.house.background;
    if asked.interaction == Interaction::JobCancel {
        let is_there = background.cancel(holder(asked), number);
        return if is_there { Ok(Reply::new(StatusCode::ACCEPTED)) } else { Err(unknown(number)) };
    }
    match background.stand(holder(asked), number).ok_or_else(|| unknown(number))? {
        Stand::Open(since) => Ok(Reply::new(StatusCode::ACCEPTED)
            .with(PROGRESS, format!("{} s", since.as_secs()))
            .with(RETRY_AFTER, "1")),
        Stand::Done(status, body) => {
            let bundle = bundle(status, &body);
            Ok(tree(wanted, Reply::new(StatusCode::OK), &bundle))
        }
    }
}

/// Who asks: what somebody began is told to nobody else, and carried out with their rights.
fn holder(asked: &Asked) -> Option<&str> {
    asked.access.as_ref().and_then(|access| access.holder())
}

/// What came of a request, as the only entry of a Bundle.
fn bundle(status: StatusCode, body: &[u8]) -> Value {
    let told: Option<Value> = serde_json::from_slice(body).ok();
    let (code, told) = (status.to_string(), told.unwrap_or_default());
    let entry = match status.is_success() {
        true => json!({ "resource": told, "response": { "status": code } }),
        false => json!({ "response": { "status": code, "outcome": told } }),
    };
    json!({ "resourceType": "Bundle", "type": "batch-response", "entry": [entry] })
}

fn only_some() -> Failure {
    Kind::NotSupported.because(
        "Prefer: respond-async chỉ dùng cho tìm kiếm, batch và transaction (và những operation tự nói vậy). Hãy bỏ đi.",
        "Prefer: respond-async is for searches, batches and transactions (and operations that say so). Leave it out.",
    )
}

fn too_many(most: usize) -> Failure {
    Kind::Unavailable.because(
        format!("Đã có {most} yêu cầu chạy nền hoặc còn giữ kết quả (cài đặt async_requests). Hãy thử lại sau, hoặc DELETE cái đã xong."),
        format!("There are {most} requests in the background, or kept (setting async_requests). Try again later, or DELETE those that are done."),
    )
}

fn unknown(number: &str) -> Failure {
    Kind::NotFound.because(
        format!("Không có yêu cầu chạy nền '{number}', hoặc kết quả không còn được giữ."),
        format!("There is no request '{number}' in the background, or what came of it is no longer kept."),
    )
}
