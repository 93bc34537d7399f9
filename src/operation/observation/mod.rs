//! Operations on observations: [`lastn`], [`stats`]. Both read what a search [`found`].

mod found;
pub(super) mod lastn;
mod measure;
pub(super) mod stats;
