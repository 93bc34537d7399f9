//! The pages of one person's booklet.

pub(super) mod accesses;
pub(super) mod antenatal;
mod chart;
pub(super) mod growth;
pub(super) mod illness;
mod journey;
pub(super) mod overview;
pub(super) mod vaccination;
