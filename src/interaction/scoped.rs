//! The only door to rows: whoever wants some says what may be done with them.
//!
//! [`Guarded`] holds the database and gives out [`Scoped`] handles; `tests/tidy.rs` fails when
//! anybody else outside `store` names it. Somebody who may do everything pays nothing for it. For
//! others, a search is narrowed before it is planned ([`Criteria::narrowed`]), so that pages, counts,
//! conditional matches and premises are narrowed too; the current version of a resource is read by
//! such a search; old versions and deletions, which no index knows, are judged by rows made of them
//! ([`judge`]), and so is what is to be written ([`writing`]). What is not known then is not granted.

use std::borrow::Cow;
use std::sync::Arc;

use crate::criteria::access::{Access, Doing, Reason};
use crate::criteria::tree::Criteria;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::live::Live;
use crate::store::database::{Location, Options, Store};
use crate::store::error::StoreError;
use crate::store::find::ahead::Ahead;
use crate::store::find::page::Page;
use crate::store::find::search::Search;
use crate::store::lookup::{Found, Lookup};
use crate::store::row::{HistoryRange, Hit, Op, Stored};
use crate::store::write::{Premise, Refusal};

mod audit;
mod authority;
mod beside;
mod changes;
mod explained;
pub mod gate;
mod jobs;
mod judge;
mod narrowed;
mod parts;
mod past;
mod windows;
mod writing;

use super::audit::trail::Part;
use judge::first;

/// The database, behind the door.
#[derive(Debug)]
pub struct Guarded {
    store: Store,
    live: Arc<Live>,
}

/// The rows that somebody may see and change.
#[derive(Debug, Clone, Copy)]
pub struct Scoped<'a> {
    guarded: &'a Guarded,
    access: &'a Access,
    /// Where it is noted whose data is given.
    part: Option<&'a Part>,
}

/// Why nothing of a [commit](crate::store::write::Commit) was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The write at this place may not be done: by what is there, or by what would be.
    Rights {
        at: usize,
    },
    /// What the write at this place would change is not there, for whoever asks.
    Unseen {
        at: usize,
    },
    Writer(Refusal),
}

impl Guarded {
    /// Opens a database whose schema is up to date.
    pub async fn open(
        location: &Location,
        options: &Options,
        live: Arc<Live>,
    ) -> Result<Self, StoreError> {
        let store = Store::open(location, options, Arc::clone(&live)).await?;
        Ok(Self { store, live })
    }

    /// The rows for somebody.
    pub fn within<'a>(&'a self, access: &'a Access) -> Scoped<'a> {
        Scoped { guarded: self, access, part: None }
    }

    /// The rows for the server itself.
    pub fn for_server(&self, reason: Reason) -> Scoped<'_> {
        self.within(Access::of_server(reason))
    }

    /// Whether it can be read and written.
    pub async fn is_ready(&self) -> bool {
        self.store.is_ready().await
    }

    /// Waits until something may lie behind a position of the log.
    pub async fn wait_beyond(&self, position: i64) {
        self.store.wait_beyond(position).await;
    }

    /// Waits until everything that was asked for is written, then closes.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.store.close().await
    }
}

impl<'a> Scoped<'a> {
    /// The same, with whatever is given noted.
    pub(super) fn noting(self, part: Option<&'a Part>) -> Self {
        Self { part, ..self }
    }
}

