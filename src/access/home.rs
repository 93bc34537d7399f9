//! The authorization server that is built in, as control of access needs it: its tokens are taken
//! without being configured, and end as soon as what they hang on does.

use std::fmt::Debug;
use std::pin::Pin;

use super::token::{Claims, Clock, Fault, Jws};

/// What is answered when the database was asked.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// The authorization server of this server.
pub trait Home: Debug + Send + Sync {
    /// The claim `iss` of its tokens.
    fn issuer(&self) -> &str;

    /// What a token claims that it signed.
    fn check<'a>(&'a self, jws: &'a Jws<'a>, clock: Clock) -> Answer<'a, Claims>;

    /// Whether a token that was checked still counts: nobody revoked it, and its client and its account
    /// may be used.
    fn stands<'a>(&'a self, claims: &'a Claims) -> Answer<'a, bool>;
}
