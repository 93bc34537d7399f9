//! What one request may cost, wherever its work is done.
//!
//! Whatever may take long counts *steps* before it takes them ([`spend`]), and whatever may grow
//! counts *bytes* before it builds them ([`take`]). Both are taken from the budget of the request
//! that this thread works for, so that a hundred constraints, contexts or entries have together what
//! one may have alone. A budget that is spent stays spent: loops end early, and what came of them is
//! not used, because whoever answers the request looks at [`Budget::spent`].
//!
//! Without a budget, on the command line and at the start of a server, nothing is refused.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

pub use memory::{Lease, Memory};

pub mod apart;
mod memory;

/// Steps that a thread takes from a budget at a time; then it looks at the time.
const SLICE: u64 = 20_000;
/// Bytes that a budget reserves of the memory of all requests at a time.
const RESERVED: u64 = 1 << 20;
/// Bytes of a request that are not reserved: most answers are smaller.
const FREE: u64 = 64 << 10;

/// What a request may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Units of work of about 50 ns: an operation of an expression, an element, a code.
    pub steps: u64,
    /// Further steps once something is stored, and the request cannot begin again elsewhere.
    pub once_stored: u64,
    /// What is made for the answer.
    pub bytes: u64,
    pub time: Duration,
}

/// What there is no more of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    Steps,
    Bytes,
    Time,
    /// The memory of all requests together.
    Memory,
    /// The client, who does not wait any more.
    Client,
}

const REASONS: [Spent; 5] = [Spent::Steps, Spent::Bytes, Spent::Time, Spent::Memory, Spent::Client];

/// The budget of a request.
#[derive(Debug)]
pub struct Budget {
    steps: AtomicU64,
    once_stored: AtomicU64,
    bytes: AtomicU64,
    end: Instant,
    /// One more than the place in [`REASONS`]; 0 while nothing is spent.
    spent: AtomicU8,
    is_kept: AtomicBool,
    is_abandoned: AtomicBool,
    /// What the answer has taken, and what of it is reserved.
    taken: AtomicU64,
    lease: Lease,
}

struct Here {
    left: Cell<u64>,
    budget: RefCell<Option<Arc<Budget>>>,
}

thread_local! {
    static HERE: Here = const { Here { left: Cell::new(0), budget: RefCell::new(None) } };
}

impl Budget {
    /// A new budget; its answer takes from this memory.
    pub fn new(limits: Limits, memory: &Arc<Memory>) -> Arc<Self> {
        Arc::new(Self {
            steps: AtomicU64::new(limits.steps),
            once_stored: AtomicU64::new(limits.once_stored),
            bytes: AtomicU64::new(limits.bytes),
            end: Instant::now() + limits.time,
            spent: AtomicU8::new(0),
            is_kept: AtomicBool::new(false),
            is_abandoned: AtomicBool::new(false),
            taken: AtomicU64::new(0),
            lease: Lease::empty(memory),
        })
    }

    /// Works with this budget.
    pub fn within<T>(self: &Arc<Self>, work: impl FnOnce() -> T) -> T {
        let _back = Back::enter(Arc::clone(self));
        work()
    }

    /// Waits for a future that works with this budget.
    pub async fn follow<F: Future>(self: &Arc<Self>, future: F) -> F::Output {
        let mut future = pin!(future);
        std::future::poll_fn(|context| self.within(|| future.as_mut().poll(context))).await
    }

    /// What there is no more of, if anything.
    pub fn spent(&self) -> Option<Spent> {
        let place = usize::from(self.spent.load(Relaxed)).checked_sub(1)?;
        REASONS.get(place).copied()
    }

    /// Whether something was stored that has to be answered for.
    pub fn is_kept(&self) -> bool {
        self.is_kept.load(Relaxed)
    }

    /// The client does not wait any more: whatever is not stored yet need not be done.
    pub fn abandon(&self) {
        self.is_abandoned.store(true, Relaxed);
    }

    fn exhaust(&self, reason: Spent) -> Spent {
        let place = REASONS.iter().position(|one| *one == reason).unwrap_or_default();
        let number = u8::try_from(place + 1).unwrap_or(1);
        let _first_counts = self.spent.compare_exchange(0, number, Relaxed, Relaxed);
        self.spent().unwrap_or(reason)
    }

