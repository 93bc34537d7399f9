//! What a client is sent: an [`answer`] or a failure, Bundles written around stored bodies ([`text`]),
//! piece by piece ([`sending`]).

pub(super) mod answer;
mod challenge;
mod job;
mod lines;
mod link;
pub(super) mod sending;
pub(super) mod shrink;
mod text;
mod wanted;
