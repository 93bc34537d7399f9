//! The writer, as far as it is the same for both databases: commits wait in a [`queue`], [`decide`]
//! says what they do to the rows as they are and whether what they rest on is still so ([`recent`]);
//! a [`clock`] gives them times, [`checksum`] sums.

pub(super) mod checksum;
pub(super) mod clock;
pub(super) mod counter;
pub(super) mod decide;
pub(super) mod kept;
pub(super) mod queue;
pub(super) mod recent;
