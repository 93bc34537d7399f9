//! The indexer that counts now: search parameters come and go while the server answers.
//!
//! Each list of parameters has a number, its generation, which grows. What was made by an older
//! indexer is told by it.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::indexer::Indexer;
use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::{ParamId, SearchParameters};

/// How much of a parameter's rows is there: resources that are done, of how many.
pub type Progress = (u64, u64);

/// The indexer of a server.
#[derive(Debug)]
pub struct Live {
    registry: Arc<Registry>,
    current: RwLock<Arc<Indexer>>,
    /// Held by who makes the next one.
    making: Mutex<()>,
    progress: RwLock<FxHashMap<ParamId, Progress>>,
}

impl Live {
    /// Begins with an indexer of these definitions.
    pub fn new(registry: Arc<Registry>, indexer: Indexer) -> Self {
        let current = RwLock::new(Arc::new(indexer));
        Self { registry, current, making: Mutex::default(), progress: RwLock::default() }
    }

    /// The one that counts now.
    pub fn get(&self) -> Arc<Indexer> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The definitions that the server brings.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Goes on with another list of parameters, unless a later one is there already.
    pub fn renew(&self, search: SearchParameters, generation: i64) {
        let _only = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.get();
        if before.generation() >= generation {
            return;
        }
        let next = Arc::new(before.renewed(&self.registry, search, generation));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// Begins with another list of parameters, whatever was before.
    pub fn begin(&self, search: SearchParameters, generation: i64) {
        let _only = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let next = Arc::new(self.get().renewed(&self.registry, search, generation));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// How much there is of parameters whose rows are being made.
    pub fn note(&self, progress: FxHashMap<ParamId, Progress>) {
        *self.progress.write().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    /// How much there is of one, as far as that is known.
    pub fn progress(&self, param: ParamId) -> Option<Progress> {
        self.progress.read().unwrap_or_else(PoisonError::into_inner).get(&param).copied()
    }
}
