//! The tables: their [`version`], their names ([`table`]), those of the search index
//! ([`index_table`]), and how rows are written many at once ([`bulk`]).
//!
//! What an earlier Mebe left out is put in by [`fill`]; [`rebuild`] makes the search index anew.

pub(super) mod bulk;
mod fill;
pub(super) mod index_table;
pub(super) mod location;
pub(super) mod rebuild;
pub(super) mod table;
pub(super) mod version;
pub(super) mod words;
