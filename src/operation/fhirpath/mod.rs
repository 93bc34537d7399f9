//! `$fhirpath`: [`evaluate`] answers a call, [`given`] is what the call holds, [`part`] turns items
//! into parts of `Parameters` and back, [`outside`] answers what expressions ask of other rooms.

pub(super) mod evaluate;
mod given;
pub mod outside;
mod part;
