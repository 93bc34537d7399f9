//! Decides where each entry's resource is, or will be, before anything is written.
//!
//! Conditions see what is stored when the deletions of the transaction are done, and what the
//! transaction itself creates and updates: two entries with the same criteria, in whatever
//! spelling, make one resource.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::bundle::entries::Entry;
use crate::interaction::bundle::link::{Address, Links, Survey};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::interaction::route::Interaction;
use crate::interaction::single::precondition::Tags;
use crate::search::query::Query;
use crate::store::find::ahead::Ahead;
use crate::store::find::search::Search;
use crate::store::row::{Op, Stored};
use crate::store::write::Premise;

use super::at;
use super::criteria::{Criteria, linked, order};
use super::kept::Kept;

/// Where each entry's resource is, or will be.
pub(super) struct Plan {
    pub(super) places: Vec<Place>,
    pub(super) premises: Vec<Premise>,
    pub(super) links: Links,
    /// What patches make, by their entries.
    pub(super) patched: FxHashMap<usize, Value>,
    /// Updates that links name the next version of: they make one.
    pub(super) foretold: FxHashSet<usize>,
    /// The queries of the entries that search.
    pub(super) queries: Vec<Query>,
}

#[derive(Debug, Clone)]
pub(super) enum Place {
    /// A new resource.
    New(ResourceId),
    /// New, under an id that the client chose, and the version that it begins with.
    Free(ResourceId, i64),
    /// A conditional create found this.
    Existing(Box<Stored>),
    /// What a conditional update found, or what is patched.
    Found(Box<Stored>),
    /// What a conditional delete found.
    Gone(Vec<Stored>),
    /// A conditional create found what this entry stores.
    Same(usize),
    /// What the URL names.
    Named,
}

/// Makes the plan; `surveys` are of the entries' links.
pub(super) async fn plan(
    ctx: &Ctx<'_>,
    entries: &[Entry],
    survey: &[(usize, Survey)],
    links: Links,
    kept: &mut Kept,
) -> Result<Plan, Failure> {
    kept.within.again(ctx.engine.indexer().generation());
    let mut draft = Draft::new(ctx, entries, links, kept);
    for number in 0..entries.len() {
        draft.look_at_named(number).await.map_err(|failure| at(failure, number))?;
    }
    draft.look_ahead().await?;
    for number in order(ctx, entries, &draft.links.identities)? {
        let element = entries.get(number).and_then(Entry::criteria).unwrap_or_default().1;
        let decided = draft.decide(number).await;
        decided.map_err(|failure| at(of_criteria(failure, element), number))?;
    }
    draft.no_seconds()?;
    let patched = draft.survey_patched()?;
    for (number, survey) in survey.iter().chain(&patched) {
        for (text, place) in &survey.conditional {
            let found = draft.conditional_reference(text).await;
            found.map_err(|failure| at(failure.of(place), *number))?;
        }
    }
    let surveys = survey.iter().chain(&patched);
    for at in surveys.flat_map(|(_, survey)| &survey.versioned) {
        draft.version(*at).await?;
    }
    draft.finish()
}

/// A failure, about the criteria unless it says what it is about.
fn of_criteria(mut failure: Failure, element: &str) -> Failure {
    for issue in &mut failure.issues {
        if issue.expression.as_deref().is_none_or(|place| place.starts_with("http.")) {
            issue.expression = Some(format!("Bundle.entry.request.{element}"));
        }
    }
    failure
}

/// A plan in the making.
pub(super) struct Draft<'a> {
    pub(super) ctx: &'a Ctx<'a>,
    pub(super) entries: &'a [Entry],
    /// None while a conditional create is not decided.
    pub(super) places: Vec<Option<Place>>,
    pub(super) premises: Vec<Premise>,
    pub(super) links: Links,
    pub(super) kept: &'a mut Kept,
    foretold: FxHashSet<usize>,
    pub(super) patched: FxHashMap<usize, Value>,
    pub(super) criteria: FxHashMap<Criteria, usize>,
    pub(super) searches: Vec<(usize, Search)>,
    /// Conditional creates that are read, and what is known of what they find.
    pub(super) prepared: FxHashMap<usize, (Criteria, Search)>,
    pub(super) ahead: Ahead,
    /// What the transaction deletes, and what it updates, with its entry.
    pub(super) deleted: FxHashSet<(ResourceKind, ResourceId)>,
    pub(super) updated: FxHashMap<(ResourceKind, ResourceId), usize>,
}

