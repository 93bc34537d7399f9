//! Value sets: which codes are in them.
//!
//! [`definition`] takes one apart; it may have a URL alone ([`implicit`]), name others ([`import`],
//! not in a [`circle`]) or carry its codes ([`expanded`]). [`presence`] looks for one code,
//! [`resolve`] finds the version of its system, and it is [`found`]. [`expand`] gives all:
//! [`collect`] gathers them, [`window`] takes a page of many, [`present`] writes them as JSON. A
//! [`flat_set`] is ready for quick answers.

pub(super) mod circle;
pub(super) mod collect;
pub mod definition;
pub mod expand;
pub(super) mod expanded;
pub(super) mod flat_set;
pub(super) mod found;
pub(super) mod implicit;
mod import;
pub(super) mod presence;
pub mod present;
mod resolve;
mod window;
