//! Tokens of external issuers: JWTs after RFC 7519 and RFC 9068, checked as RFC 8725 asks.
//!
//! [`jws`] takes one apart, [`jwks`] has the keys of an issuer, [`claims`] says what it must claim, and
//! [`trusted`] checks all of it. Of an opaque token its issuer is asked ([`introspection`]). [`once`] remembers those that count once. Signatures are verified by
//! a crate; nothing here computes any.

mod claims;
pub mod fetch;
mod introspection;
pub mod jwks;
pub mod jws;
pub(super) mod once;
pub(super) mod trusted;

pub use claims::{Claims, Clock};
pub use jws::Jws;

/// Why a token is not taken. Whoever sent it is told no more than that: the reason is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Bad(&'static str),
    /// The keys of the issuer cannot be had right now.
    NoKeys,
}