impl<'a> Draft<'a> {
    fn new(ctx: &'a Ctx<'a>, entries: &'a [Entry], links: Links, kept: &'a mut Kept) -> Self {
        let mut draft = Self {
            ctx,
            entries,
            places: Vec::with_capacity(entries.len()),
            premises: Vec::new(),
            links,
            kept,
            foretold: FxHashSet::default(),
            patched: FxHashMap::default(),
            criteria: FxHashMap::default(),
            searches: Vec::new(),
            prepared: FxHashMap::default(),
            ahead: Ahead::default(),
            deleted: FxHashSet::default(),
            updated: FxHashMap::default(),
        };
        draft.links.addresses = vec![None; entries.len()];
        for (number, entry) in entries.iter().enumerate() {
            draft.places.push(None);
            if entry.criteria().is_some() {
                continue;
            }
            match (entry.interaction, entry.target.kind.zip(entry.target.id.clone())) {
                (Interaction::Create, _) => {
                    draft.put(number, Place::New(draft.kept.id(number)));
                    continue;
                }
                (Interaction::Update, Some(target)) => drop(draft.updated.insert(target, number)),
                (Interaction::Delete, Some(target)) => drop(draft.deleted.insert(target)),
                _ => {}
            }
            draft.put(number, Place::Named);
        }
        draft
    }

    pub(super) fn put(&mut self, number: usize, place: Place) {
        let address = self.address(number, &place);
        if let Some(slot) = self.links.addresses.get_mut(number) {
            *slot = address;
        }
        if let Some(slot) = self.places.get_mut(number) {
            *slot = Some(place);
        }
    }

    fn address(&self, number: usize, place: &Place) -> Option<Address> {
        let entry = self.entries.get(number)?;
        let kind = entry.target.kind?;
        let (id, version) = match place {
            Place::New(id) => (id, Some(1)),
            Place::Free(id, version) => (id, Some(*version)),
            Place::Existing(stored) => (&stored.id, Some(stored.version)),
            Place::Found(stored) => (&stored.id, Some(stored.version + 1)),
            Place::Gone(_) => return None,
            Place::Named => (entry.target.id.as_ref()?, None),
            Place::Same(other) => return self.links.addresses.get(*other)?.clone(),
        };
        Some(Address { text: format!("{kind}/{id}"), version })
    }

    /// The id of what an entry stores; none when it stores nothing, or when that is not decided.
    pub(super) fn id(&self, number: usize) -> Option<&str> {
        let entry = self.entries.get(number)?;
        match self.places.get(number)?.as_ref()? {
            Place::New(id) | Place::Free(id, _) => Some(id.as_str()),
            Place::Found(stored) => Some(stored.id.as_str()),
            Place::Named if entry.interaction == Interaction::Update => {
                entry.target.id.as_ref().map(ResourceId::as_str)
            }
            Place::Named | Place::Existing(_) | Place::Same(_) | Place::Gone(_) => None,
        }
    }

    /// Finds out which version an entry that is pointed at will write.
    async fn version(&mut self, number: usize) -> Result<(), Failure> {
        let place = self.places.get(number).and_then(Option::as_ref);
        let number = match place {
            Some(Place::Same(other)) => *other,
            _ => number,
        };
        let Some(entry) = self.entries.get(number) else { return Ok(()) };
        let known = self.links.addresses.get(number).and_then(Option::as_ref);
        if let Some(Some(Place::Found(_))) = self.places.get(number) {
            self.foretold.insert(number);
        }
        let (Some(kind), Some(id)) = (entry.target.kind, &entry.target.id) else { return Ok(()) };
        if known.is_none_or(|address| address.version.is_some()) {
            return Ok(());
        }
        self.foretold.insert(number);
        let version = match &entry.if_match {
            Some(Tags::These(versions)) if versions.len() == 1 => versions.first().copied(),
            _ => {
                let since = self.ctx.rows().seen();
                let current = self.ctx.rows().current(kind, id).await?;
                let version = current.as_ref().map(|stored| stored.version);
                self.premises.push(Premise::Version { kind, id: id.clone(), version, since });
                let is_gone = current.is_none_or(|stored| stored.op == Op::Deleted);
                match (entry.interaction, is_gone) {
                    // Nothing is written where there is nothing to delete.
                    (Interaction::Delete, true) => version.map(|version| version - 1),
                    _ => Some(version.unwrap_or(0)),
                }
            }
        };
        if let Some(Some(address)) = self.links.addresses.get_mut(number) {
            address.version = version.map(|version| version + 1);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Plan, Failure> {
        let mut queries = Vec::with_capacity(self.entries.len());
        for number in 0..self.entries.len() {
            if let Some(Some(Place::Same(other))) = self.places.get(number) {
                let address = self.links.addresses.get(*other).cloned().flatten();
                if let Some(slot) = self.links.addresses.get_mut(number) {
                    *slot = address;
                }
            }
        }
        for (number, entry) in self.entries.iter().enumerate() {
            let from = entry.from(&self.links.identities);
            let query = match (entry.interaction, entry.target.searched()) {
                (Interaction::SearchType, Some(kind)) => {
                    let query = linked(self.ctx, (kind, &entry.query), &self.links, &from);
                    query.map_err(|failure| at(failure.of_request("url"), number))?
                }
                _ => Query::parse([entry.query.as_str()]),
            };
            queries.push(query);
        }
        let places = self.places.into_iter().map(|place| place.unwrap_or(Place::Named)).collect();
        let Self { premises, links, patched, foretold, .. } = self;
        Ok(Plan { places, premises, links, patched, foretold, queries })
    }
}
