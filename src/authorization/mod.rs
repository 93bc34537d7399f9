//! The authorization server that is built in: people with accounts, clients, keys, sessions.
//!
//! [`record`] says what is kept of each, [`kept`] reads and changes it. It is on where the settings say
//! `authorization_server = true`; commands work on the same rows beside a running server.

pub mod kept;
pub mod record;
