//! Drawings: lines and points in a frame with numbers at its sides. Lines differ in their dashes and have
//! names at their ends, so that they can be told apart without colours.

use maud::{Markup, html};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 480.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 76.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 44.0;

/// A line, or points that are joined.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) colour: &'static str,
    pub(super) dash: &'static str,
    pub(super) is_marked: bool,
    pub(super) points: Vec<(f64, f64)>,
}

/// A drawing.
#[derive(Debug)]
pub(super) struct Chart {
    /// What it shows, for those who hear it.
    pub(super) title: String,
    pub(super) across: String,
    pub(super) up: String,
    /// The numbers at the lower side.
    pub(super) ticks: Vec<(f64, String)>,
    pub(super) lines: Vec<Line>,
}

/// The least and the most, a little wider.
struct Span {
    from: f64,
    to: f64,
}

impl Span {
    fn of(numbers: impl Iterator<Item = f64> + Clone) -> Self {
        let from = numbers.clone().fold(f64::INFINITY, f64::min);
        let to = numbers.fold(f64::NEG_INFINITY, f64::max);
        match from.is_finite() && to.is_finite() {
            true if to - from > f64::EPSILON => Self { from, to },
            true => Self { from: from - 1.0, to: to + 1.0 },
            false => Self { from: 0.0, to: 1.0 },
        }
    }

    /// Which part of the way a number is.
    fn part(&self, number: f64) -> f64 {
        (number - self.from) / (self.to - self.from)
    }

    /// Round numbers within.
    fn steps(&self) -> Vec<f64> {
        let raw = (self.to - self.from) / 6.0;
        let power = 10_f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|one| one * power).into_iter().find(|one| *one >= raw);
        let step = step.unwrap_or(raw);
        let mut all = Vec::new();
        let mut at = (self.from / step).ceil() * step;
        while at <= self.to && all.len() < 20 {
            all.push(at);
            at += step;
        }
        all
    }
}

impl Chart {
    /// The drawing as SVG; `is_alone` where it is a file of its own.
    pub(super) fn svg(&self, is_alone: bool) -> Markup {
        let points = self.lines.iter().flat_map(|line| &line.points);
        let ticks = self.ticks.iter().map(|(at, _)| *at);
        let across = Span::of(points.clone().map(|(x, _)| *x).chain(ticks));
        let up = Span::of(points.map(|(_, y)| *y));
        let x = |at: f64| LEFT + across.part(at) * (WIDTH - LEFT - RIGHT);
        let y = |at: f64| HEIGHT - BOTTOM - up.part(at) * (HEIGHT - TOP - BOTTOM);
        let (right, low) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        let places = if up.to - up.from < 3.0 { 1 } else { 0 };
        html! {
            svg xmlns=[is_alone.then_some("http://www.w3.org/2000/svg")] viewBox={ "0 0 " (WIDTH) " " (HEIGHT) }
                width=(WIDTH) height=(HEIGHT) role="img" aria-label=(self.title) font-family="system-ui,sans-serif" font-size="13" {
                title { (self.title) }
                rect width=(WIDTH) height=(HEIGHT) fill="#fff" {}
                @for at in up.steps() {
                    path d={ "M" (LEFT) " " (short(y(at))) "H" (right) } stroke="#dde3e1" fill="none" {}
                    text x=(LEFT - 6.0) y=(short(y(at) + 4.0)) text-anchor="end" fill="#333" { (format!("{at:.places$}")) }
                }
                @for (at, name) in &self.ticks {
                    path d={ "M" (short(x(*at))) " " (TOP) "V" (low) } stroke="#dde3e1" fill="none" {}
                    text x=(short(x(*at))) y=(low + 17.0) text-anchor="middle" fill="#333" { (name) }
                }
                text x=((LEFT + right) / 2.0) y=(HEIGHT - 8.0) text-anchor="middle" fill="#333" { (self.across) }
                text x=(LEFT + 6.0) y=(TOP + 14.0) fill="#333" { (self.up) }
                @for line in &self.lines { (drawn(line, &x, &y)) }
            }
        }
    }
}

fn drawn(line: &Line, x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> Markup {
    let mut path = String::new();
    for (place, (across, up)) in line.points.iter().enumerate() {
        path.push(if place == 0 { 'M' } else { 'L' });
        path.push_str(&format!("{} {}", short(x(*across)), short(y(*up))));
    }
    let width = if line.is_marked { "2.5" } else { "1.5" };
    html! {
        @if line.points.len() > 1 {
            path d=(path) fill="none" stroke=(line.colour) stroke-width=(width)
                stroke-dasharray=[(!line.dash.is_empty()).then_some(line.dash)] {}
        }
        @if line.is_marked {
            @for (across, up) in &line.points {
                circle cx=(short(x(*across))) cy=(short(y(*up))) r="4.5" fill=(line.colour) stroke="#fff" {}
            }
        }
        @if let Some((across, up)) = line.points.last().filter(|_| !line.name.is_empty()) {
            text x=(short(x(*across) + 4.0)) y=(short(y(*up) + 4.0)) fill=(line.colour) { (line.name) }
        }
    }
}

/// A number with one decimal, which a drawing needs no more of.
fn short(number: f64) -> String {
    format!("{number:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_holds_its_points_and_its_name() {
        let points = vec![(0.0, 3.0), (10.0, 8.0)];
        let line = Line { name: "0".into(), colour: "#000", dash: "", is_marked: true, points };
        let chart = Chart {
            title: "<Cân nặng>".into(),
            across: "tháng".into(),
            up: "kg".into(),
            ticks: vec![(0.0, "0".into()), (10.0, "10".into())],
            lines: vec![line],
        };
        let drawing = chart.svg(true).into_string();
        assert!(drawing.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{drawing}");
        assert_eq!(drawing.matches("<circle").count(), 2);
        for element in ["rect", "path", "circle", "text", "title"] {
            let ends = drawing.matches(&format!("</{element}>")).count();
            assert_eq!(drawing.matches(&format!("<{element}")).count(), ends, "{element}");
        }
        assert!(drawing.contains("&lt;Cân nặng&gt;") && !drawing.contains("NaN"), "{drawing}");
        let empty = Chart { lines: Vec::new(), ticks: Vec::new(), ..chart };
        assert!(!empty.svg(false).into_string().contains("NaN"));
    }
}
