//! The text of XML itself, whatever it is about: [`tokens`] are its tags with their [`attribute`]s
//! and namespaces ([`scope`]); [`wrong`] is what can be wrong with it, [`fault`] where.

pub(super) mod attribute;
pub(super) mod fault;
pub(super) mod scope;
pub(super) mod tokens;
pub(super) mod wrong;
