//! Forms that a health worker fills in a browser, `/so/{patient}/ghi/{form}`: made of the guide's
//! Questionnaires, filled by `$populate`, stored with the records that `$extract` makes of them.
//!
//! [`known`] has the forms there are, [`page`] shows one, [`submit`] takes one that was sent. [`field`]
//! and [`control`] are the fields, [`typed`] reads what was typed, [`filled`] makes answers of it,
//! [`fault`] says what is wrong beside which field, [`changed`] what became of a form meanwhile,
//! [`told`] what was stored.

mod changed;
mod control;
mod fault;
mod field;
mod filled;
mod known;
pub mod page;
mod submit;
pub(super) mod told;
mod typed;
