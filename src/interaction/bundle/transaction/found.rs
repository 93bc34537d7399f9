//! Conditional updates, patches and deletions of a transaction: what they find, and what is then known
//! of their entries. What a patch makes is known here too, since a patch rests on what is stored.

use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::interaction::bundle::link::{Survey, survey};
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::Interaction;
use crate::interaction::single::conditional_delete::allowed as deletable;
use crate::interaction::single::conditional_update::{
    allowed, free, is_current, nothing_to_match, own_id,
};
use crate::interaction::single::patch::{current, nothing_found, patched};
use crate::interaction::single::precondition::Conditions;
use crate::interaction::single::update::nothing_there;
use crate::store::row::Stored;
use crate::store::write::Premise;

use super::at;
use super::entries::both;
use super::lookup::Match;
use super::plan::{Draft, Place};

impl Draft<'_> {
    /// Reads what an entry with an id patches, and looks whether nothing is there where one asks for
    /// that.
    pub(super) async fn look_at_named(&mut self, number: usize) -> Result<(), Failure> {
        let Some(entry) = self.entries.get(number) else { return Ok(()) };
        let (Some(kind), Some(id)) = (entry.target.kind, &entry.target.id) else { return Ok(()) };
        match entry.interaction {
            Interaction::Patch => {
                let (stored, premise) = current(self.ctx, kind, id).await?;
                is_current(&stored, entry.if_match.as_ref())?;
                self.premises.push(premise);
                self.patch(number, stored)
            }
            Interaction::Update if entry.unless.is_new()? => {
                self.premises.push(nothing_there(self.ctx, kind, id).await?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Decides what the criteria of an entry come to.
    pub(super) async fn decide(&mut self, number: usize) -> Result<(), Failure> {
        match self.entries.get(number).map(|entry| entry.interaction) {
            Some(Interaction::Update) => self.conditional_update(number).await,
            Some(Interaction::Patch) => self.conditional_patch(number).await,
            Some(Interaction::Delete) => self.conditional_delete(number).await,
            _ => self.conditional_create(number).await,
        }
    }

    async fn conditional_update(&mut self, number: usize) -> Result<(), Failure> {
        let Some(entry) = self.entries.get(number) else { return Ok(()) };
        let Some((key, search)) = self.search(number)? else { return Ok(()) };
        let (kind, if_match) = (search.kind, entry.if_match.clone());
        let own = entry.resource.as_ref().map(|sent| own_id(kind, sent)).transpose()?.flatten();
        let place = match self.only(&search, number).await? {
            Some(Match::Entry(other)) => return Err(self.both(other, kind)),
            Some(Match::Stored(stored)) => {
                let conditions = Conditions { if_match, is_new: entry.unless.is_new()? };
                allowed(&stored, own.as_ref(), &conditions)?;
                self.updated.insert((kind, stored.id.clone()), number);
                Place::Found(stored)
            }
            None if if_match.is_some() => return Err(nothing_to_match(kind)),
            None => {
                let first = *self.criteria.entry(key).or_insert(number);
                if first != number {
                    return Err(self.both(first, kind));
                }
                self.searches.push((number, search));
                match own {
                    None => Place::New(self.kept.id(number)),
                    Some(id) => {
                        let premise = free(self.ctx, kind, &id).await?;
                        let before = match &premise {
                            Premise::Version { version, .. } => version.unwrap_or(0),
                            _ => 0,
                        };
                        self.premises.push(premise);
                        Place::Free(id, before + 1)
                    }
                }
            }
        };
        self.put(number, place);
        Ok(())
    }

    async fn conditional_patch(&mut self, number: usize) -> Result<(), Failure> {
        let Some(entry) = self.entries.get(number) else { return Ok(()) };
        let Some((_, search)) = self.search(number)? else { return Ok(()) };
        match self.only(&search, number).await? {
            None => Err(nothing_found(search.kind)),
            Some(Match::Entry(other)) => Err(self.both(other, search.kind)),
            Some(Match::Stored(stored)) => {
                is_current(&stored, entry.if_match.as_ref())?;
                self.patch(number, *stored)
            }
        }
    }

    async fn conditional_delete(&mut self, number: usize) -> Result<(), Failure> {
        let Some(entry) = self.entries.get(number) else { return Ok(()) };
        let Some((_, search)) = self.search(number)? else { return Ok(()) };
        let most = self.ctx.engine.conditional_deletes;
        let mut gone = Vec::new();
        for found in self.stored(&search, most.saturating_add(1)).await? {
            match found {
                Match::Stored(stored) => gone.push(*stored),
                Match::Entry(other) => return Err(self.both(other, search.kind)),
            }
        }
        deletable(search.kind, &gone, (most, entry.if_match.as_ref()))?;
        self.deleted.extend(gone.iter().map(|stored| (stored.kind, stored.id.clone())));
        self.put(number, Place::Gone(gone));
        Ok(())
    }

    fn patch(&mut self, number: usize, stored: Stored) -> Result<(), Failure> {
        let patch = self.entries.get(number).and_then(|entry| entry.patch.as_ref());
        let Some(patch) = patch else { return Ok(()) };
        self.patched.insert(number, patched(self.ctx, &stored, patch)?);
        self.updated.insert((stored.kind, stored.id.clone()), number);
        self.put(number, Place::Found(Box::new(stored)));
        Ok(())
    }

    /// Another entry is about what criteria find.
    fn both(&self, other: usize, kind: ResourceKind) -> Failure {
        let name = match self.id(other) {
            Some(id) => format!("{kind}/{id}"),
            None => kind.to_string(),
        };
        both(other, &name)
    }

    /// What the links need that stand in what patches make.
    pub(super) fn survey_patched(&mut self) -> Result<Vec<(usize, Survey)>, Failure> {
        let (mut surveys, mut dangling): (Vec<(usize, Survey)>, Vec<Issue>) = Default::default();
        for (number, resource) in &mut self.patched {
            let Some(entry) = self.entries.get(*number) else { continue };
            let identities = &self.links.identities;
            let from = entry.from(identities);
            let shapes = &self.ctx.engine.registry.shapes;
            let mut found = survey(shapes, resource, identities, &from);
            let issues = std::mem::take(&mut found.dangling);
            dangling.extend(at(Kind::Malformed.with(issues), *number).issues);
            surveys.push((*number, found));
        }
        if dangling.is_empty() { Ok(surveys) } else { Err(Kind::Malformed.with(dangling)) }
    }
}
