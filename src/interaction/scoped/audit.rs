//! What is noted of the rows that somebody gets, and what was recorded.

use crate::store::audit::event::{Event, Opening};
use crate::store::audit::search::{Filter, Range, Record};
use crate::store::error::StoreError;
use crate::store::row::Stored;

use super::{Guarded, Scoped};

impl Scoped<'_> {
    /// Notes whose data a version is that somebody gets.
    pub(super) fn note(&self, stored: &Stored) {
        if let Some(part) = self.part {
            part.saw(&self.guarded.live.get(), stored);
        }
    }

    /// The same for one that there may be.
    pub(super) fn noted(&self, stored: Option<Stored>) -> Option<Stored> {
        stored.inspect(|stored| self.note(stored))
    }

    /// Notes that what was done stands in a commit.
    pub(super) fn note_commit(&self, is_done: bool) {
        if let Some(part) = self.part.filter(|_| is_done) {
            part.recorded();
        }
    }
}

impl Guarded {
    /// Records what was done: it is on disk when this returns, or a bounded time later.
    pub async fn record(&self, events: Vec<Event>) -> Result<(), StoreError> {
        self.store.record(events).await
    }

    /// Opens a record to somebody by Break-Glass, with what is recorded of it.
    pub async fn break_glass(
        &self,
        opening: Opening,
        events: Vec<Event>,
    ) -> Result<(), StoreError> {
        self.store.open_glass(opening, events).await
    }

    /// The ids of the patients who are open to somebody by Break-Glass.
    pub async fn opened(
        &self,
        issuer: &str,
        subject: &str,
        now: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.store.opened(issuer, subject, now).await
    }

    /// A page of what was recorded, for who may see it.
    pub async fn recorded(
        &self,
        filter: &Filter,
        range: Range,
    ) -> Result<(Vec<Record>, bool), StoreError> {
        self.store.recorded(filter, range).await
    }

    /// Deletes some of what was recorded before a time; whether there is more.
    pub async fn cut_audit(&self, before: i64) -> Result<bool, StoreError> {
        self.store.cut_audit(before).await
    }
}
