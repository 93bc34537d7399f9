//! Texts beyond what they say letter for letter: folded for searches, nearest to what was meant,
//! named characters of HTML.

pub mod fold;
pub(crate) mod html_entity;
pub mod percent;
pub mod phone;
pub(crate) mod suggestion;
pub mod tone;
pub mod word;
