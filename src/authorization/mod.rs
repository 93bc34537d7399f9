//! The authorization server that is built in: people with accounts, clients, keys, sessions.
//!
//! [`record`] says what is kept of each, [`kept`] reads and changes it. [`account`], [`client`], [`key`] and
//! [`grant`] are what commands and the admin page do; [`server`] is the one that runs, [`sign_in`] and
//! [`session`] what it does for people, with [`password`] and second [`factor`]. It is on where the settings
//! say `authorization_server = true`; commands work on the same rows beside a running server, which
//! learns of it within a second.

pub mod account;
pub mod client;
pub mod factor;
pub mod grant;
pub mod kept;
pub mod key;
pub mod oauth;
pub mod password;
pub mod record;
pub mod server;
pub mod session;
pub mod sign_in;
pub mod trouble;
