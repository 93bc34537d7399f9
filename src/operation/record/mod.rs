//! All that is known of somebody, or of a visit; and who somebody is.

pub(super) mod everything;
pub(super) mod identity;
