//! What is walked: a [`resource`] and those it contains ([`contained`]), its objects ([`object`]), the
//! [`content`] of each of their keys as [`items`], and extensions ([`extension`]). A [`template`] has no values yet. A [`path`] says
//! where the walk is.

mod contained;
mod content;
mod extension;
pub(super) mod items;
pub(super) mod object;
pub(super) mod path;
pub(super) mod present;
pub(super) mod resource;
mod template;
mod unknown_extension;
