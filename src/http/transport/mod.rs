//! What a connection is carried by: plain TCP, or TLS.
//!
//! [`stream`] is either, [`keys`] has the certificate and its key and reads them again when they change,
//! [`rate`] counts who asks how often.

pub mod keys;
pub mod patience;
pub(super) mod rate;
pub(super) mod stream;
