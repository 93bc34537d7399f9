//! Codes: against the systems they are from ([`coding`], [`no_system`]), and against the value sets
//! they are bound to ([`binding`]), of which some have no end ([`form`]) or are units ([`units`]).

mod binding;
mod coding;
mod form;
mod no_system;
mod units;
