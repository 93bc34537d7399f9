//! Whether an answer waits until its record is on disk, or the record follows within a bounded time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sea_orm::DatabaseConnection;
use tokio::sync::Notify;

use crate::store::audit::event::Event;
use crate::store::database::Store;
use crate::store::error::{StoreError, causes};
use crate::store::writer::queue::{Queue, Records};

use super::event::Opening;

/// Events that may wait for the disk.
const MOST: usize = 50_000;
/// Between two attempts at the end.
const AGAIN: Duration = Duration::from_millis(100);
/// Events that are written together.
const TOGETHER: usize = 4_096;

/// What is to be recorded soon.
#[derive(Debug, Default)]
pub(in crate::store) struct Recorder {
    delay: Duration,
    /// The connection that reads what was recorded, once somebody did.
    reader: tokio::sync::Mutex<Option<DatabaseConnection>>,
    state: Mutex<State>,
    came: Notify,
    written: Notify,
    ending: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<Event>,
    has_failed: bool,
    has_ended: bool,
}

impl Recorder {
    /// Makes one; what waits is written again and again, until it ends.
    pub(in crate::store) fn start(delay: Duration, queue: &Queue) -> Arc<Self> {
        let recorder = Arc::new(Self { delay, ..Self::default() });
        if !delay.is_zero() {
            let (recorder, queue) = (Arc::clone(&recorder), queue.clone());
            tokio::spawn(async move { recorder.run(&queue).await });
        }
        recorder
    }

    async fn run(&self, queue: &Queue) {
        loop {
            let came = self.came.notified();
            let is_empty = {
                let state = self.state();
                if state.has_ended && state.waiting.is_empty() {
                    break;
                }
                state.waiting.is_empty()
            };
            if is_empty {
                came.await;
                continue;
            }
            let (has_ended, has_failed) = {
                let state = self.state();
                (state.has_ended, state.has_failed)
            };
            match (has_ended, has_failed) {
                (false, _) => {
                    let end = self.ending.notified();
                    // Whoever stops does not wait for the whole time.
                    let _in_time = tokio::time::timeout(self.delay, end).await;
                }
                (true, true) => tokio::time::sleep(AGAIN).await,
                (true, false) => {}
            }
            self.write(queue).await;
        }
        self.written.notify_waiters();
    }

    /// Writes what waits now; what cannot be written waits on.
    async fn write(&self, queue: &Queue) {
        loop {
            let events: Vec<Event> = {
                let mut state = self.state();
                let count = state.waiting.len().min(TOGETHER);
                state.waiting.drain(..count).collect()
            };
            if events.is_empty() {
                return;
            }
            let records = Records { events: events.clone(), opening: None };
            let done = queue.record(records).await;
            let mut state = self.state();
            if let Err(error) = done {
                let later = std::mem::replace(&mut state.waiting, events);
                state.waiting.extend(later);
                if !state.has_failed {
                    tracing::error!(error = %causes(&error), "accesses cannot be recorded: requests are refused");
                }
                state.has_failed = true;
                // Nobody is left who could write them.
                if matches!(error, StoreError::WriterStopped) {
                    state.waiting.clear();
                }
                return;
            }
            if std::mem::take(&mut state.has_failed) {
                tracing::info!("accesses are recorded again");
            }
        }
    }

    /// Takes events to be written soon; refused when they could not be for a while.
    fn take(&self, events: Vec<Event>) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.has_failed || state.has_ended || state.waiting.len() + events.len() > MOST {
            return Err(StoreError::Lost("the audit is not written".to_owned()));
        }
        state.waiting.extend(events);
        drop(state);
        self.came.notify_one();
        Ok(())
    }

    /// Waits until everything that came is written.
    pub(in crate::store) async fn end(&self) {
        if let Some(reader) = self.reader.lock().await.take() {
            // It only reads: nothing is lost with it.
            let _closed = reader.close().await;
        }
        if self.delay.is_zero() {
            return;
        }
        let written = self.written.notified();
        tokio::pin!(written);
        written.as_mut().enable();
        self.state().has_ended = true;
        self.came.notify_one();
        self.ending.notify_one();
        // What fails now fails for good; the queue ends soon after.
        let _in_time = tokio::time::timeout(Duration::from_secs(4), written).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// The connection that reads what was recorded: others are not held up by it, and it always sees the
    /// last commit.
    pub(in crate::store) async fn audit_reader(&self) -> Result<DatabaseConnection, StoreError> {
        let mut kept = self.recorder.reader.lock().await;
        if let Some(db) = &*kept {
            return Ok(db.clone());
        }
        let db = self.location.migrations().await?;
        *kept = Some(db.clone());
        Ok(db)
    }

    /// Records what was done. It is on disk when this returns, or within the bounded time.
    pub async fn record(&self, events: Vec<Event>) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        match self.recorder.delay.is_zero() {
            true => self.queue.record(Records { events, opening: None }).await,
            false => self.recorder.take(events),
        }
    }

    /// Opens a record, with what is recorded of it; both are on disk when this returns.
    pub async fn open_glass(&self, opening: Opening, events: Vec<Event>) -> Result<(), StoreError> {
        self.queue.record(Records { events, opening: Some(opening) }).await
    }
}
