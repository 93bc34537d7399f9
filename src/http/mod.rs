//! The wire: actix lives here only.
//!
//! One handler serves every path below the base; the table of routes is
//! [`crate::interaction::route`], so that bundles and the capability statement share it.

mod body;
mod format;
mod guide;
mod header;
mod health;
mod reply;
pub mod server;
mod service;
mod text;
