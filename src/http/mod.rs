//! The wire: actix lives here only.
//!
//! One handler serves every path below the base; the table of routes is
//! [`crate::interaction::route`], so that bundles and the capability statement share it.

mod body;
mod connection;
mod exchange;
mod format;
mod guide;
mod head;
mod header;
mod health;
pub mod house;
pub mod lanes;
mod reply;
mod sending;
pub mod server;
mod service;
mod text;
