//! The pages of one person's booklet.

mod chart;
pub(super) mod growth;
mod journey;
pub(super) mod overview;
pub(super) mod vaccination;
