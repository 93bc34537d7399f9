//! Documents of one person: the booklet, the notice of a birth, the international summary.
//!
//! [`record`] reads all that is recorded of somebody, [`restricted`] says what stays out of
//! documents, [`section`] to which part of the booklet a record belongs, [`narrative`] what is read of
//! it, and [`bundle`] puts a document together. [`booklet`], [`birth_notice`] and [`summary`] are the
//! operations.

pub(super) mod birth_notice;
pub(super) mod booklet;
mod bundle;
mod computed;
pub mod narrative;
mod record;
pub mod restricted;
mod section;
pub(super) mod summary;
