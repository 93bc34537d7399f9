//! Definitions × resource → findings: is this resource what R4 says it may be?
//!
//! A resource is walked once (`walk`); every finding of that walk is reported, each with the
//! `FHIRPath` of its element. What the walk checks of an element, in this order: its name, whether
//! it is one or many, its JSON type, the format of its value, its references, its codes; then, of
//! the object it belongs to, what is missing and what may not stand together.
//!
//! # What comes later
//!
//! Profiles and invariants join the same walk. A profile becomes a tree of nodes beside the shapes,
//! and `walk` carries the nodes that apply to the object at hand next to its shape: the shape
//! answers for the base definition, each node for its profile's cardinality, fixed values, slices
//! and bindings. Invariants belong to a shape or a node; they run after the children of an object
//! were walked and found well formed, so that no expression meets malformed data.

mod binding;
mod date_time;
mod element;
mod message;
mod number;
mod path;
mod present;
mod primitive;
mod reference;
mod resource;
mod text;
mod uri;
pub mod validator;
mod walk;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod rules;
