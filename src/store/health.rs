//! Whether the database can be read and written right now.
//!
//! Reading is tried each time. Writing is known from the last change that anybody made; when that was
//! some time ago, or failed, the writer is asked to write a row of its own ([`probe`]). Nobody waits
//! long for that: a writer that is busy has not failed.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::fhir::time;

use super::database::Store;
use super::writer::checksum;

/// How long a change that succeeded speaks for the next.
const FRESH: Duration = Duration::from_secs(5);
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_millis(80);
/// How long the writer may leave a question unanswered.
const SILENT: Duration = Duration::from_secs(10);
/// The setting that is written to see whether writing works.
pub(super) const PROBE: &str = "probe";

/// What is known of writing.
#[derive(Debug, Default)]
pub(super) struct Health {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    succeeded: Option<Instant>,
    has_failed: bool,
    /// Since when the writer has been asked.
    asked: Option<Instant>,
}

impl Health {
    /// Notes what became of a transaction.
    pub(super) fn note(&self, succeeded: bool) {
        let mut state = self.state();
        state.has_failed = !succeeded;
        state.asked = None;
        if succeeded {
            state.succeeded = Some(Instant::now());
        }
    }

    /// Whether the last transaction failed.
    pub(super) fn has_failed(&self) -> bool {
        self.state().has_failed
    }

    /// Whether the writer has to be asked; then it counts as asked.
    fn asks(&self) -> bool {
        let mut state = self.state();
        let is_fresh = state.succeeded.is_some_and(|at| at.elapsed() < FRESH);
        if state.asked.is_some() || (is_fresh && !state.has_failed) {
            return false;
        }
        state.asked = Some(Instant::now());
        true
    }

    /// Whether changes succeed, as far as is known.
    fn is_well(&self) -> bool {
        let state = self.state();
        !state.has_failed && state.asked.is_none_or(|since| since.elapsed() < SILENT)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Whether reads and writes are answered.
    pub async fn is_ready(&self) -> bool {
        if !self.can_read().await {
            return false;
        }
        if self.health.asks() {
            let asked = tokio::time::timeout(PATIENCE, self.queue.probe()).await;
            if matches!(asked, Ok(Err(_))) {
                self.health.note(false);
            }
        }
        self.health.is_well()
    }
}

/// The row that is written to see whether writing works: its value and checksum. After a failure it
/// is large enough to need room that a common change needs.
pub(super) fn probe(has_failed: bool) -> (String, i64) {
    let mut value = time::now().micros().to_string();
    if has_failed {
        value.push_str(&" ".repeat(64 << 10));
    }
    let sum = checksum::of_setting(PROBE, &value);
    (value, sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_lasts_until_a_change_succeeds() {
        let health = Health::default();
        assert!(health.is_well() && health.asks());
        assert!(!health.asks(), "it is asked already");
        health.note(false);
        assert!(!health.is_well() && health.asks());
        health.note(true);
        assert!(health.is_well() && !health.asks());
    }
}