    fn look(&self) -> Result<(), Spent> {
        if let Some(spent) = self.spent() {
            return Err(spent);
        }
        if self.is_abandoned.load(Relaxed) && !self.is_kept() {
            return Err(self.exhaust(Spent::Client));
        }
        if Instant::now() >= self.end {
            return Err(self.exhaust(Spent::Time));
        }
        Ok(())
    }

    fn take(&self, bytes: u64) -> Result<(), Spent> {
        self.look()?;
        let has = self.bytes.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(bytes));
        has.map_err(|_too_few| self.exhaust(Spent::Bytes))?;
        let taken = self.taken.fetch_add(bytes, Relaxed) + bytes;
        let missing = taken.saturating_sub(FREE).saturating_sub(self.lease.bytes());
        if missing > 0 && !self.lease.grow(missing.max(RESERVED)) {
            return Err(self.exhaust(Spent::Memory));
        }
        Ok(())
    }
}

impl Here {
    /// Takes another slice of the budget, for so many steps.
    fn more(&self, steps: u64) -> Result<(), Spent> {
        let budget = self.budget.borrow();
        let Some(budget) = budget.as_ref() else { return Ok(()) };
        budget.look()?;
        let missing = steps.saturating_sub(self.left.get());
        let share = |all: u64| missing.max(SLICE).min(all);
        // At once: another thread may work for the same request.
        let all = budget.steps.fetch_update(Relaxed, Relaxed, |all| {
            let taken = share(all);
            (taken >= missing).then(|| all - taken)
        });
        let Ok(all) = all else {
            self.left.set(0);
            return Err(budget.exhaust(Spent::Steps));
        };
        let taken = share(all);
        self.left.set(self.left.get() + taken - steps);
        Ok(())
    }
}

/// Goes back to the budget before, whatever happens.
struct Back {
    before: Option<Arc<Budget>>,
    left: u64,
}

impl Back {
    fn enter(budget: Arc<Budget>) -> Self {
        HERE.with(|here| {
            let before = here.budget.replace(Some(budget));
            Self { before, left: here.left.replace(0) }
        })
    }
}

impl Drop for Back {
    fn drop(&mut self) {
        HERE.with(|here| {
            let rest = here.left.replace(self.left);
            if let Some(budget) = here.budget.replace(self.before.take()) {
                budget.steps.fetch_add(rest, Relaxed);
            }
        });
    }
}

fn with<T>(otherwise: T, ask: impl FnOnce(&Here, &Budget) -> T) -> T {
    HERE.with(|here| match here.budget.borrow().as_ref() {
        Some(budget) => ask(here, budget),
        None => otherwise,
    })
}

/// Takes steps, before they are taken.
pub fn spend(steps: usize) -> Result<(), Spent> {
    spend_steps(u64::try_from(steps).unwrap_or(u64::MAX))
}

/// Takes steps, before they are taken.
pub fn spend_steps(steps: u64) -> Result<(), Spent> {
    HERE.with(|here| match here.left.get().checked_sub(steps) {
        Some(left) => {
            here.left.set(left);
            Ok(())
        }
        None => here.more(steps),
    })
}

/// Takes bytes of the answer, before they are made.
pub fn take(bytes: usize) -> Result<(), Spent> {
    with(Ok(()), |_, budget| budget.take(u64::try_from(bytes).unwrap_or(u64::MAX)))
}

/// Whether anything is spent already; looks at the time, too.
pub fn look() -> Result<(), Spent> {
    with(Ok(()), |_, budget| budget.look())
}

/// Whether anything is spent already.
pub fn is_spent() -> bool {
    with(false, |_, budget| budget.spent().is_some())
}

/// Steps that may still be taken.
pub fn steps_left() -> u64 {
    with(u64::MAX, |here, budget| match budget.spent() {
        Some(_) => 0,
        None => here.left.get().saturating_add(budget.steps.load(Relaxed)),
    })
}

/// Bytes that the answer may still have.
pub fn bytes_left() -> usize {
    with(usize::MAX, |_, budget| usize::try_from(budget.bytes.load(Relaxed)).unwrap_or(usize::MAX))
}

/// How long the work may still take.
pub fn time_left() -> Duration {
    with(Duration::MAX, |_, budget| budget.end.saturating_duration_since(Instant::now()))
}

/// Tells that something was stored: what was begun has to be answered for.
pub fn keep() {
    with((), |_, budget| {
        budget.is_kept.store(true, Relaxed);
        let further = budget.once_stored.swap(0, Relaxed);
        budget.steps.fetch_add(further, Relaxed);
    });
}

