//! The definitions of R4 4.0.1: what every type may hold, how it is searched, which codes it takes.

pub mod added_parameter;
pub mod basis;
pub mod code_set;
pub mod compartment;
pub mod guide;
pub(crate) mod layer;
pub mod library;
pub mod npm;
pub mod operation;
pub mod package;
mod packed;
pub mod provided;
pub mod registry;
pub mod search_parameter;
pub mod shape;
mod shape_builder;
mod structure;
mod terminology;
pub(crate) mod version_order;
