//! Functions of collections: questions, filters, parts, order, one value of many.

pub(super) mod aggregate;
pub(super) mod combine;
pub(super) mod existence;
pub(super) mod filter;
pub(super) mod sort;
pub(super) mod subset;
pub(super) mod tree;
