//! The booklet people look at: pages for a mother, a midwife and a commune, made on the server of what
//! the operations and engines of the booklet say. No clinical decision is made here, and nothing that
//! is restricted is shown.
//!
//! [`page`] knows which page is at which path, [`reader`] what all of them ask the server for, and
//! [`sheet`] has the pages of one person.

pub mod choice;
mod colour;
mod correction;
mod due;
mod item;
mod list;
pub mod page;
pub(in crate::ui) mod person;
mod reader;
mod search;
mod sheet;
