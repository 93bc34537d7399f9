//! The queue of commits before the writer, the same for both databases.

use tokio::sync::{mpsc, oneshot};

use super::error::{StoreError, causes};
use super::write::{Commit, Refusal, Written};

/// Commits that are taken into one transaction at the most.
pub(super) const BATCH: usize = 256;

/// What became of a commit.
pub(super) type Outcome = Result<Vec<Written>, Refusal>;

/// Where the outcome of a commit goes.
pub(super) type Answer = oneshot::Sender<Result<Outcome, StoreError>>;

/// A commit that waits.
#[derive(Debug)]
pub(super) struct Request {
    commit: Commit,
    answer: Answer,
}

/// The way to the writer, who stops when this is dropped and nothing waits any more.
#[derive(Debug)]
pub(super) struct Queue {
    requests: mpsc::Sender<Request>,
}

impl Queue {
    /// Makes a queue of this length, and the end that the writer reads.
    pub(super) fn new(length: usize) -> (Self, mpsc::Receiver<Request>) {
        let (requests, inbox) = mpsc::channel(length);
        (Self { requests }, inbox)
    }

    /// Has a commit written; it is on disk when this returns.
    pub(super) async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.requests.send(Request { commit, answer }).await;
        sent.map_err(|_closed| StoreError::WriterStopped)?;
        answered.await.unwrap_or(Err(StoreError::WriterStopped))
    }
}

/// Takes what waits: the commits, and where their answers go.
pub(super) fn take(waiting: &mut Vec<Request>) -> (Vec<Commit>, Vec<Answer>) {
    waiting.drain(..).map(|request| (request.commit, request.answer)).unzip()
}

/// Answers everyone; when the transaction was lost, everyone hears of it.
pub(super) fn answer(answers: Vec<Answer>, done: Result<Vec<Outcome>, StoreError>) {
    match done {
        Ok(outcomes) => {
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                let _gone = answer.send(Ok(outcome));
            }
        }
        Err(error) => {
            tracing::error!(error = %causes(&error), "a write transaction failed");
            for answer in answers {
                let _gone = answer.send(Err(StoreError::Lost(error.to_string())));
            }
        }
    }
}
