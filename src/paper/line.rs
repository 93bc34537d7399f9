//! Text in lines: words are kept whole where there is room, and so are the cells that tell a colour.

use unicode_normalization::UnicodeNormalization;

use super::letters::width;
use super::look::{Frame, INK, LINE, Look, frame, is_on_paper};
use super::strip::{Mark, Pen, Strip};
use super::tree::{Element, Node};

/// Room between the frame of a cell and its letters.
const INSET: f32 = 2.5;
/// The side of a box to tick, by the size of letters.
const TICK: f32 = 0.95;

/// A part of a word, of one look.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Letters(String, Look),
    Tick(Look),
}

/// What is not torn at the end of a line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Word {
    parts: Vec<Part>,
    frame: Option<Frame>,
    /// Whether there is room before it, and whether it begins a line.
    is_apart: bool,
    is_first: bool,
}

impl Word {
    pub(super) fn width(&self) -> f32 {
        let inset = if self.frame.is_some() { 2.0 * INSET } else { 0.0 };
        inset + self.parts.iter().map(Part::width).sum::<f32>()
    }

    fn look(&self) -> Option<Look> {
        let looks = self.parts.iter().map(|part| match part {
            Part::Letters(_, look) | Part::Tick(look) => *look,
        });
        looks.max_by(|one, other| one.size.total_cmp(&other.size))
    }
}

impl Part {
    fn width(&self) -> f32 {
        match self {
            Self::Letters(text, look) => width(text, look.size, look.is_bold),
            Self::Tick(look) => look.size * TICK,
        }
    }
}

/// The words of nodes that stand in lines.
#[derive(Debug, Default)]
pub(super) struct Words {
    all: Vec<Word>,
    is_apart: bool,
    is_first: bool,
}

impl Words {
    pub(super) fn add(&mut self, node: &Node, look: Look) {
        match node {
            Node::Text(text) => self.text(text, look, None),
            Node::Element(element) => self.element(element, look),
        }
    }

    fn element(&mut self, element: &Element, look: Look) {
        if !is_on_paper(element) {
            return;
        }
        if element.name == "br" {
            self.is_first = true;
            return;
        }
        let look = look.within(element);
        if element.has_class("tick") {
            self.push(Part::Tick(look), None);
            return;
        }
        if let Some(frame) = frame(element) {
            let whole = element.text().split_whitespace().collect::<Vec<_>>().join(" ");
            self.push(Part::Letters(whole.nfc().collect(), look), Some(frame));
            return;
        }
        for node in &element.children {
            self.add(node, look);
        }
    }

    pub(super) fn text(&mut self, text: &str, look: Look, frame: Option<Frame>) {
        let text: String = text.nfc().collect();
        let mut rest = text.as_str();
        while let Some(letter) = rest.chars().next() {
            if letter.is_whitespace() && letter != '\u{a0}' {
                self.is_apart = true;
                rest = rest.trim_start_matches(|c: char| c.is_whitespace() && c != '\u{a0}');
                continue;
            }
            let end = rest.find(|c: char| c.is_whitespace() && c != '\u{a0}').unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            self.push(Part::Letters(word.to_owned(), look), frame);
            rest = after;
        }
    }

    fn push(&mut self, part: Part, frame: Option<Frame>) {
        let (is_apart, is_first) = (self.is_apart, self.is_first);
        (self.is_apart, self.is_first) = (false, false);
        if !is_apart
            && !is_first
            && frame.is_none()
            && let Some(last) = self.all.last_mut().filter(|last| last.frame.is_none())
        {
            last.parts.push(part);
            return;
        }
        self.all.push(Word { parts: vec![part], frame, is_apart, is_first });
    }

    /// The width of the widest word, and of all in one line.
    pub(super) fn widths(&self) -> (f32, f32) {
        let (mut least, mut most, mut line) = (0.0_f32, 0.0_f32, 0.0_f32);
        for word in &self.all {
            let wide = word.width();
            least = least.max(wide);
            line = if word.is_first { wide } else { line + wide + gap(word) };
            most = most.max(line);
        }
        (least, most)
    }

