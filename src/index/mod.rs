//! Resource → typed index rows, <https://hl7.org/fhir/R4/search.html>. Pure: no I/O, no clock.
//!
//! [`indexer`] holds a [`plan`] for each resource type: which search parameters begin at which key
//! of the resource. Only what is there costs anything. [`parameter`] has a file for each type of
//! parameter; [`row`] says what a row is, [`key`] what a change touches, [`compartment`] whose
//! record a resource is, [`own`] what rights ask of it beside that, [`part`] what is seen with others,
//! [`provision`] what a consent says, [`whom`] the ids of whom it is about, [`words`] what full-text searches
//! find.
//!
//! `_id` and `_lastUpdated` have no rows, because the store has them itself. Contained resources
//! are not indexed, nor are other parameters without an expression.

pub mod compartment;
pub mod indexer;
pub mod key;
pub mod live;
pub mod own;
mod parameter;
pub mod part;
pub mod patient;
mod plan;
pub mod provision;
pub mod row;
pub mod stand_in;
pub mod whom;
pub mod words;
