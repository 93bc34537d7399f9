//! Work whose bytes are given back when it is done: of a list of a thousand people the records of one
//! are there at a time.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::{Budget, Limits, Memory, Spent, bytes_left, look, spend_steps, steps_left, time_left};

/// The longest time that a budget apart counts, where there is no other.
const LONGEST: Duration = Duration::from_secs(3_600);

/// Waits for work that has the steps and the time that are left here, and bytes of its own, as many as
/// are left. What it took of steps is taken here.
pub async fn apart<F: Future>(work: F) -> Result<F::Output, Spent> {
    look()?;
    let steps = steps_left();
    let bytes = u64::try_from(bytes_left()).unwrap_or(u64::MAX);
    let limits = Limits { steps, once_stored: 0, bytes, time: time_left().min(LONGEST) };
    let budget: Arc<Budget> = Budget::new(limits, &Memory::new(bytes));
    let done = budget.follow(work).await;
    spend_steps(steps.saturating_sub(budget.steps.load(Relaxed)))?;
    Ok(done)
}
