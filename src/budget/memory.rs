//! Bytes that all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Bytes that all requests together may have.
#[derive(Debug)]
pub struct Memory {
    left: AtomicU64,
}

/// A part of the memory of all requests; it goes back when this is dropped.
#[derive(Debug)]
pub struct Lease {
    memory: Arc<Memory>,
    bytes: AtomicU64,
}

impl Memory {
    /// So many bytes for all.
    pub fn new(bytes: u64) -> Arc<Self> {
        Arc::new(Self { left: AtomicU64::new(bytes) })
    }

    /// Takes a part of it, if there is as much.
    pub fn lease(self: &Arc<Self>, bytes: u64) -> Option<Lease> {
        let lease = Lease::empty(self);
        lease.grow(bytes).then_some(lease)
    }

    /// What nobody has.
    pub fn left(&self) -> u64 {
        self.left.load(Relaxed)
    }
}

impl Lease {
    /// Nothing yet.
    pub(super) fn empty(memory: &Arc<Memory>) -> Self {
        Self { memory: Arc::clone(memory), bytes: AtomicU64::new(0) }
    }

    /// Takes more; false when there is not as much.
    pub fn grow(&self, bytes: u64) -> bool {
        let has = self.memory.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(bytes));
        if has.is_ok() {
            self.bytes.fetch_add(bytes, Relaxed);
        }
        has.is_ok()
    }

    /// What this has.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.memory.left.fetch_add(self.bytes(), Relaxed);
    }
}
