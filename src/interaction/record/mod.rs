//! What is to be stored against the records of the same mother and child, by the rules of
//! [`crate::mch`].
//!
//! [`check`] does so on write and reads the records that takes, [`preview`] says what would come of it,
//! [`due_kept`] keeps what is due,
//! [`person`] reads all of one person and her family for
//! operations by the settings in [`care`], and [`same_person`] finds a number that only one person has in two Patients.

pub mod care;
pub(super) mod check;
pub mod due_kept;
pub mod person;
pub mod preview;
pub(super) mod same_person;
