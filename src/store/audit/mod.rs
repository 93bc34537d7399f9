//! Who did what with whose record, in rows of their own: appended by the writer, in a chain, never
//! changed.
//!
//! | file | what |
//! |---|---|
//! | [`event`] | what is to be recorded, and what of a commit is |
//! | [`agent`] | who does things, once each |
//! | [`ledger`] | events → rows, each with the chain over all before it; pure |
//! | [`committed`] | what a commit did, as events |
//! | [`recorder`] | whether an answer waits for the disk, or a bounded time later |
//! | [`search`] | rows, newest or oldest first |
//! | [`glass`] | until when somebody may see whom by Break-Glass |
//! | [`cut`] | retention: the chain begins later |
//!
//! Either database writes them in its own way (`sqlite`, `postgres`), in the transaction of the commits
//! beside which they stand, or in one of many reads.

pub mod agent;
pub(in crate::store) mod committed;
pub mod cut;
pub mod event;
pub mod glass;
pub(in crate::store) mod ledger;
pub(in crate::store) mod recorder;
pub mod search;
