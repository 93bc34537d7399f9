//! The queue of commits before the writer, the same for both databases.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::store::audit::event::{Event, Opening};
use crate::store::error::{StoreError, causes};
use crate::store::health::Health;
use crate::store::write::{Commit, Refusal, Written};

/// Commits that are taken into one transaction at the most.
pub(in crate::store) const BATCH: usize = 256;

/// What became of a commit.
pub(in crate::store) type Outcome = Result<Vec<Written>, Refusal>;

/// Where the outcome of a commit goes.
pub(in crate::store) type Answer = oneshot::Sender<Result<Outcome, StoreError>>;

/// Where it goes whether something was recorded.
pub(in crate::store) type Recorded = oneshot::Sender<Result<(), StoreError>>;

/// What was done without changing a resource, and whose record it opens.
#[derive(Debug, Default)]
pub(in crate::store) struct Records {
    pub(in crate::store) events: Vec<Event>,
    pub(in crate::store) opening: Option<Opening>,
}

/// What waits for the writer.
#[derive(Debug)]
pub(in crate::store) enum Request {
    Commit {
        commit: Commit,
        answer: Answer,
    },
    /// That something is recorded.
    Record {
        records: Records,
        answer: Recorded,
    },
    /// Whether writing works.
    Probe {
        answer: oneshot::Sender<()>,
    },
    /// To have the database for a moment: the writer waits until what it gives is dropped.
    Hold {
        given: oneshot::Sender<Hold>,
    },
    /// That this is all.
    End,
}

/// The writer waits while somebody has this.
#[derive(Debug)]
pub(in crate::store) struct Hold(
    #[expect(dead_code, reason = "it counts when it is dropped")] oneshot::Sender<()>,
);

impl Hold {
    /// Makes one, and what tells that it was dropped.
    pub(in crate::store) fn new() -> (Self, oneshot::Receiver<()>) {
        let (held, dropped) = oneshot::channel();
        (Self(held), dropped)
    }
}

/// What is done in one turn of the writer.
#[derive(Debug, Default)]
pub(in crate::store) struct Turn {
    pub(in crate::store) commits: Vec<Commit>,
    pub(in crate::store) answers: Vec<Answer>,
    /// What is recorded, and who waits for that.
    pub(in crate::store) records: Vec<Records>,
    pub(in crate::store) recorded: Vec<Recorded>,
    /// Those who ask whether writing works.
    pub(in crate::store) probes: Vec<oneshot::Sender<()>>,
    /// Those who want the database for a moment, after this turn.
    pub(in crate::store) holds: Vec<oneshot::Sender<Hold>>,
    /// Whether this is the last turn.
    pub(in crate::store) is_last: bool,
}

/// The way to the writer.
#[derive(Debug, Clone)]
pub(in crate::store) struct Queue {
    requests: mpsc::Sender<Request>,
}

impl Turn {
    /// Whether there is nothing to do but to wait for others.
    pub(in crate::store) fn is_idle(&self) -> bool {
        self.commits.is_empty() && self.records.is_empty() && self.probes.is_empty()
    }
}

impl Queue {
    /// Makes a queue of this length, and the end that the writer reads.
    pub(in crate::store) fn new(length: usize) -> (Self, mpsc::Receiver<Request>) {
        let (requests, inbox) = mpsc::channel(length);
        (Self { requests }, inbox)
    }

    /// Has a commit written; it is on disk when this returns.
    pub(in crate::store) async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.requests.send(Request::Commit { commit, answer }).await;
        sent.map_err(|_closed| StoreError::WriterStopped)?;
        answered.await.unwrap_or(Err(StoreError::WriterStopped))
    }

    /// Has something recorded; it is on disk when this returns.
    pub(in crate::store) async fn record(&self, records: Records) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.requests.send(Request::Record { records, answer }).await;
        sent.map_err(|_closed| StoreError::WriterStopped)?;
        answered.await.unwrap_or(Err(StoreError::WriterStopped))
    }

    /// Has the writer see whether writing works, which it notes; fails when there is no writer.
    pub(in crate::store) async fn probe(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        match self.requests.try_send(Request::Probe { answer }) {
            // A full queue says nothing about whether it moves.
            Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => {}
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(StoreError::WriterStopped),
        }
        let _noted = answered.await;
        Ok(())
    }

    /// Waits for the database: nobody of this process writes until what is given is dropped.
    pub(in crate::store) async fn hold(&self) -> Result<Hold, StoreError> {
        let (given, turn) = oneshot::channel();
        let sent = self.requests.send(Request::Hold { given }).await;
        sent.map_err(|_closed| StoreError::WriterStopped)?;
        turn.await.map_err(|_stopped| StoreError::WriterStopped)
    }

    /// Ends a wait; who reads from now on sees what was done meanwhile.
    pub(in crate::store) async fn let_go(&self, hold: Hold) -> Result<(), StoreError> {
        drop(hold);
        // The writer ends older views before it takes up anything else.
        self.hold().await.map(drop)
    }

    /// Has the writer end when all that waits is written.
    pub(in crate::store) async fn end(&self) {
        let _has_ended = self.requests.send(Request::End).await;
    }
}

/// How long who asks for a record to be written is waited for by those who asked before.
pub(in crate::store) const MOMENT: Duration = Duration::from_micros(400);

/// Whether it is worth a moment to wait for more: fewer records have come than were written together
/// last, and nobody waits with a change. Those who were answered together come back together, and
/// share the disk once more.
pub(in crate::store) fn gathers(waiting: &[Request], together: usize) -> bool {
    waiting.len() < together.min(BATCH)
        && waiting.iter().all(|request| matches!(request, Request::Record { .. }))
}

/// Takes what waits.
pub(in crate::store) fn take(waiting: &mut Vec<Request>) -> Turn {
    let mut turn = Turn::default();
    for request in waiting.drain(..) {
        match request {
            Request::Commit { commit, answer } => {
                turn.commits.push(commit);
                turn.answers.push(answer);
            }
            Request::Record { records, answer } => {
                turn.records.push(records);
                turn.recorded.push(answer);
            }
            Request::Probe { answer } => turn.probes.push(answer),
            Request::Hold { given } => turn.holds.push(given),
            Request::End => {
                turn.is_last = true;
                // Who comes later hears that there is no writer.
                break;
            }
        }
    }
    turn
}

/// Answers everyone; when the transaction was lost, everyone hears of it.
pub(in crate::store) fn answer(
    health: &Arc<Health>,
    (answers, recorded): (Vec<Answer>, Vec<Recorded>),
    done: Result<Vec<Outcome>, StoreError>,
) {
    health.note(done.is_ok());
    match done {
        Ok(outcomes) => {
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                let _gone = answer.send(Ok(outcome));
            }
            for answer in recorded {
                let _gone = answer.send(Ok(()));
            }
        }
        Err(error) => {
            tracing::error!(error = %causes(&error), "a write transaction failed");
            let told = || match error {
                StoreError::Uncertain => StoreError::Uncertain,
                _ if error.is_full() => StoreError::Full,
                _ => StoreError::Lost(error.to_string()),
            };
            for answer in answers {
                let _gone = answer.send(Err(told()));
            }
            for answer in recorded {
                let _gone = answer.send(Err(told()));
            }
        }
    }
}
