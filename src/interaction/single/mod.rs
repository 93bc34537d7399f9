//! Interactions with one resource or one type, a file each.
//!
//! [`conditional`] finds the resource that a conditional one means, [`precondition`] says what must be
//! so before any of them is carried out, [`shown`] how much of what was read goes out.

pub mod conditional;
pub mod conditional_delete;
pub mod conditional_update;
pub mod create;
pub mod delete;
pub mod history;
pub mod idempotent;
pub mod patch;
pub mod precondition;
pub mod provenance;
pub mod read;
pub mod shown;
pub mod update;
pub mod vread;
