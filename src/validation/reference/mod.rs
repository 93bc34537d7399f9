//! References, <https://hl7.org/fhir/R4/references.html>: what they say ([`literal`]), what they lead
//! to ([`resolve`]) in a Bundle ([`bundled`]) or in Parameters ([`given`]), and what profiles ask of
//! that ([`target`]).

pub(super) mod bundled;
pub(super) mod given;
mod literal;
mod resolve;
pub(super) mod target;
