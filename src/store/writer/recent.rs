//! What was changed lately: whether something that was read before is still so. The writer alone
//! keeps it, so it asks no search of the database.
//!
//! Invariant: every change after `begin` and up to `end` is known, in the order of the log.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tokio::sync::watch;

use crate::criteria::answer::Answer;
use crate::criteria::matches::{Alone, Seen as Found};
use crate::criteria::tree::Criteria;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::index::key::Key;
use crate::index::row::Rows;

use crate::store::schema::index_table::text_bytes;
use crate::store::write::{Commit, Premise, Refusal, Untouched};

/// Bytes of what is remembered, all changes together.
const MOST_BYTES: usize = 32 << 20;

/// The last change that every read which begins now sees.
#[derive(Debug, Default)]
pub(in crate::store) struct Seen(watch::Sender<i64>);

impl Seen {
    pub(in crate::store) fn last(&self) -> i64 {
        *self.0.borrow()
    }

    /// To be told after the commit, and after views from before it were given up.
    pub(in crate::store) fn see(&self, last: i64) {
        self.0.send_replace(last);
    }

    /// Waits until the last change is one behind a position.
    pub(in crate::store) async fn beyond(&self, position: i64) {
        let mut told = self.0.subscribe();
        // It cannot fail: who tells is here.
        let _last = told.wait_for(|last| *last > position).await;
    }
}

/// One change of a resource.
#[derive(Debug)]
pub(in crate::store) struct Change {
    kind: ResourceKind,
    id: ResourceId,
    version: i64,
    /// Before and after it; none where there is no resource.
    states: [Option<State>; 2],
    /// What it was found by and is found by, sorted.
    keys: Box<[Key]>,
}

/// What criteria see of a version.
#[derive(Debug)]
pub(in crate::store) struct State {
    pub(in crate::store) updated: i64,
    pub(in crate::store) rows: Arc<Rows>,
}

impl Change {
    pub(in crate::store) fn new(
        (kind, id): (ResourceKind, ResourceId),
        version: i64,
        states: [Option<State>; 2],
    ) -> Self {
        let mut keys = vec![Key::address(kind, id.as_str())];
        states.iter().flatten().for_each(|state| state.rows.keys(&mut keys));
        keys.sort_unstable();
        keys.dedup();
        Self { kind, id, version, states, keys: keys.into() }
    }

    /// One that no premise knows of.
    pub(in crate::store) fn unseen((kind, id): (ResourceKind, ResourceId), version: i64) -> Self {
        Self { kind, id, version, states: [None, None], keys: Box::default() }
    }

    fn is_seen(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whether the resource is so before or after, or may be.
    fn may_match(&self, criteria: &[Criteria]) -> bool {
        self.states.iter().flatten().any(|state| {
            let (kind, id, updated) = (self.kind, self.id.as_str(), state.updated);
            let found = Found { kind, id, updated, rows: &state.rows };
            criteria.iter().all(|one| one.matches(found, &Alone) != Answer::No)
        })
    }

    fn has_each(&self, keys: &[Vec<Key>]) -> bool {
        keys.iter().all(|list| list.iter().any(|key| self.keys.binary_search(key).is_ok()))
    }

    /// About how many bytes it takes.
    fn size(&self) -> usize {
        let rows: usize = self.states.iter().flatten().map(|state| size(&state.rows)).sum();
        size_of::<Self>() + self.keys.len() * (size_of::<Key>() + LATEST) + rows
    }
}

/// About how many bytes an entry of [`Recent::latest`] takes.
const LATEST: usize = 24;

fn size(rows: &Rows) -> usize {
    // The largest kind of row, and its texts.
    rows.len() * size_of::<crate::index::row::Composite>() + text_bytes(rows)
}

/// The changes of the last moments.
#[derive(Debug)]
pub(in crate::store) struct Recent {
    begin: i64,
    /// The list of search parameters that rows are made by now, and the last change before it.
    indexed: (Option<i64>, i64),
    changes: VecDeque<Arc<Change>>,
    /// The last change of a resource with a key.
    latest: FxHashMap<Key, i64>,
    bytes: usize,
}

impl Recent {
    /// Knows nothing of what was changed up to here.
    pub(in crate::store) fn after(seq: i64) -> Self {
        let (changes, latest) = (VecDeque::new(), FxHashMap::default());
        Self { begin: seq, indexed: (None, seq), changes, latest, bytes: 0 }
    }