    /// The lines within a width.
    pub(super) fn lines(self, width: f32) -> Vec<Strip> {
        let mut lines: Vec<Vec<Word>> = Vec::new();
        let mut used = 0.0;
        for word in self.all.into_iter().flat_map(|word| fitted(word, width)) {
            let wide = word.width();
            let before = gap(&word);
            match lines.last_mut().filter(|_| !word.is_first && used + before + wide <= width) {
                Some(line) => {
                    used += before + wide;
                    line.push(word);
                }
                None => {
                    used = wide;
                    lines.push(vec![word]);
                }
            }
        }
        lines.iter().map(|line| drawn(line)).collect()
    }
}

/// The room before a word.
fn gap(word: &Word) -> f32 {
    match word.look().filter(|_| word.is_apart) {
        Some(look) => width(" ", look.size, false),
        None => 0.0,
    }
}

/// A word that has room in a line: a cell loses its frame, others are torn where they must be.
fn fitted(word: Word, most: f32) -> Vec<Word> {
    if word.width() <= most {
        return vec![word];
    }
    if let (Some(_), Some(Part::Letters(text, look))) = (word.frame, word.parts.first()) {
        let mut words =
            Words { is_apart: word.is_apart, is_first: word.is_first, ..Words::default() };
        words.text(&format!("[{text}]"), *look, None);
        return words.all.into_iter().flat_map(|word| fitted(word, most)).collect();
    }
    let mut all: Vec<Word> = Vec::new();
    let mut current = Word { parts: Vec::new(), ..word.clone() };
    let mut used = 0.0;
    for part in word.parts {
        let Part::Letters(text, look) = part else {
            current.parts.push(part);
            continue;
        };
        let mut piece = String::new();
        for letter in text.chars() {
            let wide = width(letter.encode_utf8(&mut [0; 4]), look.size, look.is_bold);
            if used + wide > most && used > 0.0 {
                current.parts.push(Part::Letters(std::mem::take(&mut piece), look));
                all.push(std::mem::take(&mut current));
                used = 0.0;
            }
            used += wide;
            piece.push(letter);
        }
        current.parts.push(Part::Letters(piece, look));
    }
    all.push(current);
    all
}

fn drawn(line: &[Word]) -> Strip {
    let looks = line.iter().filter_map(Word::look);
    let highest = looks.max_by(|one, other| one.size.total_cmp(&other.size));
    let Some(highest) = highest else { return Strip::default() };
    let height = highest.line();
    let base = height * 0.76;
    let mut marks = Vec::new();
    let mut x = 0.0;
    for (place, word) in line.iter().enumerate() {
        if place > 0 {
            x += gap(word);
        }
        let start = x;
        let size = word.look().map_or(highest.size, |look| look.size);
        if let Some(frame) = word.frame {
            let pen = Pen {
                fill: frame.fill,
                stroke: Some(if frame.width > 1.0 { INK } else { LINE }),
                width: frame.width,
                dashes: if frame.is_dashed { vec![2.5, 1.5] } else { Vec::new() },
            };
            let top = base - size * 0.95;
            let around = (word.width(), size * 1.22);
            marks.push(Mark::rectangle((start, top), around, pen));
            x += INSET;
        }
        for part in &word.parts {
            match part {
                Part::Letters(text, look) => {
                    marks.push(Mark::Text { x, y: base, text: text.clone(), look: *look });
                }
                Part::Tick(look) => {
                    let side = look.size * 0.85;
                    let pen = Pen::line(INK, 0.8);
                    marks.push(Mark::rectangle((x, base - side), (side, side), pen));
                }
            }
            x += part.width();
        }
        if word.frame.is_some() {
            x += INSET;
        }
    }
    Strip { height, marks, ..Strip::default() }
}
