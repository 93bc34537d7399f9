//! Snapshots become trees of nodes: [`nodes`] makes them from the [`outline`] of a definition and the
//! [`ground`] it stands on, [`criterion`] finds what tells the slices of an element apart, with the
//! [`fixed_part`] of a value, [`extension`] what else the definition asks by extensions. [`base`]
//! compiles the constraints that R4 states for its own types.

pub(super) mod base;
mod criterion;
mod extension;
mod fixed_part;
mod ground;
pub(super) mod nodes;
pub(super) mod outline;
