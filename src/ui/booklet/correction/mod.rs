//! “Báo sai”: whoever reads a page says that an entry is wrong; whoever wrote it answers. Nothing of the
//! entry changes until they change it.
//!
//! [`task`] makes the Task and reads it, [`writer`] knows whom it is for, [`report`] is the form of a
//! page, [`answer`] what a facility does with it.

pub(super) mod answer;
mod link;
pub(super) mod report;
pub(super) mod task;
mod writer;

pub(super) use link::link;