/// Whether something was stored that has to be answered for.
pub fn is_kept() -> bool {
    with(false, |_, budget| budget.is_kept())
}

/// What there is no more of, if anything.
pub fn spent() -> Option<Spent> {
    with(None, |_, budget| budget.spent())
}

/// The same work, within this thread's budget on whichever thread.
pub fn carried<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let budget = HERE.with(|here| here.budget.borrow().clone());
    move || match budget {
        Some(budget) => budget.within(work),
        None => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(steps: u64, bytes: u64) -> Limits {
        Limits { steps, once_stored: 100, bytes, time: Duration::from_secs(60) }
    }

    #[test]
    fn parts_of_a_request_have_one_budget() {
        let budget = Budget::new(limits(100_000, 10), &Memory::new(0));
        for _ in 0..10 {
            assert_eq!(budget.within(|| spend(10_000)), Ok(()));
        }
        assert_eq!(budget.within(|| spend(1)), Err(Spent::Steps));
        assert_eq!(budget.spent(), Some(Spent::Steps));
        assert_eq!(budget.within(|| take(1)), Err(Spent::Steps), "spent is spent");
        assert_eq!(spend(usize::MAX), Ok(()), "outside there is no budget");
    }

    #[test]
    fn what_is_left_of_a_slice_goes_back() {
        let budget = Budget::new(limits(SLICE * 2, 0), &Memory::new(0));
        for _ in 0..SLICE {
            assert_eq!(budget.within(|| spend(2)), Ok(()));
        }
        assert_eq!(budget.within(steps_left), 0);
        assert_eq!(budget.spent(), None);
    }

    #[test]
    fn threads_that_share_a_budget_have_together_what_one_has() {
        for _ in 0..10 {
            let budget = Budget::new(limits(SLICE * 4, 0), &Memory::new(0));
            let work = || budget.within(|| (0..SLICE * 2).filter(|_| spend(1).is_ok()).count());
            let done: usize = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
            });
            assert!(done <= usize::try_from(SLICE * 4).expect("a size"), "{done}");
        }
    }

    #[test]
    fn a_budget_within_another_does_not_spend_it() {
        let (outer, inner) = (
            Budget::new(limits(10, 0), &Memory::new(0)),
            Budget::new(limits(5, 0), &Memory::new(0)),
        );
        outer.within(|| {
            assert_eq!(spend(3), Ok(()));
            assert_eq!(inner.within(|| spend(6)), Err(Spent::Steps));
            assert_eq!(steps_left(), 7);
        });
        assert_eq!(outer.spent(), None);
    }

    #[test]
    fn answers_share_a_memory_and_give_it_back() {
        let memory = Memory::new(3 << 20);
        let first = Budget::new(limits(0, 10 << 20), &memory);
        let second = Budget::new(limits(0, 10 << 20), &memory);
        assert_eq!(first.within(|| take(1000)), Ok(()));
        assert_eq!(memory.left(), 3 << 20, "small answers reserve nothing");
        assert_eq!(first.within(|| take(2 << 20)), Ok(()));
        assert_eq!(second.within(|| take(2 << 20)), Err(Spent::Memory));
        drop((first, second));
        assert_eq!(memory.left(), 3 << 20);
        let third = Budget::new(limits(0, 1 << 20), &memory);
        assert_eq!(third.within(|| take(2 << 20)), Err(Spent::Bytes));
    }

    #[test]
    fn what_is_stored_is_answered_for() {
        let budget = Budget::new(limits(10, 0), &Memory::new(0));
        budget.within(|| {
            assert_eq!(spend(10), Ok(()));
            keep();
            assert_eq!(spend(100), Ok(()));
            assert_eq!(spend(1), Err(Spent::Steps));
        });
        budget.abandon();
        assert!(budget.is_kept());
    }

    #[test]
    fn time_and_clients_run_out() {
        let past = Limits { time: Duration::ZERO, ..limits(10, 0) };
        let late = Budget::new(past, &Memory::new(0));
        assert_eq!(late.within(|| spend(1)), Err(Spent::Time));
        let left = Budget::new(limits(10, 0), &Memory::new(0));
        left.abandon();
        assert_eq!(left.within(|| spend(1)), Err(Spent::Client));
    }
}
