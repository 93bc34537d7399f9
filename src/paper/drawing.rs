//! The drawings of our pages: lines, points, letters and rectangles of an SVG, in their own colours.

use super::letters::width;
use super::look::{Colour, INK, Language, Look};
use super::strip::{Mark, Pen, Step, Strip};
use super::tree::{Element, Node};

/// How tall a drawing may be.
const TALLEST: f32 = 400.0;
/// How far the handles of a quarter of a circle stand off.
const QUARTER: f32 = 0.552_3;

/// Where a drawing stands on paper.
#[derive(Clone, Copy)]
struct Place {
    left: f32,
    top: f32,
    scale: f32,
}

impl Place {
    fn at(self, x: f32, y: f32) -> (f32, f32) {
        ((x - self.left) * self.scale, (y - self.top) * self.scale)
    }
}

/// The drawing, as wide as there is room.
pub(super) fn strips(svg: &Element, room: f32) -> Vec<Strip> {
    let view: Vec<f32> = svg.get("viewBox").map(numbers).unwrap_or_default();
    let [left, top, wide, tall] = view.as_slice() else { return Vec::new() };
    let scale = (room / wide).min(TALLEST / tall).min(1.0_f32.max(room / wide));
    if !scale.is_finite() || scale <= 0.0 {
        return Vec::new();
    }
    let place = Place { left: *left, top: *top, scale };
    let mut marks = Vec::new();
    for element in svg.elements() {
        draw(element, place, &mut marks);
    }
    let height = tall * scale;
    vec![Strip { height: height + 4.0, marks, ..Strip::default() }]
}

fn draw(element: &Element, place: Place, marks: &mut Vec<Mark>) {
    let get =
        |name: &str| element.get(name).and_then(|text| text.parse::<f32>().ok()).unwrap_or(0.0);
    match element.name.as_str() {
        "rect" => {
            let at = place.at(get("x"), get("y"));
            let size = (get("width") * place.scale, get("height") * place.scale);
            marks.push(Mark::rectangle(at, size, pen(element, place)));
        }
        "circle" => {
            let (x, y) = place.at(get("cx"), get("cy"));
            let steps = circle(x, y, get("r") * place.scale);
            marks.push(Mark::Path { steps, pen: pen(element, place) });
        }
        "path" => {
            let steps = steps(element.get("d").unwrap_or_default(), place);
            marks.push(Mark::Path { steps, pen: pen(element, place) });
        }
        "text" => {
            let inherited = element.get("font-size").and_then(|text| text.parse().ok());
            let mut look = Look::of(inherited.unwrap_or(13.0) * place.scale);
            look.language = Language::Vietnamese;
            look.colour = element.get("fill").and_then(colour).unwrap_or(INK);
            let text = element.text();
            let (x, y) = place.at(get("x"), get("y"));
            let back = match element.get("text-anchor") {
                Some("middle") => width(&text, look.size, false) / 2.0,
                Some("end") => width(&text, look.size, false),
                _ => 0.0,
            };
            marks.push(Mark::Text { x: x - back, y, text, look });
        }
        "g" => {
            for node in &element.children {
                if let Node::Element(inner) = node {
                    draw(inner, place, marks);
                }
            }
        }
        _ => {}
    }
}

fn pen(element: &Element, place: Place) -> Pen {
    let stroke = element.get("stroke").and_then(colour);
    let fill = match element.get("fill") {
        Some("none") => None,
        Some(named) => colour(named),
        None => Some(INK),
    };
    let width = element.get("stroke-width").and_then(|text| text.parse::<f32>().ok());
    let dashes = element.get("stroke-dasharray").map(numbers).unwrap_or_default();
    Pen {
        fill,
        stroke,
        width: width.unwrap_or(1.0) * place.scale,
        dashes: dashes.into_iter().map(|dash| dash * place.scale).collect(),
    }
}

fn circle(x: f32, y: f32, r: f32) -> Vec<Step> {
    let k = r * QUARTER;
    vec![
        Step::Move(x + r, y),
        Step::Curve([x + r, y + k, x + k, y + r, x, y + r]),
        Step::Curve([x - k, y + r, x - r, y + k, x - r, y]),
        Step::Curve([x - r, y - k, x - k, y - r, x, y - r]),
        Step::Curve([x + k, y - r, x + r, y - k, x + r, y]),
        Step::Close,
    ]
}

fn numbers(text: &str) -> Vec<f32> {
    text.split([' ', ',']).filter_map(|one| one.parse().ok()).collect()
}

/// `#abc` or `#aabbcc`.
fn colour(text: &str) -> Option<Colour> {
    let digits = text.strip_prefix('#')?;
    let short = u32::from_str_radix(digits, 16).ok()?;
    let byte = |value: u32| u8::try_from(value & 0xff).unwrap_or_default();
    Some(match digits.len() {
        3 => (byte((short >> 8 & 15) * 17), byte((short >> 4 & 15) * 17), byte((short & 15) * 17)),
        _ => (byte(short >> 16), byte(short >> 8), byte(short)),
    })
}

/// The steps of `d`: lines, absolute and relative.
fn steps(d: &str, place: Place) -> Vec<Step> {
    let mut steps = Vec::new();
    let (mut x, mut y) = (0.0_f32, 0.0_f32);
    let mut rest = d;
    while let Some(command) = rest.chars().next() {
        rest = rest.get(command.len_utf8()..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (told, after) = rest.split_at(end);
        rest = after;
        let told = numbers(&told.replace('-', " -"));
        let (one, two) =
            (told.first().copied().unwrap_or(0.0), told.get(1).copied().unwrap_or(0.0));
        (x, y) = match command {
            'M' | 'L' => (one, two),
            'm' | 'l' => (x + one, y + two),
            'H' => (one, y),
            'h' => (x + one, y),
            'V' => (x, one),
            'v' => (x, y + one),
            _ => (x, y),
        };
        let (across, down) = place.at(x, y);
        match command {
            'M' | 'm' => steps.push(Step::Move(across, down)),
            'L' | 'l' | 'H' | 'h' | 'V' | 'v' => steps.push(Step::Line(across, down)),
            'Z' | 'z' => steps.push(Step::Close),
            _ => {}
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_colours_are_read() {
        let place = Place { left: 0.0, top: 0.0, scale: 2.0 };
        let all = steps("M1 2h1v-1H0z", place);
        let wanted = [
            Step::Move(2.0, 4.0),
            Step::Line(4.0, 4.0),
            Step::Line(4.0, 2.0),
            Step::Line(0.0, 2.0),
            Step::Close,
        ];
        assert_eq!(all, wanted);
        assert_eq!(colour("#fff"), Some((255, 255, 255)));
        assert_eq!(colour("#a11a12"), Some((0xa1, 0x1a, 0x12)));
        assert_eq!(colour("red"), None);
    }
}
