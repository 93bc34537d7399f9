//! What is carried out in the background, and what came of it, for as long as it is kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use rustc_hash::FxHashMap;

use crate::budget::{Budget, Lease};

/// Requests that are carried out in the background.
#[derive(Debug)]
pub(in crate::http) struct Background {
    works: Mutex<FxHashMap<String, (Option<String>, Work)>>,
    pub(in crate::http) limits: Limits,
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
pub(super) enum Stand {
    Open(Duration),
    Done(StatusCode, Arc<[u8]>),
}

impl Background {
    pub(in crate::http) fn new(limits: Limits) -> Self {
        Self { works: Mutex::default(), limits }
    }

    fn works(&self) -> MutexGuard<'_, FxHashMap<String, (Option<String>, Work)>> {
        let mut works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self.limits.kept;
        works.retain(
            |_, (_, work)| !matches!(work, Work::Done { ended, .. } if ended.elapsed() > kept),
        );
        works
    }

    /// Lists one that begins for somebody; none when there are too many.
    pub(super) fn begin(&self, holder: Option<&str>, budget: Arc<Budget>) -> Option<String> {
        let mut works = self.works();
        if works.len() >= self.limits.most {
            return None;
        }
        let number = uuid::Uuid::new_v4().to_string();
        let work = Work::Open { budget, begun: Instant::now() };
        works.insert(number.clone(), (holder.map(str::to_owned), work));
        Some(number)
    }

    /// Keeps what came of one, unless it was cancelled.
    pub(super) fn end(
        &self,
        number: &str,
        (status, body): (StatusCode, &[u8]),
        room: Option<Lease>,
    ) {
        if let Some((_, work)) = self.works().get_mut(number) {
            let body = Arc::from(body);
            *work = Work::Done { status, body, ended: Instant::now(), _room: room };
        }
    }

    /// How one stands that somebody began: to others it is not there.
    pub(super) fn stand(&self, holder: Option<&str>, number: &str) -> Option<Stand> {
        let works = self.works();
        let (_, work) = works.get(number).filter(|(own, _)| own.as_deref() == holder)?;
        match work {
            Work::Open { begun, .. } => Some(Stand::Open(begun.elapsed())),
            Work::Done { status, body, .. } => Some(Stand::Done(*status, Arc::clone(body))),
        }
    }

    /// Ends one that somebody began, and forgets what came of it; whether there was one.
    pub(super) fn cancel(&self, holder: Option<&str>, number: &str) -> bool {
        let mut works = self.works();
        if works.get(number).is_none_or(|(own, _)| own.as_deref() != holder) {
            return false;
        }
        let work = works.remove(number);
        if let Some((_, Work::Open { budget, .. })) = &work {
            budget.abandon();
        }
        work.is_some()
    }
}
