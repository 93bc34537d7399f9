//! How large a snapshot may be, and how deep definitions may build on each other.

/// Elements of a differential, and of a snapshot, at most.
pub(super) const MOST_ELEMENTS: usize = 10_000;
/// Steps of a path at most.
pub(super) const MOST_STEPS: usize = 32;
/// Definitions that one needs which itself is needed for another, and so on.
pub(super) const MOST_NEEDED: usize = 16;
