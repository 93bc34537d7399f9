//! The wire: actix lives here only.
//!
//! One handler serves every path below the base; the table of routes is
//! [`crate::interaction::route`], so that bundles and the capability statement share it.

mod address;
mod body;
mod connection;
mod exchange;
mod format;
mod head;
mod header;
mod health;
pub mod house;
mod inflate;
pub mod lanes;
mod page;
pub mod patience;
mod reply;
mod sending;
pub mod server;
mod service;
mod shield;
mod text;
mod unread;
