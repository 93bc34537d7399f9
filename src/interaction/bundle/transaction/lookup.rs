//! What the conditions of a transaction find: in the database, and in the transaction itself.

use rustc_hash::FxHashMap;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::bundle::entries::Entry;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::conditional::{criteria, links, query_of, several};
use crate::store::find::search::Search;
use crate::store::row::Stored;

use super::at;
use super::criteria::{Criteria, linked};
use super::plan::{Draft, Place};

/// Matches of each condition that are looked up ahead.
const AHEAD: u32 = 8;

/// What a condition finds.
pub(super) enum Match {
    Stored(Box<Stored>),
    Entry(usize),
}

impl Draft<'_> {
    pub(super) async fn conditional_create(&mut self, number: usize) -> Result<(), Failure> {
        let Some((key, search)) = self.search(number)? else { return Ok(()) };
        let mut found = self.only(&search, number).await?;
        // Whoever asks in the same words after an entry that found nothing means the same.
        let first = *self.criteria.entry(key).or_insert(number);
        if found.is_none() && first != number {
            found = Some(Match::Entry(first));
        }
        let place = match found {
            None => Place::New(self.kept.id(number)),
            Some(Match::Stored(stored)) => Place::Existing(stored),
            Some(Match::Entry(other)) => self.same(other),
        };
        if matches!(place, Place::New(_)) {
            self.searches.push((number, search));
        }
        self.put(number, place);
        Ok(())
    }

    /// The search of an entry's criteria.
    pub(super) fn search(&mut self, number: usize) -> Result<Option<(Criteria, Search)>, Failure> {
        if let Some(known) = self.prepared.remove(&number) {
            return Ok(Some(known));
        }
        let Some(entry) = self.entries.get(number) else { return Ok(None) };
        let (Some((text, _)), Some(kind)) = (entry.criteria(), entry.target.kind) else {
            return Ok(None);
        };
        let from = entry.from(&self.links.identities);
        let query = linked(self.ctx, (kind, text), &self.links, &from)?;
        Ok(Some((Criteria::of(kind, &query), criteria(self.ctx, kind, query)?)))
    }

    /// The only match of an entry's criteria; several are a failure.
    pub(super) async fn only(
        &mut self,
        search: &Search,
        number: usize,
    ) -> Result<Option<Match>, Failure> {
        let mut matches = self.stored(search, 2).await?;
        matches.extend(self.entries_that_match(search, number)?.into_iter().map(Match::Entry));
        self.distinct(matches, search.kind)
    }

    /// Looks up together what those conditions find that speak of no other resource. What is
    /// wrong with one of them is said when it has its turn.
    pub(super) async fn look_ahead(&mut self) -> Result<(), Failure> {
        let mut prepared = FxHashMap::default();
        for (number, entry) in self.entries.iter().enumerate() {
            let (Some((text, _)), Some(kind)) = (entry.criteria(), entry.target.kind) else {
                continue;
            };
            let Ok(query) = query_of(self.ctx, kind, text) else { continue };
            let speaks = query.parameters.iter().any(|one| links(self.ctx, kind, one).is_some());
            if speaks {
                continue;
            }
            let key = Criteria::of(kind, &query);
            if let Ok(search) = criteria(self.ctx, kind, query) {
                prepared.insert(number, (key, search));
            }
        }
        if prepared.len() > 1 {
            let searches = prepared.values().map(|(_, search)| search);
            self.ahead = self.ctx.rows().ahead(searches, AHEAD).await?;
        }
        self.prepared = prepared;
        Ok(())
    }

    /// The place of what another entry stores, or found.
    fn same(&self, other: usize) -> Place {
        match self.places.get(other) {
            Some(Some(Place::Existing(stored))) => Place::Existing(stored.clone()),
            Some(Some(Place::Same(further))) => Place::Same(*further),
            _ => Place::Same(other),
        }
    }

    /// What is stored and matches, when the deletions are done. What the transaction updates is the
    /// affair of the entry that does.
    pub(super) async fn stored(
        &mut self,
        search: &Search,
        wanted: u32,
    ) -> Result<Vec<Match>, Failure> {
        let is_of_kind = |(kind, _): &&(ResourceKind, ResourceId)| *kind == search.kind;
        let changed = self.deleted.iter().filter(is_of_kind).count()
            + self.updated.keys().filter(is_of_kind).count();
        let most = u32::try_from(changed).unwrap_or(u32::MAX).saturating_add(wanted);
        let (hits, premise) = match self.ahead.matches(search, most) {
            Some(known) => known,
            None => self.ctx.rows().matches(search, most).await?,
        };
        self.premises.push(premise);
        let mut matches = Vec::new();
        for stored in hits.into_iter().map(|hit| hit.stored) {
            let target = (stored.kind, stored.id.clone());
            if self.deleted.contains(&target) {
                continue;
            }
            matches.push(match self.updated.get(&target) {
                Some(entry) => Match::Entry(*entry),
                None => Match::Stored(Box::new(stored)),
            });
        }
        Ok(matches)
    }

    fn entries_that_match(
        &mut self,
        search: &Search,
        besides: usize,
    ) -> Result<Vec<usize>, Failure> {
        let mut within = std::mem::take(&mut self.kept.within);
        let id = |at: usize| self.id(at).filter(|_| at != besides);
        let found = within.matching(self.ctx, (self.entries, &self.links), search, id);
        self.kept.within = within;
        found
    }

    /// The only match; several are a failure.
    fn distinct(&self, matches: Vec<Match>, kind: ResourceKind) -> Result<Option<Match>, Failure> {
        let mut found: Option<Match> = None;
        for one in matches {
            match (&found, &one) {
                (None, _) => found = Some(one),
                (Some(Match::Entry(first)), Match::Entry(second)) if first == second => {}
                _ => return Err(several(kind)),
            }
        }
        Ok(found)
    }

    /// Refuses what would make two of what was to be one: entries of which each found nothing, and
    /// one stores what the other looked for.
    pub(super) fn no_seconds(&mut self) -> Result<(), Failure> {
        for (number, search) in std::mem::take(&mut self.searches) {
            let others = self.entries_that_match(&search, number);
            let others = others.map_err(|failure| at(failure, number))?;
            if let Some(other) = others.first() {
                let failure = Kind::PreconditionFailed.because(
                    format!("Điều kiện của mục này khớp với tài nguyên mà mục {other} tạo ra trong cùng transaction."),
                    format!("The criteria of this entry match what entry {other} stores in the same transaction."),
                );
                let element = self.entries.get(number).and_then(Entry::criteria);
                let (_, element) = element.unwrap_or_default();
                return Err(at(failure.of_request(element), number));
            }
        }
        Ok(())
    }

    /// Looks up a conditional reference: it sees what is stored when all is done.
    pub(super) async fn conditional_reference(&mut self, text: &str) -> Result<(), Failure> {
        if self.links.conditional.contains_key(text) {
            return Ok(());
        }
        let Some((kind, query)) = text.split_once('?') else { return Ok(()) };
        let Some(kind) = ResourceKind::parse(kind) else { return Ok(()) };
        let query = linked(self.ctx, (kind, query), &self.links, &Default::default())?;
        let search = criteria(self.ctx, kind, query)?;
        let stored = self.stored(&search, 2).await?;
        let mut matches: Vec<Match> =
            stored.into_iter().filter(|one| matches!(one, Match::Stored(_))).collect();
        let inner = self.entries_that_match(&search, usize::MAX)?;
        matches.extend(inner.into_iter().map(Match::Entry));
        let address = match self.distinct(matches, kind)? {
            Some(Match::Stored(stored)) => Some(format!("{kind}/{}", stored.id)),
            Some(Match::Entry(entry)) => self.id(entry).map(|id| format!("{kind}/{id}")),
            None => None,
        };
        let address = address.ok_or_else(|| {
            Kind::PreconditionFailed.because(
                format!("Tham chiếu có điều kiện '{text}' không khớp tài nguyên nào."),
                format!("The conditional reference '{text}' matches nothing."),
            )
        })?;
        self.links.conditional.insert(text.to_owned(), address);
        Ok(())
    }
}
