//! Blocks below each other: headings, paragraphs, lists, cards, what stands beside each other.

use super::Fault;
use super::drawing;
use super::line::Words;
use super::look::{INK, LINE, Look, is_inline, is_on_paper};
use super::strip::{Mark, Pen, Strip, height, joined};
use super::table;
use super::tree::{Element, Node};
use crate::budget;

/// How far the lines of a list stand in.
const INDENT: f32 = 11.0;
/// Room within the frame of a card.
const PADDING: f32 = 6.0;

/// Nodes, below each other.
pub(super) fn blocks(nodes: &[Node], width: f32, look: Look) -> Result<Vec<Strip>, Fault> {
    let mut strips = Vec::new();
    let mut words = Words::default();
    for node in nodes {
        let block = match node {
            Node::Text(_) => None,
            Node::Element(element) => (!is_inline(element)).then_some(element),
        };
        let Some(element) = block else {
            words.add(node, look);
            continue;
        };
        if !is_on_paper(element) {
            continue;
        }
        strips.extend(std::mem::take(&mut words).lines(width));
        strips.extend(block_of(element, width, look)?);
    }
    strips.extend(words.lines(width));
    budget::spend(strips.len())?;
    Ok(strips)
}

fn block_of(element: &Element, width: f32, look: Look) -> Result<Vec<Strip>, Fault> {
    let look = look.within(element);
    let inner = |width: f32| blocks(&element.children, width, look);
    Ok(match element.name.as_str() {
        "h1" | "h2" | "h3" => heading(inner(width)?, look),
        "p" | "dl" | "summary" => spaced(inner(width)?, look.size * 0.3),
        "ul" | "ol" => list(element, width, look)?,
        "dd" => inner(width - INDENT)?.into_iter().map(|one| one.shifted((INDENT, 0.0))).collect(),
        "table" => table::strips(element, width, look)?,
        "svg" => drawing::strips(element, width),
        _ if element.has_class("pair") => pair(element, width, look)?,
        _ if element.has_class("card") => card(inner(width - 2.0 * PADDING)?, width, element),
        _ => inner(width)?,
    })
}

fn spaced(mut strips: Vec<Strip>, room: f32) -> Vec<Strip> {
    if !strips.is_empty() {
        strips.push(Strip::room(room));
    }
    strips
}

/// A heading stays with what it is the heading of.
fn heading(lines: Vec<Strip>, look: Look) -> Vec<Strip> {
    if lines.is_empty() {
        return lines;
    }
    let mut whole = joined(lines).shifted((0.0, look.size * 0.45));
    whole.height += look.size * 0.65;
    whole.is_kept = true;
    vec![whole]
}

fn list(element: &Element, width: f32, look: Look) -> Result<Vec<Strip>, Fault> {
    let mut strips = Vec::new();
    for (place, item) in element.elements().enumerate() {
        if !is_on_paper(item) {
            continue;
        }
        let mark = match element.name.as_str() {
            "ol" => format!("{}.", place + 1),
            _ => "•".to_owned(),
        };
        let of_item = blocks(&item.children, width - INDENT, look.within(item))?;
        for (place, strip) in of_item.into_iter().enumerate() {
            let mut strip = strip.shifted((INDENT, 0.0));
            if place == 0 && !element.has_class("people") {
                let (x, y) = (1.0, look.line() * 0.76);
                strip.marks.push(Mark::Text { x, y, text: mark.clone(), look });
            }
            strips.push(strip);
        }
    }
    Ok(spaced(strips, look.size * 0.25))
}

/// A frame around strips, which goes on over the edge of a sheet.
fn card(inner: Vec<Strip>, width: f32, element: &Element) -> Vec<Strip> {
    let is_alarm = element.has_class("alarm");
    let pen = if is_alarm { Pen::line(INK, 2.0) } else { Pen::line(LINE, 0.6) };
    let mut strips = vec![Strip::room(PADDING * 0.7)];
    strips.extend(inner.into_iter().map(|strip| strip.shifted((PADDING, 0.0))));
    strips.push(Strip::room(PADDING * 0.4));
    let last = strips.len().saturating_sub(1);
    for (place, strip) in strips.iter_mut().enumerate() {
        for x in [0.0, width] {
            strip.marks.push(Mark::line((x, 0.0), (x, strip.height), pen.clone()));
        }
        if place == 0 {
            strip.marks.push(Mark::line((0.0, 0.0), (width, 0.0), pen.clone()));
        }
        if place == last {
            let y = strip.height;
            strip.marks.push(Mark::line((0.0, y), (width, y), pen.clone()));
        }
        // The top of a card is not left alone at the end of a sheet.
        strip.is_kept |= place < 2;
    }
    strips.push(Strip::room(PADDING));
    strips
}

/// Two beside each other: what has a width of its own to the right, the first in what is left.
fn pair(element: &Element, width: f32, look: Look) -> Result<Vec<Strip>, Fault> {
    let mut parts = element.elements().filter(|one| is_on_paper(one));
    let (Some(first), Some(second)) = (parts.next(), parts.next()) else {
        return blocks(&element.children, width, look);
    };
    let right = 92.0_f32.min(width / 3.0);
    let left = block_of(first, width - right - PADDING, look)?;
    let beside = block_of(second, right, look)?;
    let at = width - right;
    let tall = height(&left).max(height(&beside));
    let mut whole = joined(left);
    whole.marks.extend(joined(beside).shifted((at, 0.0)).marks);
    whole.height = tall;
    Ok(vec![whole])
}
