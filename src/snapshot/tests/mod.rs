//! Snapshots as R4 publishes them, and differentials that contradict their base.

mod contradictions;
mod published;
