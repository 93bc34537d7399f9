//! What publishers' files say, one thing at a time.

use crate::terminology::system::concept::PropertyValue;

/// One thing that is said of a concept.
#[derive(Debug, Clone, PartialEq)]
pub enum Item<'a> {
    /// The concept is there. Said again, the later words hold; a display that is none changes
    /// nothing.
    Concept {
        code: &'a str,
        display: Option<&'a str>,
        is_inactive: bool,
        is_abstract: bool,
    },
    /// How a concept is shown that has no display yet.
    Display {
        code: &'a str,
        display: &'a str,
    },
    Designation {
        code: &'a str,
        language: Option<&'a str>,
        usage: Usage<'a>,
        value: &'a str,
    },
    Property {
        code: &'a str,
        property: &'a str,
        value: PropertyValue,
    },
    /// The first is right below the second.
    Link {
        child: &'a str,
        parent: &'a str,
    },
}

/// What a designation is for: a code of a system, or nothing in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage<'a> {
    pub system: Option<&'a str>,
    pub code: Option<&'a str>,
    pub display: Option<&'a str>,
}

impl<'a> Usage<'a> {
    /// A code of a system.
    pub fn of(system: &'a str, code: &'a str) -> Self {
        Self { system: Some(system), code: Some(code), display: None }
    }
}

/// Takes items; an error ends the reading.
pub type Take<'t, E> = &'t mut dyn FnMut(Item<'_>) -> Result<(), E>;
