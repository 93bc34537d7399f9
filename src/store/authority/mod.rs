//! What the authorization server keeps: accounts, clients, grants, keys, sessions, and what serves once.
//!
//! A [`row`] has a kind, an id, perhaps a parent, a body and a time from which on it is not there any
//! more. [`Authority`] reads them, and changes several at once or none. `authority_end` has one row
//! whose revision grows with every change that servers have to learn of; it is locked by whoever
//! changes anything, so that changes stand one behind the other whichever process makes them.

mod place;
pub mod row;

pub use place::Authority;
pub(super) use place::Opened;
