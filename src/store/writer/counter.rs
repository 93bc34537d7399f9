//! Where numbers, times and the chain of checksums go on.

use crate::fhir::date::Zone;

use super::checksum;
use super::clock::Clock;

/// Where numbers and times continue; read from the database inside the transaction.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Counter {
    pub(in crate::store) rid: i64,
    pub(in crate::store) seq: i64,
    pub(in crate::store) now: i64,
    pub(in crate::store) chain: i64,
    pub(in crate::store) zone: Zone,
}

/// The last change, as `log_end` has it.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::store) struct Last {
    /// Which list of search parameters there is.
    pub(in crate::store) generation: i64,
    pub(in crate::store) rid: i64,
    pub(in crate::store) seq: i64,
    pub(in crate::store) updated: i64,
    pub(in crate::store) chain: i64,
}

impl Counter {
    /// Goes on from the last change. Time never goes back, even when the clock does.
    pub(in crate::store) fn after(last: Last, now: i64, zone: Zone, clock: &mut Clock) -> Self {
        // Whole milliseconds: what `meta.lastUpdated` shows is what is searched.
        let now = clock.time(now, last.updated) / 1_000 * 1_000;
        Self { rid: last.rid, seq: last.seq, now, chain: last.chain, zone }
    }

    /// Lengthens the chain by a change.
    pub(in crate::store) fn link(&mut self, sum: i64, more: i32) -> i64 {
        self.chain = checksum::chain(self.chain, sum, more.into());
        self.chain
    }

    pub(in crate::store) fn next_rid(&mut self) -> i64 {
        self.rid += 1;
        self.rid
    }

    pub(in crate::store) fn next_seq(&mut self) -> i64 {
        self.seq += 1;
        self.seq
    }
}