    /// The last change that is known.
    pub(in crate::store) fn end(&self) -> i64 {
        self.begin.saturating_add(i64::try_from(self.changes.len()).unwrap_or(i64::MAX))
    }

    /// Goes on after a change that was made elsewhere.
    pub(in crate::store) fn meet(&mut self, last: i64) {
        if last != self.end() {
            *self = Self::after(last);
        }
    }

    /// Says which list of search parameters the rows of the next changes are made by.
    pub(in crate::store) fn index_by(&mut self, generation: i64) {
        if self.indexed.0 != Some(generation) {
            self.indexed = (Some(generation), self.end());
        }
    }

    /// Adds the next change.
    pub(in crate::store) fn push(&mut self, change: Arc<Change>) {
        let seq = self.end().saturating_add(1);
        for key in &change.keys {
            self.latest.insert(*key, seq);
        }
        self.bytes += change.size();
        self.changes.push_back(change);
        while self.bytes > MOST_BYTES && self.changes.len() > 1 {
            self.forget();
        }
    }

    fn forget(&mut self) {
        let Some(change) = self.changes.pop_front() else { return };
        self.begin += 1;
        self.bytes -= change.size();
        for key in &change.keys {
            if self.latest.get(key) == Some(&self.begin) {
                self.latest.remove(key);
            }
        }
    }

    /// The index rows of a version, when it came lately and they would be the same now: its body need
    /// not be read for them.
    pub(in crate::store) fn rows(
        &self,
        (kind, id): (ResourceKind, &ResourceId),
        version: i64,
    ) -> Option<Arc<Rows>> {
        let seq = self.latest.get(&Key::address(kind, id.as_str()))?;
        if *seq <= self.indexed.1 {
            return None;
        }
        let place = usize::try_from(seq.checked_sub(self.begin + 1)?).ok()?;
        let change = self.changes.get(place)?;
        let is_it = change.kind == kind && change.id == *id && change.version == version;
        let [_, after] = &change.states;
        after.as_ref().filter(|_| is_it).map(|state| Arc::clone(&state.rows))
    }

    /// Refuses who rests on something that is no longer so, or that was asked by search parameters
    /// that are gone.
    pub(in crate::store) fn hold(&self, commit: &Commit, indexer: &Indexer) -> Result<(), Refusal> {
        if !commit.is_of(indexer) {
            return Err(Refusal::Overtaken { premise: None });
        }
        match commit.premises.iter().find(|premise| !self.holds(premise)) {
            Some(premise) => Err(Refusal::Overtaken { premise: premise.number() }),
            None => Ok(()),
        }
    }

    /// Whether a premise is known to hold still. What began before everything that is remembered has
    /// to be prepared again.
    fn holds(&self, premise: &Premise) -> bool {
        match premise {
            Premise::Version { kind, id, version, since } => {
                let is_late = self.is_late(Key::address(*kind, id.as_str()), *since);
                let is_it = |change: &&Arc<Change>| change.kind == *kind && change.id == *id;
                *since >= self.begin
                    && (!is_late
                        || self
                            .since(*since)
                            .rev()
                            .find(is_it)
                            .is_none_or(|last| *version == Some(last.version)))
            }
            Premise::Definitions(prepared) => prepared.holds(),
            Premise::Untouched(untouched) => {
                untouched.since >= self.begin && !self.has_touched(untouched)
            }
        }
    }

