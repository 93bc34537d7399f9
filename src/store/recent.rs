//! What was changed lately, by the keys of the resources: whether something that was read before is
//! still so. The writer alone keeps it, so it asks no search of the database.
//!
//! Invariant: every change after `begin` and up to `end` is known, in the order of the log.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};

use rustc_hash::FxHashMap;

use crate::index::key::Key;

/// Keys that are remembered, all changes together; about 6 MB.
const MOST_KEYS: usize = 1 << 18;

/// The last change that every read which begins now sees.
#[derive(Debug, Default)]
pub(super) struct Seen(AtomicI64);

impl Seen {
    pub(super) fn last(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }

    /// To be told after the commit, and after views from before it were given up.
    pub(super) fn see(&self, last: i64) {
        self.0.store(last, Ordering::Release);
    }
}

/// What must not have been touched: a resource is meant when it has a key of each list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watch {
    pub each: Vec<Box<[Key]>>,
}

/// Whether something was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touched {
    No,
    Yes,
    /// It is too long ago.
    Unknown,
}

/// The changes of the last moments.
#[derive(Debug)]
pub(super) struct Recent {
    begin: i64,
    changes: VecDeque<Box<[Key]>>,
    /// The last change of a resource with a key.
    latest: FxHashMap<Key, i64>,
    keys: usize,
}

impl Recent {
    /// Knows nothing of what was changed up to here.
    pub(super) fn after(seq: i64) -> Self {
        let (changes, latest) = (VecDeque::new(), FxHashMap::default());
        Self { begin: seq, changes, latest, keys: 0 }
    }

    /// The last change that is known.
    pub(super) fn end(&self) -> i64 {
        self.begin.saturating_add(i64::try_from(self.changes.len()).unwrap_or(i64::MAX))
    }

    /// Goes on after a change that was made elsewhere.
    pub(super) fn meet(&mut self, last: i64) {
        if last != self.end() {
            *self = Self::after(last);
        }
    }

    /// Adds the next change: the keys of a resource before it and after it, sorted.
    pub(super) fn push(&mut self, keys: Box<[Key]>) {
        let seq = self.end().saturating_add(1);
        for key in &keys {
            self.latest.insert(*key, seq);
        }
        self.keys += keys.len();
        self.changes.push_back(keys);
        while self.keys > MOST_KEYS && self.changes.len() > 1 {
            self.forget();
        }
    }

    fn forget(&mut self) {
        let Some(keys) = self.changes.pop_front() else { return };
        self.begin += 1;
        self.keys -= keys.len();
        for key in &keys {
            if self.latest.get(key) == Some(&self.begin) {
                self.latest.remove(key);
            }
        }
    }

    /// Whether something of what is watched was changed after `since`.
    pub(super) fn touched(&self, watch: &Watch, since: i64) -> Touched {
        if since < self.begin {
            return Touched::Unknown;
        }
        let is_late = |key: &Key| self.latest.get(key).is_some_and(|seq| *seq > since);
        if !watch.each.iter().all(|keys| keys.iter().any(is_late)) {
            return Touched::No;
        }
        let known = usize::try_from(since - self.begin).unwrap_or(usize::MAX);
        let is_meant = |change: &[Key]| {
            let has = |key: &Key| change.binary_search(key).is_ok();
            watch.each.iter().all(|keys| keys.iter().any(has))
        };
        let late = self.changes.range(known.min(self.changes.len())..);
        if late.into_iter().any(|change| is_meant(change)) { Touched::Yes } else { Touched::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::search_parameter::ParamId;

    fn key(code: &str) -> Key {
        Key::code(ParamId::from_number(1), code)
    }

    fn keys(codes: &[&str]) -> Box<[Key]> {
        let mut keys: Vec<Key> = codes.iter().map(|code| key(code)).collect();
        keys.sort_unstable();
        keys.into()
    }

    fn watch(each: &[&[&str]]) -> Watch {
        Watch { each: each.iter().map(|codes| keys(codes)).collect() }
    }

    #[test]
    fn one_resource_must_have_a_key_of_each_list() {
        let mut recent = Recent::after(10);
        recent.push(keys(&["ann", "weight"]));
        recent.push(keys(&["eve", "height"]));
        let both = watch(&[&["ann"], &["height", "girth"]]);
        assert_eq!(recent.touched(&both, 10), Touched::No);
        recent.push(keys(&["ann", "height"]));
        assert_eq!(recent.touched(&both, 10), Touched::Yes);
        assert_eq!(recent.touched(&both, 12), Touched::Yes);
        assert_eq!(recent.touched(&both, 13), Touched::No);
        assert_eq!(recent.touched(&both, 9), Touched::Unknown);
        assert_eq!(recent.end(), 13);
    }

    #[test]
    fn what_was_changed_elsewhere_is_not_known() {
        let mut recent = Recent::after(10);
        recent.push(keys(&["ann"]));
        recent.meet(11);
        assert_eq!(recent.touched(&watch(&[&["ann"]]), 10), Touched::Yes);
        recent.meet(14);
        assert_eq!(recent.touched(&watch(&[&["ann"]]), 13), Touched::Unknown);
        assert_eq!(recent.touched(&watch(&[&["ann"]]), 14), Touched::No);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut recent = Recent::after(0);
        let many: Vec<String> = (0..1_000).map(|at| format!("c{at}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        recent.push(keys(&["first"]));
        for _ in 0..300 {
            recent.push(keys(&many));
        }
        assert!(recent.keys <= MOST_KEYS && recent.latest.len() == many.len());
        assert_eq!(recent.touched(&watch(&[&["first"]]), 0), Touched::Unknown);
        assert_eq!(recent.touched(&watch(&[&["c1"]]), recent.end() - 1), Touched::Yes);
    }
}
