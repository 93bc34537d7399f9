//! What was made of definitions holds until one of those changes that it was made of, not any: who
//! stores one definition does not have everybody else's made anew.
//!
//! While something is made ([`Changes::watch`]), every definition that is looked for is noted, found
//! or not. What was made before and is used again counts with all that it was made of.

use std::cell::RefCell;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::fhir::kind::ResourceKind;

/// Changes that are remembered; what is older is made anew.
const REMEMBERED: usize = 1 << 16;

/// A definition by type and URL, or all of a type, as a number.
type Name = u64;

/// What something was made of.
#[derive(Debug)]
pub struct Basis {
    /// How many changes it has outlived.
    outlived: AtomicU64,
    names: FxHashSet<Name>,
}

/// The definitions that changed, in order.
#[derive(Debug, Default)]
pub(super) struct Changes {
    log: RwLock<Log>,
    count: AtomicU64,
}

#[derive(Debug, Default)]
struct Log {
    /// Changes that are forgotten.
    forgotten: u64,
    changes: Vec<(Name, Name)>,
}

thread_local! {
    /// What is being made on this thread, each for what is before it.
    static MAKING: RefCell<Vec<FxHashSet<Name>>> = const { RefCell::new(Vec::new()) };
}

/// Notes that a definition was looked for.
pub(super) fn note(kind: ResourceKind, url: &str) {
    MAKING.with_borrow_mut(|making| {
        if let Some(names) = making.last_mut() {
            names.insert(name(kind, url));
        }
    });
}

/// Notes that all definitions of a type were looked for.
pub(super) fn note_all(kind: ResourceKind) {
    note(kind, "");
}

fn name(kind: ResourceKind, url: &str) -> Name {
    FxBuildHasher.hash_one((kind, url))
}

/// Ends what is being made, also when it panics.
struct Making;

impl Making {
    fn begin() -> Self {
        MAKING.with_borrow_mut(|making| making.push(FxHashSet::default()));
        Self
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        MAKING.with_borrow_mut(|making| {
            let names = making.pop().unwrap_or_default();
            if let Some(outer) = making.last_mut() {
                outer.extend(names);
            }
        });
    }
}

impl Changes {
    /// Makes something; what it was made of.
    pub(super) fn watch<T>(&self, make: impl FnOnce() -> T) -> (T, Basis) {
        // Asked before: what changes meanwhile makes it be made anew.
        let outlived = AtomicU64::new(self.count());
        let making = Making::begin();
        let made = make();
        let names = MAKING.with_borrow(|making| making.last().cloned().unwrap_or_default());
        drop(making);
        (made, Basis { outlived, names })
    }

    /// Whether what was made still holds; if so, whatever is being made is made of the same.
    pub(super) fn holds(&self, basis: &Basis) -> bool {
        let outlived = basis.outlived.load(Ordering::Acquire);
        if outlived != self.count() && !self.outlives(basis, outlived) {
            return false;
        }
        MAKING.with_borrow_mut(|making| {
            if let Some(names) = making.last_mut() {
                names.extend(basis.names.iter().copied());
            }
        });
        true
    }

    fn outlives(&self, basis: &Basis, outlived: u64) -> bool {
        let log = self.log.read().unwrap_or_else(PoisonError::into_inner);
        let Some(from) = outlived.checked_sub(log.forgotten) else { return false };
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let since = log.changes.get(from..).unwrap_or_default();
        let is_of =
            |(one, all): &(Name, Name)| basis.names.contains(one) || basis.names.contains(all);
        if since.iter().any(is_of) {
            return false;
        }
        basis.outlived.fetch_max(log.count(), Ordering::AcqRel);
        true
    }

    /// Tells that a definition came, went or changed.
    pub(super) fn changed(&self, kind: ResourceKind, url: &str) {
        let mut log = self.log.write().unwrap_or_else(PoisonError::into_inner);
        log.changes.push((name(kind, url), name(kind, "")));
        if log.changes.len() > REMEMBERED {
            log.changes.drain(..REMEMBERED / 2);
            log.forgotten += u64::try_from(REMEMBERED / 2).unwrap_or_default();
        }
        self.count.store(log.count(), Ordering::Release);
    }

    /// How often anything changed.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }
}

impl Log {
    fn count(&self) -> u64 {
        self.forgotten + u64::try_from(self.changes.len()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> ResourceKind {
        ResourceKind::parse(name).expect(name)
    }

    #[test]
    fn what_others_change_does_not_matter() {
        let (changes, value_set) = (Changes::default(), kind("ValueSet"));
        let (made, basis) = changes.watch(|| {
            note(value_set, "a");
            7
        });
        assert_eq!(made, 7);
        for other in ["b", "c", "d"] {
            changes.changed(value_set, other);
            assert!(changes.holds(&basis));
        }
        changes.changed(kind("CodeSystem"), "a");
        assert!(changes.holds(&basis));
        changes.changed(value_set, "a");
        assert!(!changes.holds(&basis));
    }

    #[test]
    fn all_of_a_type_changes_with_each() {
        let changes = Changes::default();
        let ((), basis) = changes.watch(|| note_all(kind("ValueSet")));
        changes.changed(kind("CodeSystem"), "x");
        assert!(changes.holds(&basis));
        changes.changed(kind("ValueSet"), "x");
        assert!(!changes.holds(&basis));
    }

    #[test]
    fn what_is_made_of_something_is_made_of_what_that_is_made_of() {
        let (changes, value_set) = (Changes::default(), kind("ValueSet"));
        let ((), inner) = changes.watch(|| note(value_set, "a"));
        let (held, used) = changes.watch(|| changes.holds(&inner));
        let (_, within) = changes.watch(|| changes.watch(|| note(value_set, "a")).0);
        assert!(held);
        changes.changed(value_set, "a");
        assert!(!changes.holds(&used));
        assert!(!changes.holds(&within));
    }

    #[test]
    fn what_is_forgotten_is_made_anew() {
        let (changes, value_set) = (Changes::default(), kind("ValueSet"));
        let ((), basis) = changes.watch(|| note(value_set, "a"));
        for _ in 0..=REMEMBERED {
            changes.changed(value_set, "b");
        }
        assert!(!changes.holds(&basis));
        let ((), basis) = changes.watch(|| note(value_set, "a"));
        assert!(changes.holds(&basis));
    }
}
