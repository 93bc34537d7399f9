//! A strip: what is never torn between two sheets, with the marks on it.

use std::rc::Rc;

use super::look::{Colour, Look};

/// A step of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    Move(f32, f32),
    Line(f32, f32),
    Curve([f32; 6]),
    Close,
}

/// How a path is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pen {
    pub(super) fill: Option<Colour>,
    pub(super) stroke: Option<Colour>,
    pub(super) width: f32,
    pub(super) dashes: Vec<f32>,
}

impl Pen {
    pub(super) fn line(colour: Colour, width: f32) -> Self {
        Self { fill: None, stroke: Some(colour), width, dashes: Vec::new() }
    }
}

/// A mark on paper. Places are from the left and the top; of a text, its left end on the base line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    Text { x: f32, y: f32, text: String, look: Look },
    Path { steps: Vec<Step>, pen: Pen },
}

impl Mark {
    /// A rectangle.
    pub(super) fn rectangle((x, y): (f32, f32), (width, height): (f32, f32), pen: Pen) -> Self {
        let steps = vec![
            Step::Move(x, y),
            Step::Line(x + width, y),
            Step::Line(x + width, y + height),
            Step::Line(x, y + height),
            Step::Close,
        ];
        Self::Path { steps, pen }
    }

    /// A straight line.
    pub(super) fn line(from: (f32, f32), to: (f32, f32), pen: Pen) -> Self {
        Self::Path { steps: vec![Step::Move(from.0, from.1), Step::Line(to.0, to.1)], pen }
    }

    fn shift(&mut self, (right, down): (f32, f32)) {
        match self {
            Self::Text { x, y, .. } => (*x, *y) = (*x + right, *y + down),
            Self::Path { steps, .. } => {
                for step in steps {
                    step.shift((right, down));
                }
            }
        }
    }
}

impl Step {
    fn shift(&mut self, (right, down): (f32, f32)) {
        match self {
            Self::Move(x, y) | Self::Line(x, y) => (*x, *y) = (*x + right, *y + down),
            Self::Curve(all) => {
                let [a, b, c, d, e, f] = *all;
                *all = [a + right, b + down, c + right, d + down, e + right, f + down];
            }
            Self::Close => {}
        }
    }
}

/// What is never torn.
#[derive(Debug, Clone, Default)]
pub(super) struct Strip {
    pub(super) height: f32,
    pub(super) marks: Vec<Mark>,
    /// Whether the next strip stands on the same sheet: of a heading.
    pub(super) is_kept: bool,
    /// The head of the table, which stands on each sheet that the table goes on at.
    pub(super) head: Option<Rc<Vec<Strip>>>,
}

impl Strip {
    /// Room.
    pub(super) fn room(height: f32) -> Self {
        Self { height, ..Self::default() }
    }

    /// The strip, farther to the right or lower within.
    pub(super) fn shifted(mut self, by: (f32, f32)) -> Self {
        for mark in &mut self.marks {
            mark.shift(by);
        }
        self
    }
}

/// Strips as one.
pub(super) fn joined(strips: Vec<Strip>) -> Strip {
    let mut whole = Strip::default();
    for strip in strips {
        let (height, down) = (strip.height, whole.height);
        whole.marks.extend(strip.shifted((0.0, down)).marks);
        whole.height += height;
    }
    whole
}

/// The height of strips below each other.
pub(super) fn height(strips: &[Strip]) -> f32 {
    strips.iter().map(|strip| strip.height).sum()
}
