//! The authorization server that is built in.

mod oauth;
