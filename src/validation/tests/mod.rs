//! Resources that are right and resources that are wrong: R4's own ([`examples`]), by each [`rule`], by
//! what a [`profile`] asks; [`speed`] tells how long it takes.

mod examples;
mod profile;
mod rule;
mod speed;
