//! How the definitions of packages fit together, and into R4.
//!
//! [`run`] asks each check about each definition; what is found is a warning, except where the
//! definition cannot be used at all.

mod dangling;
mod element;
mod fault;
mod identifier;
mod known;
mod looked;
mod names;
pub mod run;
mod slicing;
mod system;
mod walk;
