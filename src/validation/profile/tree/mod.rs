//! What a compiled profile is made of: a [`node`] is what it asks of one element, with the files beside
//! it for bindings ([`bound`]), constraints ([`constraint`], [`due`], [`guard`]), limits ([`range`]),
//! slices ([`slicing`]) and where an extension may be used ([`usage_context`]).

pub(in crate::validation) mod bound;
pub(super) mod constraint;
pub(super) mod due;
pub(super) mod guard;
pub(in crate::validation) mod node;
pub(super) mod range;
pub(super) mod slicing;
pub(in crate::validation) mod usage_context;
