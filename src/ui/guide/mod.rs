//! The pages of the guide of the booklet, `/guide`, made from the definitions, the catalogue and the
//! examples that the server embeds: nothing on them is typed here but headings.

mod begin;
mod coding;
mod content;
mod coverage;
mod example;
mod form;
mod index;
mod item;
mod map;
pub mod page;
mod profile;
mod rules;
mod source;
mod words;
