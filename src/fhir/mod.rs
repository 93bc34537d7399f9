//! The data model: what FHIR calls things, and values that cannot be wrong once parsed.
//!
//! - [`kind`], [`id`], [`mod@reference`], [`decimal`], [`date`] and [`time`] are values; [`text`] is
//!   folded and compared.
//! - [`json`] reads resources strictly, [`member`] looks into them, [`draft`] is one ready to be
//!   stored.
//! - [`issue`] is what is found about one, [`position`] where in its text.

pub mod date;
pub mod decimal;
pub mod draft;
pub mod id;
pub mod issue;
pub mod json;
pub mod kind;
pub mod member;
pub mod position;
pub mod reference;
pub mod text;
pub mod time;
pub mod unit;
