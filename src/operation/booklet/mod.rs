//! What is worked out of the records of mother and child, and stored nowhere: an operation a file.
//!
//! [`asked`](super::asked) holds what comes to what these operations take, [`answer`] writes what they answer. The
//! engines are in [`crate::mch`].

mod answer;
pub(super) mod due;
pub(super) mod due_bundle;
pub(super) mod gestation;
pub(super) mod growth;
pub(super) mod growth_of_measurements;
mod people;
pub(super) mod risk;
mod wanted;
pub(crate) mod windows;
