//! Maternal and child logic: pure functions of records and a day.
//!
//! [`check`] holds a resource against the records of the same mother or child: what each record
//! says may be possible while both together are not. [`record`] says which records that takes and
//! what they tell, [`rule`] has one file for each kind of contradiction and lists the rules with
//! their sources. [`catalogue`] knows the items of the booklet, [`item`] holds a resource to the
//! items it carries. Thresholds and schedules are data with a source, never code without one:
//! [`timetable`] has the rows of the schedule. [`gestation`] says how old a pregnancy is, [`growth`] how
//! a child grows, [`immunization`] which doses count and what comes next, [`risk`] what is yellow, [`due`]
//! what is to be done, [`referral`] how far a referral came,
//! [`correction`] which Task says that a record is wrong.
//! [`future`] tells of what is said to have happened and lies ahead, whoever says it.

pub mod catalogue;
pub mod check;
pub mod correction;
pub mod due;
pub mod future;
pub mod gestation;
pub mod growth;
pub mod immunization;
pub mod item;
pub mod record;
pub mod referral;
pub mod risk;
pub mod rule;
pub mod timetable;
