//! All that is known of somebody, or of a visit; who somebody is, and who looked at her record.

pub(super) mod access_log;
pub(super) mod everything;
pub(super) mod identity;
