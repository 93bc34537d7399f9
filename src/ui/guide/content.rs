//! What a page of the guide shows.

use maud::Markup;

/// A page: its title and what is on it.
pub(super) struct Page {
    pub(super) title: String,
    pub(super) body: Markup,
}
