//! Turns of those who were overtaken: what they rest on changed before their changes were made.
//!
//! Who was overtaken goes to the lane of the premise that failed, and prepares again when nobody who
//! came before is there; who comes new and rests on the same waits behind them. So of many requests
//! that overtake each other each is done within few tries, however many they are. Lanes are of one
//! process: what another server commits may still overtake, each time because somebody was done.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Mutex, MutexGuard};

use crate::store::write::Premise;

use super::failure::Failure;
use super::single::conditional::contended;

/// How often changes are prepared, each time because others changed what they rest on. Within a
/// process it takes two or three tries; another server may win as often as chance has it.
const TRIES: u32 = 32;

/// Premises share them; who waits without need waits for one request.
const LANES: u64 = 1024;

/// The lanes of a server.
#[derive(Debug)]
pub struct Turns {
    lanes: Box<[Mutex<()>]>,
    /// How many requests are in lanes, waiting or having their turn.
    inside: AtomicUsize,
}

impl Default for Turns {
    fn default() -> Self {
        let lanes = (0..LANES).map(|_| Mutex::default()).collect();
        Self { lanes, inside: AtomicUsize::new(0) }
    }
}

impl Turns {
    /// Begins the tries of a request.
    pub fn begin(&self) -> Tries<'_> {
        let (mine, held) = (BTreeSet::new(), Vec::new());
        Tries { turns: self, mine, held, left: TRIES, is_inside: false }
    }

    fn lane(premise: u64) -> usize {
        usize::try_from(premise % LANES).unwrap_or_default()
    }
}

/// The tries of one request; its turn ends with it.
#[derive(Debug)]
pub struct Tries<'a> {
    turns: &'a Turns,
    /// The lanes it was sent to.
    mine: BTreeSet<usize>,
    held: Vec<MutexGuard<'a, ()>>,
    left: u32,
    is_inside: bool,
}

impl Drop for Tries<'_> {
    fn drop(&mut self) {
        if self.is_inside {
            self.turns.inside.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Tries<'_> {
    /// Begins the next one.
    pub(super) fn next(&mut self) -> Result<(), Failure> {
        self.left = self.left.checked_sub(1).ok_or_else(contended)?;
        Ok(())
    }

    /// Whether others who rest on the same have their turn; then it waited behind them, and has to be
    /// prepared again.
    pub(super) async fn gave_way(&mut self, premises: &[Premise]) -> bool {
        if self.is_inside || self.turns.inside.load(Ordering::Relaxed) == 0 {
            return false;
        }
        let lanes = premises.iter().filter_map(Premise::number).map(Turns::lane);
        let is_taken =
            |lane: &usize| self.turns.lanes.get(*lane).is_some_and(|lane| lane.try_lock().is_err());
        let taken: BTreeSet<usize> = lanes.filter(is_taken).collect();
        if taken.is_empty() {
            return false;
        }
        // It was not overtaken: this is no try.
        self.left += 1;
        self.mine.extend(taken);
        self.wait().await;
        true
    }

    /// Waits for its turn after a premise failed, if it was one that those who rest on it overtake.
    pub(super) async fn overtaken(&mut self, premise: Option<u64>) {
        if let Some(premise) = premise {
            self.mine.insert(Turns::lane(premise));
            self.wait().await;
        }
    }

    /// Takes all its lanes in their order, holding none before: so nobody waits in a circle.
    async fn wait(&mut self) {
        if !std::mem::replace(&mut self.is_inside, true) {
            self.turns.inside.fetch_add(1, Ordering::Relaxed);
        }
        self.held.clear();
        for lane in &self.mine {
            if let Some(lane) = self.turns.lanes.get(*lane) {
                self.held.push(lane.lock().await);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::interaction::failure::Kind;

    #[tokio::test]
    async fn who_is_overtaken_each_time_is_told_to_try_again() {
        let turns = Turns::default();
        let mut tries = turns.begin();
        for _ in 0..TRIES {
            tries.next().expect("a try");
            tries.overtaken(Some(7)).await;
        }
        let failure = tries.next().expect_err("no more");
        assert_eq!(failure.kind, Kind::Conflict);
    }

    #[tokio::test]
    async fn those_who_rest_on_the_same_wait_for_each_other() {
        let turns = Turns::default();
        let (mut one, mut other) = (turns.begin(), turns.begin());
        // What nobody overtakes by resting on it has no lane.
        one.overtaken(None).await;
        other.overtaken(None).await;
        assert_eq!(turns.inside.load(Ordering::Relaxed), 0);
        one.overtaken(Some(7)).await;
        assert!(other.overtaken(Some(8)).now_or_never().is_some());
        assert!(other.overtaken(Some(7)).now_or_never().is_none());
        drop(one);
        assert!(other.overtaken(Some(7)).now_or_never().is_some());
    }
}
