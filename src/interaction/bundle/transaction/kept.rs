//! What a transaction keeps from one try for the next: nothing is made twice that came out the same.

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::interaction::bundle::entries::Entry;
use crate::mch::check::Concern;
use crate::store::write::Put;

use super::within::Within;

/// What does not depend on what is stored.
#[derive(Debug)]
pub(super) struct Kept {
    /// The id of each entry that creates.
    ids: Vec<ResourceId>,
    /// Whether the rules across records are for what each entry brings.
    concerns: Vec<Option<Concern>>,
    pub(super) within: Within,
    /// What was to be written for each entry.
    made: FxHashMap<usize, Made>,
}

#[derive(Debug)]
struct Made {
    id: ResourceId,
    /// Its links replaced.
    resource: Value,
    put: Put,
}

impl Kept {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let ids = entries.iter().map(|_| ResourceId::generate()).collect();
        let concern = |entry: &Entry| entry.resource.as_ref().map(Concern::of);
        let concerns = entries.iter().map(concern).collect();
        Self { ids, concerns, within: Within::new(entries), made: FxHashMap::default() }
    }

    /// Whether the rules across records are for what an entry brings; none when it brings nothing.
    pub(super) fn concern(&self, number: usize) -> Option<Concern> {
        self.concerns.get(number).copied().flatten()
    }

    /// The id that an entry creates its resource under.
    pub(super) fn id(&self, number: usize) -> ResourceId {
        self.ids.get(number).cloned().unwrap_or_else(ResourceId::generate)
    }

    /// What is to be written for an entry under an id, as it was made by the same list of search
    /// parameters when its links led to the same.
    pub(super) fn put(
        &mut self,
        (number, generation): (usize, i64),
        (id, resource): (&ResourceId, Value),
        make: impl FnOnce(&Value) -> Put,
    ) -> Put {
        let is_same = |made: &&Made| {
            made.put.generation == generation && made.id == *id && made.resource == resource
        };
        if let Some(made) = self.made.get(&number).filter(is_same) {
            return made.put.clone();
        }
        let put = make(&resource);
        self.made.insert(number, Made { id: id.clone(), resource, put: put.clone() });
        put
    }
}
