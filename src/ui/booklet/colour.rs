//! The colours of cells, as the engine of risk says them, with the words that go with them.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::mch::record::records::Records;
use crate::mch::risk::{Asked, Level, coloured, findings};
use crate::ui::say::Say;

/// The worst colour that a record has, by its address; none where nothing gives one.
#[derive(Debug, Default)]
pub(super) struct Colours(HashMap<String, Level>);

impl Colours {
    /// Those of everything that is recorded of somebody.
    pub(super) fn of(records: &Records<'_>, asked: Asked<'_, '_>) -> Self {
        let mut all = HashMap::new();
        let found = findings(records, asked);
        let found = found.iter().map(|one| (one.record.address, one.level));
        for (address, level) in coloured(records, asked).into_iter().chain(found) {
            let known = all.entry(address.to_owned()).or_insert(level);
            *known = level.max(*known);
        }
        Self(all)
    }

    /// The colour of a record.
    pub(super) fn at(&self, address: &str) -> Option<Level> {
        self.0.get(address).copied()
    }
}

/// What a level is called.
pub(super) fn word(level: Level, say: Say) -> &'static str {
    match level {
        Level::White => say.pick("trắng", "white"),
        Level::Yellow => say.pick("vàng", "yellow"),
        Level::Danger => say.pick("nguy hiểm", "danger"),
    }
}

/// A cell: its colour as a border, a ground and a word.
pub(super) fn cell(level: Option<Level>, say: Say) -> Markup {
    html! {
        @if let Some(level) = level {
            " " span class={ "cell " (level.code()) } { (word(level, say)) }
        }
    }
}
