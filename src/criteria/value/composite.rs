//! Composites, <https://hl7.org/fhir/R4/search.html#composite>: values that one node has together.
//!
//! A row holds two texts and two numbers, which parts fill in their order
//! ([`Composite`]). When two parts are numbers or dates, each of them
//! is told by one number, where its range begins.

use crate::index::row::{Composite, micros_as_float};

use super::date::{self, DateValue};
use super::number::NumberValue;
use super::quantity::QuantityValue;
use super::reference::ReferenceValue;
use super::string::TextValue;
use super::token::TokenValue;

/// A value of each part.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositeValue {
    pub parts: Vec<PartValue>,
}

/// The value of one part.
#[derive(Debug, Clone, PartialEq)]
pub enum PartValue {
    Token(TokenValue),
    Reference(ReferenceValue),
    /// Only the folded text is kept of it.
    Text(TextValue),
    Uri(String),
    Number(NumberValue),
    Date(DateValue),
    Quantity(QuantityValue),
}

/// Where a part is found in a row.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    pub value: &'a PartValue,
    pub text: TextPlace,
    pub range: RangePlace,
}

/// Which text of a row is a part's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextPlace {
    First,
    Second,
}

/// Which numbers of a row are a part's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangePlace {
    Whole,
    Low,
    High,
}

impl CompositeValue {
    /// The parts with their places, as the index fills them; none when a row has not so many. Of a
    /// part without a text or without a number, that place means nothing.
    pub fn placed(&self) -> Option<Vec<Placed<'_>>> {
        let is_several = self.parts.iter().filter(|part| part.has_range()).count() > 1;
        let mut texts = [TextPlace::First, TextPlace::Second].into_iter();
        let mut ranges = [RangePlace::Low, RangePlace::High].into_iter();
        let each = self.parts.iter().map(|value| {
            let text = if value.has_text() { texts.next()? } else { TextPlace::First };
            let range = match value.has_range() && is_several {
                true => ranges.next()?,
                false => RangePlace::Whole,
            };
            Some(Placed { value, text, range })
        });
        each.collect()
    }

    /// Whether a row matches.
    pub fn fits(&self, row: &Composite) -> bool {
        self.placed().is_some_and(|parts| parts.iter().all(|part| part.fits(row)))
    }
}

impl PartValue {
    fn has_text(&self) -> bool {
        !matches!(self, Self::Number(_) | Self::Date(_))
    }

    fn has_range(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Date(_) | Self::Quantity(_))
    }
}

impl Placed<'_> {
    fn fits(&self, row: &Composite) -> bool {
        let (number, text) = match self.text {
            TextPlace::First => &row.first,
            TextPlace::Second => &row.second,
        };
        let (low, high) = match self.range {
            RangePlace::Whole => (row.low, row.high),
            RangePlace::Low => (row.low, row.low),
            RangePlace::High => (row.high, row.high),
        };
        match self.value {
            PartValue::Token(value) => value.fits(*number, text),
            PartValue::Reference(value) => value.fits(*number, text),
            PartValue::Text(value) => value.fits(text, text),
            PartValue::Uri(value) => value == text,
            PartValue::Number(value) => value.fits(low, high),
            PartValue::Quantity(value) => value.fits_part((*number, text), (low, high)),
            PartValue::Date(value) => {
                let range = value.range;
                let range = (micros_as_float(range.low), micros_as_float(range.high));
                date::compare(value.prefix, range, (low, high))
            }
        }
    }
}
