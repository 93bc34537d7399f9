//! Maternal and child logic: pure functions of records and a day.
//!
//! [`check`] holds a resource against the records of the same mother or child: what each record
//! says may be possible while both together are not. [`need`] says which records that takes,
//! [`records`] holds them, [`rules`] lists the rules with their sources, and `rule` has one file
//! for each kind of contradiction. [`catalogue`] knows the items of the booklet, [`item`] holds a
//! resource to the items it carries. Thresholds and schedules are data with a source, never code
//! without one. [`future`] tells of what is said to have happened and lies ahead, whoever says it.

pub mod about;
pub mod catalogue;
pub mod check;
mod concept;
mod days;
mod dose;
pub mod future;
mod growth;
pub mod item;
mod kin;
pub mod limits;
mod measure;
pub mod need;
mod pregnancy;
pub mod records;
mod report;
mod rule;
pub mod rules;
mod schedule;
mod subject;
pub mod topic;
