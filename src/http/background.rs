//! `Prefer: respond-async`, <https://hl7.org/fhir/R4/async.html>: searches, batches and transactions that
//! are carried out while the client does other things. What comes of one is kept in memory, for a time and
//! within the memory of all requests, and told as a Bundle with one entry; a server that stops forgets it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CONTENT_LOCATION, HeaderName, HeaderValue, RETRY_AFTER};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use crate::budget::{Budget, Lease};
use crate::fhir::issue::operation_outcome;
use crate::interaction::failure::{Failure, Kind, information};
use crate::interaction::route::{Interaction, STATUS};

use super::exchange::{Asked, exchange, panicked, wanted};
use super::lanes::Lane;
use super::reply::answer::{self, Reply, Wanted, tree};
use super::request::body::busy;
use super::request::head::Head;

const PROGRESS: HeaderName = HeaderName::from_static("x-progress");

/// Requests that are carried out in the background.
#[derive(Debug)]
pub(super) struct Background {
    works: Mutex<FxHashMap<String, Work>>,
    pub(super) limits: Limits,
}

/// What requests in the background may have.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many there may be, those that are kept included.
    pub most: usize,
    /// How long one may take.
    pub time: Duration,
    /// How long what came of one is kept.
    pub kept: Duration,
}

#[derive(Debug)]
enum Work {
    Open { budget: Arc<Budget>, begun: Instant },
    Done { status: StatusCode, body: Arc<[u8]>, ended: Instant, _room: Option<Lease> },
}

/// How one stands.
enum Stand {
    Open(Duration),
    Done(StatusCode, Arc<[u8]>),
}

impl Background {
    pub(super) fn new(limits: Limits) -> Self {
        Self { works: Mutex::default(), limits }
    }

    fn works(&self) -> std::sync::MutexGuard<'_, FxHashMap<String, Work>> {
        let mut works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self.limits.kept;
        works.retain(|_, work| !matches!(work, Work::Done { ended, .. } if ended.elapsed() > kept));
        works
    }

    /// Lists one that begins; none when there are too many.
    fn begin(&self, budget: Arc<Budget>) -> Option<String> {
        let mut works = self.works();
        if works.len() >= self.limits.most {
            return None;
        }
        let number = uuid::Uuid::new_v4().to_string();
        works.insert(number.clone(), Work::Open { budget, begun: Instant::now() });
        Some(number)
    }

    /// Keeps what came of one, unless it was cancelled.
    fn end(&self, number: &str, reply: Reply, room: Option<Lease>) {
        if let Some(work) = self.works().get_mut(number) {
            let (status, body) = (reply.status, Arc::from(&*reply.body));
            *work = Work::Done { status, body, ended: Instant::now(), _room: room };
        }
    }

    fn stand(&self, number: &str) -> Option<Stand> {
        match self.works().get(number)? {
            Work::Open { begun, .. } => Some(Stand::Open(begun.elapsed())),
            Work::Done { status, body, .. } => Some(Stand::Done(*status, Arc::clone(body))),
        }
    }

    /// Ends one and forgets what came of it; whether there was one.
    fn cancel(&self, number: &str) -> bool {
        let work = self.works().remove(number);
        if let Some(Work::Open { budget, .. }) = &work {
            budget.abandon();
        }
        work.is_some()
    }
}

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
    let number = house.background.begin(Arc::clone(&budget)).ok_or_else(|| too_many(most))?;
    let (mut own, asked) = (head.owned(), asked.clone());
    own.set(ACCEPT, HeaderValue::from_static("application/fhir+json"));
    let (place, key) = (format!("{}/{STATUS}/{number}", wanted.engine.base), number);
    actix_web::rt::spawn(async move {
        let engine = asked.engine.clone();
        let head = own.clone();
        let work = move || async move { budget.follow(exchange(own.head(), asked)).await };
        let done = house.lanes.run(Lane::Slow, work).await;
        let reply = done.unwrap_or_else(|_undone| {
            answer::failure(&super::exchange::wanted(head.head(), &engine), panicked())
        });
        let room = house.memory.lease(u64::try_from(reply.body.len()).unwrap_or(u64::MAX));
        let reply = match &room {
            Some(_) => reply,
            None => answer::failure(&super::exchange::wanted(head.head(), &engine), busy()),
        };
        house.background.end(&key, reply, room);
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
        let is_there = background.cancel(number);
        return if is_there { Ok(Reply::new(StatusCode::ACCEPTED)) } else { Err(unknown(number)) };
    }
    match background.stand(number).ok_or_else(|| unknown(number))? {
        Stand::Open(since) => Ok(Reply::new(StatusCode::ACCEPTED)
            .with(PROGRESS, format!("{} s", since.as_secs()))
            .with(RETRY_AFTER, "1")),
        Stand::Done(status, body) => {
            let bundle = bundle(status, &body);
            Ok(tree(wanted, Reply::new(StatusCode::OK), &bundle))
        }
    }
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
