//! The text of a definition in a [`super::layer::Layer`]: a part of a larger text, or packed.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Where a text is.
#[derive(Debug)]
pub(super) enum Text {
    /// A part of one of the layer's texts.
    Line(usize, Range<usize>),
    Packed(Arc<[u8]>),
}

/// A definition that was found.
#[derive(Debug)]
pub(crate) struct Source<'l> {
    /// That of its entry: no other text ever has it.
    pub(crate) number: u64,
    pub(crate) version: Option<&'l str>,
    pub(super) text: &'l Text,
    pub(super) texts: &'l [String],
}

impl Source<'_> {
    /// The text of the definition.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self.text {
            Text::Line(number, place) => {
                self.texts.get(*number)?.get(place.clone()).map(Cow::Borrowed)
            }
            Text::Packed(packed) => unpack(packed).map(Cow::Owned),
        }
    }

    /// The packed text, which outlives the layer.
    pub(crate) fn packed(&self) -> Option<(u64, Arc<[u8]>)> {
        match self.text {
            Text::Packed(packed) => Some((self.number, Arc::clone(packed))),
            Text::Line(..) => None,
        }
    }
}

/// The text that was packed.
pub(crate) fn unpack(packed: &[u8]) -> Option<String> {
    String::from_utf8(zstd::decode_all(packed).ok()?).ok()
}
