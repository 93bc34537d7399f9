//! The search parameters that a database has rows of, and how they come and go.
//!
//! | state | rows | searches |
//! |---|---|---|
//! | complete | every resource has them | answered |
//! | growing | every write makes them, a job those of what was stored before | not yet |
//! | leaving | nobody makes them, a job deletes them | no more |
//!
//! Invariant: `log_end.generation` changes with every change of this list, in the same transaction,
//! under the writers' lock. A writer that knows another list than the one of this number learns it
//! before it writes, and makes again what rows were made by an older one. So from the moment that a
//! parameter is listed every write of every server makes its rows, and the job that goes over what was
//! stored before has nothing to catch up with.

pub(super) mod adopt;
pub(super) mod changes;
pub(super) mod listed;