impl Scoped<'_> {
    /// The current version of a resource, a deletion included.
    pub async fn current(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
    ) -> Result<Option<Stored>, StoreError> {
        let store = &self.guarded.store;
        let Some(rights) = self.access.narrowing(Doing::Read, kind) else {
            return Ok(self.noted(store.current(kind, id).await?));
        };
        if rights == Criteria::False {
            return Ok(None);
        }
        // One statement judges and reads: what is judged cannot be another version.
        let search = first(kind, vec![Criteria::Ids(vec![id.clone()]), rights]);
        if let Some(hit) = Box::pin(store.search(&search)).await?.hits.pop() {
            return Ok(self.noted(Some(hit.stored)));
        }
        let deletion = store.current(kind, id).await?.filter(|stored| stored.op == Op::Deleted);
        Box::pin(self.readable(deletion)).await
    }

    /// One version of a resource.
    pub async fn version(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
        version: i64,
    ) -> Result<Option<Stored>, StoreError> {
        if Box::pin(self.is_hidden(kind, id)).await? {
            return Ok(None);
        }
        let version = self.guarded.store.version(kind, id, version).await?;
        Box::pin(self.readable(version)).await
    }

    /// A page of versions of a resource, newest first, and whether it was cut short.
    pub async fn history(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
        mut range: HistoryRange,
    ) -> Result<(Vec<Stored>, bool), StoreError> {
        let store = &self.guarded.store;
        if self.access.narrowing(Doing::Read, kind).is_none() {
            let (versions, is_cut) = store.history(kind, id, range).await?;
            versions.iter().for_each(|version| self.note(version));
            return Ok((versions, is_cut));
        }
        if Box::pin(self.is_hidden(kind, id)).await? {
            return Ok((Vec::new(), false));
        }
        let most = usize::try_from(range.limit).unwrap_or(usize::MAX);
        let mut shown = Vec::new();
        // Hidden versions do not make a page shorter: nobody learns that there are any.
        loop {
            let (versions, is_cut) = store.history(kind, id, range).await?;
            let is_end = !is_cut && versions.len() < most;
            range.below = versions.last().map(|last| last.version);
            for version in versions {
                shown.extend(Box::pin(self.readable(Some(version))).await?);
            }
            shown.truncate(most);
            if is_end || range.below.is_none() || shown.len() == most {
                return Ok((shown, false));
            }
            if is_cut && !shown.is_empty() {
                return Ok((shown, true));
            }
        }
    }

    /// Finds a page of matches.
    pub async fn search(&self, search: &Search) -> Result<Page, StoreError> {
        if self.access.narrowing(Doing::Search, search.kind) == Some(Criteria::False) {
            return Ok(Page { hits: Vec::new(), next: None, previous: None, total: Some(0) });
        }
        let page = self.guarded.store.search(&self.narrowed(search)).await?;
        page.hits.iter().for_each(|hit| self.note(&hit.stored));
        Ok(page)
    }

    /// What a search that decides about a write finds, and the premise that it is still so.
    pub async fn matches(
        &self,
        search: &Search,
        most: u32,
    ) -> Result<(Vec<Hit>, Premise), StoreError> {
        let (hits, premise) = self.guarded.store.matches(&self.narrowed(search), most).await?;
        hits.iter().for_each(|hit| self.note(&hit.stored));
        Ok((hits, premise))
    }

    /// What those of the searches find that ask for one key; one that is narrowed asks for more.
    pub async fn ahead(
        &self,
        searches: impl Iterator<Item = &Search>,
        most: u32,
    ) -> Result<Ahead, StoreError> {
        let is_whole = |search: &&Search| matches!(self.narrowed(search), Cow::Borrowed(_));
        Ahead::look(&self.guarded.store, searches.filter(is_whole), most).await
    }

    /// Finds current resources by one key each, and shows those of them that may be read.
    pub async fn look_up(&self, lookups: Vec<Lookup>, most: u32) -> Result<Vec<Found>, StoreError> {
        let mut shown = Vec::new();
        for found in self.guarded.store.look_up(lookups, most).await? {
            let Stored { kind, id, .. } = &found.hit.stored;
            if self.access.narrowing(Doing::Read, *kind).is_none() {
                self.note(&found.hit.stored);
                shown.push(found);
            } else if let Some(stored) = self.current(*kind, id).await? {
                shown.push(Found { hit: Hit { stored, ..found.hit }, ..found });
            }
        }
        Ok(shown)
    }

    /// The last change that every read which begins from now on sees.
    pub fn seen(&self) -> i64 {
        self.guarded.store.seen()
    }

    /// A version, if it may be read.
    async fn readable(&self, stored: Option<Stored>) -> Result<Option<Stored>, StoreError> {
        let Some(stored) = stored else { return Ok(None) };
        Ok(self.noted(self.shows(&stored).await?.then_some(stored)))
    }
}
