//! The wire: actix lives here only.
//!
//! One handler ([`service`]) serves every path below the base; the table of routes is
//! [`crate::interaction::route`], so that bundles and the capability statement share it. What
//! comes is read in [`request`], what goes is written in [`reply`], in a [`mod@format`] that both
//! know. [`lanes`] say where the work between is done, [`exchange`] does it.

mod address;
mod admission;
pub mod background;
mod binary;
mod connection;
mod decision;
mod exchange;
mod format;
mod health;
pub mod house;
pub mod lanes;
mod oauth;
mod options;
mod page;
mod reply;
mod request;
pub mod server;
mod service;
mod shield;
pub mod transport;