    fn has_touched(&self, premise: &Untouched) -> bool {
        let since = premise.since;
        if premise.is_about_others {
            return self.since(since).any(|change| change.is_seen());
        }
        let is_any_late = |list: &Vec<Key>| list.iter().any(|key| self.is_late(*key, since));
        premise.keys.iter().all(is_any_late)
            && self.since(since).any(|change| {
                change.kind == premise.kind
                    && change.has_each(&premise.keys)
                    && change.may_match(&premise.criteria)
            })
    }

    fn is_late(&self, key: Key, since: i64) -> bool {
        self.latest.get(&key).is_some_and(|seq| *seq > since)
    }

    /// What was changed after a change that is remembered, or was the last before.
    fn since(&self, since: i64) -> impl DoubleEndedIterator<Item = &Arc<Change>> {
        let known = usize::try_from(since - self.begin).unwrap_or(usize::MAX);
        self.changes.range(known.min(self.changes.len())..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria::tree::Values;
    use crate::criteria::value::date::DateValue;
    use crate::criteria::value::prefix::Prefix;
    use crate::criteria::value::token::{System, TokenValue};
    use crate::definitions::search_parameter::ParamId;
    use crate::fhir::date::DateRange;
    use crate::index::row::{Date, Token};

    fn kind() -> ResourceKind {
        ResourceKind::PATIENT
    }

    fn id(text: &str) -> ResourceId {
        ResourceId::parse(text).expect("an id")
    }

    fn param() -> ParamId {
        ParamId::from_number(1)
    }

    fn state(codes: &[&str], day: i64) -> Option<State> {
        let mut rows = Rows::default();
        let row = |code: &&str| Token { param: param(), system: 5, code: (*code).to_owned() };
        rows.tokens.extend(codes.iter().map(row));
        rows.dates.push(Date { param: param(), low: day, high: day + 1 });
        Some(State { updated: 0, rows: Arc::new(rows) })
    }

    fn change(name: &str, version: i64, states: [Option<State>; 2]) -> Arc<Change> {
        Arc::new(Change::new((kind(), id(name)), version, states))
    }

    fn code(system: System, code: &str) -> Criteria {
        Criteria::Parameter(param(), Values::Tokens(vec![TokenValue::new(system, Some(code))]))
    }

    fn day(day: i64) -> Criteria {
        let range = DateRange { low: day, high: day + 1 };
        let date = DateValue { prefix: Prefix::Equal, range };
        Criteria::Parameter(param(), Values::Dates(vec![vec![date]]))
    }

    fn holds(recent: &Recent, since: i64, criteria: &[Criteria]) -> bool {
        recent.holds(&Premise::untouched(since, kind(), criteria.to_vec()))
    }

    #[test]
    fn what_matches_before_or_after_touches() {
        let mut recent = Recent::after(10);
        recent.push(change("a", 1, [None, state(&["ann", "weight"], 1)]));
        recent.push(change("a", 2, [state(&["ann", "weight"], 1), state(&["ann", "height"], 2)]));
        let any = |text| code(System::Any, text);
        for (since, criteria, expected) in [
            (10, vec![any("ann")], false),
            (12, vec![any("ann")], true),
            (9, vec![any("eve")], false),
            (10, vec![any("eve")], true),
            // Before the second change, not after it.
            (11, vec![any("weight")], false),
            // Never both at once, though it had a key of each.
            (10, vec![any("weight"), any("height")], true),
            // The key is that of the code alone.
            (10, vec![code(System::Is(6), "ann")], true),
            (10, vec![code(System::Is(5), "ann")], false),
            // Without any key.
            (10, vec![day(1)], false),
            (10, vec![day(3)], true),
            (11, vec![day(1)], false),
            (11, vec![day(1), any("height")], true),
        ] {
            assert_eq!(holds(&recent, since, &criteria), expected, "{since} {criteria:?}");
        }
        let group = ResourceKind::GROUP;
        assert!(recent.holds(&Premise::untouched(10, group, vec![any("ann")])));
    }

    #[test]
    fn what_is_not_known_of_a_match_touches() {
        let mut recent = Recent::after(10);
        let chain =
            Criteria::Chain { param: param(), kind: kind(), criteria: Box::new(Criteria::True) };
        assert!(holds(&recent, 10, std::slice::from_ref(&chain)));
        recent.push(change("a", 1, [None, state(&["ann"], 1)]));
        // Whoever it is about may have changed.
        assert!(!holds(&recent, 10, &[chain, code(System::Any, "eve")]));
    }

    #[test]
    fn a_version_is_the_last_one() {
        let mut recent = Recent::after(10);
        recent.push(change("a", 2, [state(&[], 1), state(&[], 1)]));
        recent.push(change("a", 3, [state(&[], 1), None]));
        let holds = |id: &str, version, since| {
            let id = self::id(id);
            recent.holds(&Premise::Version { kind: kind(), id, version, since })
        };
        assert!(holds("a", Some(3), 10) && !holds("a", Some(2), 10) && !holds("a", None, 10));
        assert!(!holds("a", Some(3), 9));
        assert!(holds("b", Some(7), 10) && holds("b", None, 10));
    }

    #[test]
    fn rows_of_a_version_that_came_lately_are_known() {
        let mut recent = Recent::after(10);
        recent.push(change("b", 1, [None, state(&["eve"], 1)]));
        recent.push(change("a", 1, [None, state(&["ann"], 1)]));
        recent.push(change("a", 2, [state(&["ann"], 1), state(&["amy"], 1)]));
        recent.push(change("b", 2, [state(&["eve"], 1), None]));
        let rows = |id: &str, version| recent.rows((kind(), &self::id(id)), version);
        let amy = state(&["amy"], 1).expect("a state").rows;
        assert_eq!(rows("a", 2), Some(amy));
        assert!(rows("a", 1).is_none() && rows("b", 2).is_none() && rows("c", 1).is_none());
        let group = ResourceKind::GROUP;
        assert!(recent.rows((group, &id("a")), 2).is_none());
        // By another list of search parameters they may be others.
        recent.index_by(2);
        assert!(recent.rows((kind(), &id("a")), 2).is_none());
        recent.push(change("a", 3, [state(&["amy"], 1), state(&["eve"], 1)]));
        recent.index_by(2);
        assert!(recent.rows((kind(), &id("a")), 3).is_some());
        recent.index_by(3);
        assert!(recent.rows((kind(), &id("a")), 3).is_none());
    }

    #[test]
    fn what_was_changed_elsewhere_is_not_known() {
        let mut recent = Recent::after(10);
        recent.push(change("a", 1, [None, state(&["ann"], 1)]));
        recent.meet(11);
        let eve = code(System::Any, "eve");
        assert!(holds(&recent, 10, std::slice::from_ref(&eve)));
        recent.meet(14);
        assert!(!holds(&recent, 13, std::slice::from_ref(&eve)));
        assert!(holds(&recent, 14, std::slice::from_ref(&eve)));
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut recent = Recent::after(0);
        let many: Vec<String> = (0..1_000).map(|at| format!("c{at}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        recent.push(change("first", 1, [None, state(&["first"], 1)]));
        for _ in 0..500 {
            recent.push(change("a", 1, [None, state(&many, 1)]));
        }
        assert!(recent.bytes <= MOST_BYTES && recent.latest.len() == many.len() + 1);
        assert!(!holds(&recent, 0, &[code(System::Any, "eve")]));
        assert!(holds(&recent, recent.begin, &[code(System::Any, "eve")]));
        assert!(!holds(&recent, recent.end() - 1, &[code(System::Any, "c1")]));
    }
}
