//! How letters look, and which elements are on paper at all.

use super::tree::Element;

/// A colour: red, green, blue.
pub(super) type Colour = (u8, u8, u8);

pub(super) const INK: Colour = (0, 0, 0);
pub(super) const DIM: Colour = (70, 70, 70);
pub(super) const LINE: Colour = (120, 120, 120);
const YELLOW: Colour = (255, 240, 160);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Vietnamese,
    English,
}

/// How letters look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub(super) size: f32,
    pub(super) is_bold: bool,
    pub(super) colour: Colour,
    pub(super) language: Language,
}

impl Look {
    pub(super) fn of(size: f32) -> Self {
        Self { size, is_bold: false, colour: INK, language: Language::Vietnamese }
    }

    /// How the letters of an element look within these.
    pub(super) fn within(self, element: &Element) -> Self {
        let mut look = self;
        match element.name.as_str() {
            "h1" => (look.size, look.is_bold) = (self.size * 1.7, true),
            "h2" => (look.size, look.is_bold) = (self.size * 1.3, true),
            "h3" => (look.size, look.is_bold) = (self.size * 1.1, true),
            "b" | "strong" | "th" | "dt" | "caption" | "summary" => look.is_bold = true,
            "small" => look.size = self.size * 0.9,
            _ => {}
        }
        if element.has_class("big") {
            (look.size, look.is_bold) = (self.size * 1.2, true);
        }
        if element.has_class("dim") || element.has_class("note") {
            look.colour = DIM;
        }
        if element.has_class("danger") {
            look.is_bold = true;
        }
        look
    }

    /// The height of a line.
    pub(super) fn line(self) -> f32 {
        self.size * 1.38
    }
}

/// The frame of a cell that tells a colour: told apart without colours by its line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) fill: Option<Colour>,
    pub(super) width: f32,
    pub(super) is_dashed: bool,
}

/// The frame of an element that has one.
pub(super) fn frame(element: &Element) -> Option<Frame> {
    if !element.has_class("cell") {
        return None;
    }
    Some(if element.has_class("danger") {
        Frame { fill: None, width: 1.6, is_dashed: false }
    } else if element.has_class("yellow") {
        Frame { fill: Some(YELLOW), width: 1.0, is_dashed: true }
    } else {
        Frame { fill: None, width: 0.5, is_dashed: false }
    })
}

/// Whether an element is on paper: what leads elsewhere or is filled in is not.
pub(super) fn is_on_paper(element: &Element) -> bool {
    let by_name = ["nav", "form", "header", "footer", "script", "style", "button", "input"];
    let by_class = ["skip", "tabs", "pages", "aside", "report"];
    !by_name.contains(&element.name.as_str()) && !by_class.iter().any(|one| element.has_class(one))
}

/// Whether an element stands in a line of text.
pub(super) fn is_inline(element: &Element) -> bool {
    let all = [
        "a", "b", "br", "code", "em", "i", "small", "span", "strong", "sub", "sup", "time",
        "label", "wbr",
    ];
    all.contains(&element.name.as_str())
}
