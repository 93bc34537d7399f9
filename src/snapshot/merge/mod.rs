//! What a differential says of one element, put on top of what the base says ([`apply`]).
//!
//! Invariants pile up ([`constraint`]), texts add to each other ([`text`]), and the profile of a type
//! adds what it says of its root ([`type_profile`]).

pub(super) mod apply;
pub(super) mod constraint;
pub(super) mod text;
pub(super) mod type_profile;
