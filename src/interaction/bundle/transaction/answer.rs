//! What the entries of a transaction are answered that change something.

use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::interaction::bundle::entries::Entry;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::interaction::respond::Answer;
use crate::interaction::route::Interaction;
use crate::interaction::single::delete::deleted_version;
use crate::interaction::single::idempotent::layout;
use crate::interaction::single::update::{Saved, saved};
use crate::store::row::Stored;
use crate::store::write::{Keep, Written};

use super::plan::Place;

/// Answers conditional creates that found what another entry stored.
pub(super) fn answer_same(places: &[Place], answers: &mut [Option<Answer>]) {
    for (number, place) in places.iter().enumerate() {
        if let Place::Same(other) = place {
            let same = answers.get(*other).and_then(Option::as_ref).and_then(again);
            if let (Some(slot), Some(same)) = (answers.get_mut(number), same) {
                *slot = Some(same);
            }
        }
    }
}

/// What a conditional create is answered that found what another entry stored.
fn again(answer: &Answer) -> Option<Answer> {
    let Answer::Saved(saved) = answer else { return None };
    Some(Answer::Saved(Saved { stored: saved.stored.clone(), created: false, issues: Vec::new() }))
}

/// What is known of an entry before anything is written.
pub(super) fn known(ctx: &Ctx<'_>, place: &Place, entry: &Entry) -> Option<Answer> {
    match place {
        Place::Existing(stored) => {
            let stored = stored.as_ref().clone();
            Some(Answer::Saved(Saved { stored, created: false, issues: Vec::new() }))
        }
        Place::Gone(gone) => Some(Answer::deleted(ctx, entry.target.kind?, gone.len(), None)),
        Place::New(_) | Place::Free(..) | Place::Found(_) | Place::Same(_) | Place::Named => None,
    }
}

/// What an entry is answered for what was written.
pub(super) fn answer(
    (kind, id): (ResourceKind, ResourceId),
    written: Written,
    entry: Option<&Entry>,
    issues: Vec<Issue>,
) -> Result<Answer, Failure> {
    if entry.is_some_and(|entry| entry.interaction == Interaction::Delete) {
        let version = deleted_version(&written);
        return Ok(Answer::Deleted { version, issues });
    }
    saved(kind, id, vec![written], issues).map(Answer::Saved)
}

/// As what a transaction is kept whose answer is to come again.
pub(super) fn kept_as(keep: &Keep, places: &[Place], origins: &[usize]) -> Keep {
    let each = || places.iter().enumerate();
    let there: Vec<(usize, &Stored)> = each()
        .filter_map(|(number, place)| match place {
            Place::Existing(stored) => Some((number, &**stored)),
            _ => None,
        })
        .collect();
    let same: Vec<(usize, usize)> = each()
        .filter_map(|(number, place)| match place {
            Place::Same(other) => Some((number, *other)),
            _ => None,
        })
        .collect();
    Keep { about: layout(places.len(), origins, &there, &same), ..keep.clone() }
}
