//! Strips on sheets, one below the other, and the file they become.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;

use super::letters::{face, width};
use super::look::{Colour, DIM, Language, Look};
use super::strip::{Mark, Step, Strip, height};
use super::{Fault, Paper};
use crate::budget;

/// What a file says of itself.
pub(super) struct About<'a> {
    pub(super) title: &'a str,
    pub(super) foot: &'a str,
    pub(super) language: Language,
}

/// A strip at its place from the top of a sheet.
type Placed<'s> = (f32, &'s Strip);

/// The file.
pub(super) fn written(strips: &[Strip], paper: Paper, about: &About<'_>) -> Result<Vec<u8>, Fault> {
    let sheets = sheets(strips, paper);
    let mut document = Document::new();
    let language = if about.language == Language::English { "en" } else { "vi" };
    document.set_metadata(
        Metadata::new()
            .title(about.title.to_owned())
            .language(language.to_owned())
            .creator("Mebe".to_owned()),
    );
    let (wide, tall) = paper.size();
    let number = sheets.len();
    for (place, sheet) in sheets.iter().enumerate() {
        budget::spend(64 + sheet.len() * 8)?;
        let settings = PageSettings::from_wh(wide, tall);
        let settings = settings.ok_or_else(|| Fault::File("no size".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for (down, strip) in sheet {
            surface.push_transform(&Transform::from_translate(paper.margin(), *down));
            for mark in &strip.marks {
                draw(&mut surface, mark);
            }
            surface.pop();
        }
        foot(&mut surface, paper, (place + 1, number), about);
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| Fault::File(format!("{error:?}")))
}

/// Which strips are on which sheet.
fn sheets(strips: &[Strip], paper: Paper) -> Vec<Vec<Placed<'_>>> {
    let margin = paper.margin();
    let end = paper.size().1 - margin - 14.0;
    let mut sheets: Vec<Vec<Placed<'_>>> = vec![Vec::new()];
    let mut down = margin;
    let mut rest = strips;
    while let Some((first, after)) = rest.split_first() {
        // What is kept together: headings with what they are the headings of.
        let kept = after.iter().scan(first.is_kept, |is_kept, strip| {
            let was = *is_kept;
            *is_kept = strip.is_kept;
            was.then_some(strip.height)
        });
        let needed = first.height + kept.sum::<f32>();
        let is_begun = sheets.last().is_some_and(|sheet| !sheet.is_empty());
        let is_full = down + first.height > end || (down + needed > end && needed < end - margin);
        if is_full && is_begun {
            down = margin;
            let mut sheet = Vec::new();
            let head = first.head.as_ref().map(|head| head.as_slice()).unwrap_or_default();
            if height(head) < (end - margin) / 2.0 {
                for strip in head {
                    sheet.push((down, strip));
                    down += strip.height;
                }
            }
            sheets.push(sheet);
        }
        // Room at the top of a sheet is of no use.
        let is_room = first.marks.is_empty() && (down - margin).abs() < 0.1;
        if !is_room {
            if let Some(sheet) = sheets.last_mut() {
                sheet.push((down, first));
            }
            down += first.height;
        }
        rest = after;
    }
    sheets
}

fn foot(
    surface: &mut Surface<'_>,
    paper: Paper,
    (place, number): (usize, usize),
    about: &About<'_>,
) {
    let mut look = Look::of(7.0);
    look.colour = DIM;
    let word = if about.language == Language::English { "page" } else { "trang" };
    let told = format!("{word} {place}/{number}");
    let (wide, tall) = paper.size();
    let y = tall - paper.margin() + 4.0;
    let x = wide - paper.margin() - width(&told, look.size, false);
    draw(surface, &Mark::Text { x, y, text: told, look });
    let text = about.foot.to_owned();
    draw(surface, &Mark::Text { x: paper.margin(), y, text, look });
}

fn draw(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text { x, y, text, look } => {
            let Some(face) = face(look.is_bold) else { return };
            surface.set_stroke(None);
            surface.set_fill(Some(fill(look.colour)));
            let at = Point::from_xy(*x, *y);
            let glyphs = face.glyphs(text);
            surface.draw_glyphs(at, &glyphs, face.font.clone(), text, look.size, false);
        }
        Mark::Path { steps, pen } => {
            let Some(path) = path(steps) else { return };
            if pen.fill.is_none() && pen.stroke.is_none() {
                return;
            }
            surface.set_fill(pen.fill.map(fill));
            surface.set_stroke(pen.stroke.map(|colour| {
                Stroke {
                    paint: self::colour(colour).into(),
                    width: pen.width,
                    dash: (!pen.dashes.is_empty())
                        .then(|| StrokeDash { array: pen.dashes.clone(), offset: 0.0 }),
                    ..Stroke::default()
                }
            }));
            surface.draw_path(&path);
        }
    }
}

fn colour((red, green, blue): Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn fill(colour: Colour) -> Fill {
    Fill {
        paint: self::colour(colour).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

fn path(steps: &[Step]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for step in steps {
        match *step {
            Step::Move(x, y) => builder.move_to(x, y),
            Step::Line(x, y) => builder.line_to(x, y),
            Step::Curve([a, b, c, d, e, f]) => builder.cubic_to(a, b, c, d, e, f),
            Step::Close => builder.close(),
        }
    }
    builder.finish()
}
