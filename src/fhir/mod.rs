//! The data model: what FHIR calls things, and values that cannot be wrong once parsed.

pub(crate) mod calendar;
pub mod date;
pub mod decimal;
pub mod draft;
pub mod fold;
pub(crate) mod html_entity;
pub mod id;
pub mod issue;
pub mod json;
mod json_fault;
mod json_number;
pub mod kind;
pub mod member;
pub mod merge;
pub mod period;
pub mod position;
pub mod reference;
pub(crate) mod suggestion;
pub mod time;
pub mod topic;
