//! All that is known of somebody, or of a visit.

pub(super) mod everything;
