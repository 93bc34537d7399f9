//! Definitions × resource → findings: is this resource what R4 says it may be?
//!
//! A resource is walked once ([`walk`]); every finding of that walk is reported, each with the
//! `FHIRPath` of its element. What the walk checks of an [`element`], in this order: its name,
//! whether it is one or many, its JSON type, the [`mod@format`] of its value, its references
//! ([`mod@reference`]), its codes ([`code`]); then, of the object it belongs to, what is missing
//! and what may not stand together. What R4 says in words of single types is a [`rule`]; what is
//! told of all that is in [`message`]. [`narrowed`] asks whether one definition only narrows
//! another.
//!
//! A profile is a tree of nodes beside the shapes ([`profile`]), and the walk carries the nodes that
//! apply to the object at hand next to its shape: the shape answers for the base definition, each
//! node for its profile's cardinality, fixed values, slices and bindings. Constraints belong to a
//! shape or a node; they are evaluated after the children of an object were walked and found well
//! formed, so that no expression meets malformed data. A resource is walked once however many
//! profiles it is checked against; only "does it conform to one of these" is a walk of its own.
//!
//! Limits: 200 errors end the walk and 200 other findings are kept; questions of conformance are at
//! most 8 deep; expressions have the budget of
//! [`crate::fhirpath::expression::environment::STEPS`] each.

mod code;
mod element;
mod engine;
mod format;
mod message;
pub mod narrowed;
mod profile;
mod reference;
pub mod request;
mod rule;
pub mod validator;
mod walk;

#[cfg(test)]
mod tests;
