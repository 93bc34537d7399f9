//! What is to be stored against the records of the same mother and child, by the rules of
//! [`crate::mch`].
//!
//! [`check`] does so on write and reads the records that takes, [`preview`] says what would come of it,
//! [`person`] reads all of one person and her family for operations by the settings in [`care`],
//! [`due_kept`] keeps what is due, [`same_person`] finds a number that only one person has in two Patients,
//! [`targets`] looks whether what is referred to is there, [`referrers`] whether what is deleted is
//! referred to. [`once`] has an answer of several parts read each record once.

pub mod care;
pub(super) mod check;
pub mod due_kept;
pub mod due_windows;
pub mod once;
pub mod person;
pub mod preview;
pub(super) mod referrers;
pub(super) mod same_person;
pub(super) mod targets;
