//! Threads that work on one request at a time, so that nobody waits behind what takes longer there.

use std::cell::Cell;

thread_local! {
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Tells that this thread is one of them.
pub fn work_alone() {
    ALONE.set(true);
}

/// Whether this thread is one of them.
pub(super) fn is_alone() -> bool {
    ALONE.get()
}
