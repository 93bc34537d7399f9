//! Element definitions as a tree.
//!
//! An [`element`] is one definition as JSON, a [`place`] where it stands, a [`node`] the definition
//! with what is below it. [`choice`] finds slices that are named in a short way.

pub(super) mod choice;
pub(super) mod element;
pub(super) mod node;
pub(super) mod place;
