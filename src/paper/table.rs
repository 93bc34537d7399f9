//! Tables: columns as wide as what is in them needs; more columns than there is room for go on below.

use std::rc::Rc;

use super::Fault;
use super::flow::blocks;
use super::line::Words;
use super::look::{LINE, Look, is_inline, is_on_paper};
use super::strip::{Mark, Pen, Strip, height, joined};
use super::tree::{Element, Node};
use crate::budget;

/// Room at the sides of a cell.
const PADDING: f32 = 3.0;
/// A row that is taller than this is torn at its lines.
const TALLEST: f32 = 150.0;
/// The least that a column is made to when there is no room.
const NARROWEST: f32 = 30.0;

/// The part of the width that the names of the lines of a sheet may take.
const WIDE: f32 = 0.14;

/// A row: its cells, and whether it is of the head.
struct Row<'t> {
    cells: Vec<&'t Element>,
    is_head: bool,
}

impl Row<'_> {
    /// Whether one cell goes across all columns.
    fn is_across(&self) -> bool {
        self.cells.len() == 1 && self.cells.iter().any(|cell| cell.get("colspan").is_some())
    }
}

/// The table.
pub(super) fn strips(table: &Element, width: f32, look: Look) -> Result<Vec<Strip>, Fault> {
    let is_wide = table.has_class("sheet");
    let mut inner = look;
    if is_wide {
        inner.size *= 0.85;
    }
    let rows = rows(table);
    budget::spend(rows.len() * 8)?;
    let mut needs = needs(&rows, inner);
    if let Some(first) = needs.first_mut().filter(|_| is_wide) {
        // What a line is about has room.
        first.0 = first.0.max(first.1.min(width * WIDE));
    }
    let mut out = Vec::new();
    if let Some(caption) = table.elements().find(|one| one.name == "caption") {
        let mut line = joined(blocks(&caption.children, width, look.within(caption))?);
        line.is_kept = true;
        out.push(line);
    }
    for columns in groups(&needs, width) {
        let wanted: Vec<(f32, f32)> =
            columns.iter().filter_map(|at| needs.get(*at)).copied().collect();
        let widths = widths(&wanted, width);
        out.extend(group(&rows, (&columns, &widths), inner)?);
        out.push(Strip::room(look.size * 0.8));
    }
    Ok(out)
}

fn rows(table: &Element) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for part in table.elements() {
        let is_head = part.name == "thead";
        let own: Vec<&Element> = match part.name.as_str() {
            "tr" => vec![part],
            "thead" | "tbody" | "tfoot" => part.elements().filter(|one| one.name == "tr").collect(),
            _ => Vec::new(),
        };
        for row in own.into_iter().filter(|row| is_on_paper(row)) {
            let cells = row.elements().filter(|one| matches!(one.name.as_str(), "td" | "th"));
            let cells = cells.filter(|one| is_on_paper(one)).collect();
            rows.push(Row { cells, is_head });
        }
    }
    rows
}

/// What each column needs at least, and would fill.
fn needs(rows: &[Row<'_>], look: Look) -> Vec<(f32, f32)> {
    let number = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let mut all = vec![(0.0_f32, 0.0_f32); number];
    for row in rows.iter().filter(|row| !row.is_across()) {
        for (need, cell) in all.iter_mut().zip(&row.cells) {
            let (least, most) = need_of(&cell.children, look.within(cell));
            let room = 2.0 * PADDING;
            *need = (need.0.max(least + room), need.1.max(most + room));
        }
    }
    all
}

fn need_of(nodes: &[Node], look: Look) -> (f32, f32) {
    let (mut least, mut most) = (0.0_f32, 0.0_f32);
    let mut words = Words::default();
    let mut widen = |(narrow, wide): (f32, f32)| {
        least = least.max(narrow);
        most = most.max(wide);
    };
    for node in nodes {
        match node {
            Node::Element(element) if !is_inline(element) => {
                widen(std::mem::take(&mut words).widths());
                if is_on_paper(element) {
                    let (narrow, wide) = need_of(&element.children, look.within(element));
                    let inset = if element.name == "li" { 11.0 } else { 0.0 };
                    widen((narrow + inset, wide + inset));
                }
            }
            node => words.add(node, look),
        }
    }
    widen(words.widths());
    (least, most)
}

/// The columns that have room beside each other; the first stands before each group.
fn groups(needs: &[(f32, f32)], width: f32) -> Vec<Vec<usize>> {
    let first = needs.first().map_or(0.0, |need| need.0.min(width / 3.0));
    let mut groups = vec![vec![0]];
    let mut used = first;
    for (at, (least, _)) in needs.iter().enumerate().skip(1) {
        let least = least.clamp(NARROWEST.min(width), (width - first).max(NARROWEST));
        let is_full = used + least > width && groups.last().is_some_and(|group| group.len() > 2);
        if is_full && needs.len() > 6 {
            groups.push(vec![0]);
            used = first;
        }
        used += least;
        if let Some(group) = groups.last_mut() {
            group.push(at);
        }
    }
    even(&groups, needs, width - first).unwrap_or(groups)
}

/// As many groups of the same number of columns, where there is room for them.
fn even(groups: &[Vec<usize>], needs: &[(f32, f32)], room: f32) -> Option<Vec<Vec<usize>>> {
    let all: Vec<usize> = (1..needs.len()).collect();
    let number = all.len().div_ceil(groups.len().max(1)).max(1);
    let width = |at: &usize| needs.get(*at).map_or(0.0, |need| need.0.max(NARROWEST));
    let fits = |some: &[usize]| some.iter().map(width).sum::<f32>() <= room;
    if groups.len() < 2 || !all.chunks(number).all(fits) {
        return None;
    }
    let group = |some: &[usize]| std::iter::once(0).chain(some.iter().copied()).collect();
    Some(all.chunks(number).map(group).collect())
}

/// How wide the columns are.
fn widths(needs: &[(f32, f32)], width: f32) -> Vec<f32> {
    let least: f32 = needs.iter().map(|need| need.0).sum();
    let most: f32 = needs.iter().map(|need| need.1).sum();
    if least > width {
        return needs.iter().map(|need| need.0 / least * width).collect();
    }
    if most <= width {
        let more = (width - most) / most.max(1.0);
        return needs.iter().map(|need| need.1 * (1.0 + more)).collect();
    }
    let spare = (width - least) / (most - least).max(0.01);
    needs.iter().map(|need| need.0 + (need.1 - need.0) * spare).collect()
}

fn group(
    rows: &[Row<'_>],
    (columns, widths): (&[usize], &[f32]),
    look: Look,
) -> Result<Vec<Strip>, Fault> {
    let mut head = Vec::new();
    let mut out = Vec::new();
    for row in rows {
        let cells: Vec<Option<&Element>> =
            columns.iter().map(|at| row.cells.get(*at).copied()).collect();
        let strips = match row.is_across() {
            true => {
                let whole = [widths.iter().sum()];
                let cells: Vec<_> = row.cells.iter().map(|cell| Some(*cell)).collect();
                let mut strips = drawn(&cells, &whole, look, row.is_head)?;
                // The name of a group stays with the first of it.
                strips.iter_mut().for_each(|strip| strip.is_kept = true);
                strips
            }
            false => drawn(&cells, widths, look, row.is_head)?,
        };
        if row.is_head { head.extend(strips) } else { out.push(strips) }
    }
    for strip in &mut head {
        strip.is_kept = true;
    }
    let kept = (!head.is_empty()).then(|| Rc::new(head.clone()));
    for strip in out.iter_mut().flatten() {
        strip.head.clone_from(&kept);
    }
    head.extend(out.into_iter().flatten());
    Ok(head)
}

/// A row, as one strip or, where it is tall, as its lines.
fn drawn(
    cells: &[Option<&Element>],
    widths: &[f32],
    look: Look,
    is_head: bool,
) -> Result<Vec<Strip>, Fault> {
    let mut all = Vec::new();
    for (cell, width) in cells.iter().zip(widths) {
        let strips = match cell {
            Some(cell) => blocks(&cell.children, width - 2.0 * PADDING, look.within(cell))?,
            None => Vec::new(),
        };
        all.push(strips);
    }
    // A row is torn at the lines of all its cells, or at none.
    let is_whole = all.iter().all(|strips| height(strips) <= TALLEST);
    let mut x = 0.0;
    let mut columns: Vec<(f32, std::vec::IntoIter<Strip>)> = Vec::new();
    for (strips, width) in all.into_iter().zip(widths) {
        let strips = if is_whole { vec![joined(strips)] } else { strips };
        columns.push((x, strips.into_iter()));
        x += width;
    }
    let mut rows = Vec::new();
    loop {
        let mut row = Strip::room(0.0);
        let mut is_done = true;
        for (at, strips) in &mut columns {
            let Some(strip) = strips.next() else { continue };
            is_done = false;
            row.height = row.height.max(strip.height);
            row.marks.extend(strip.shifted((*at + PADDING, PADDING * 0.5)).marks);
        }
        if is_done {
            break;
        }
        rows.push(row);
    }
    let last = rows.len().saturating_sub(1);
    for (place, row) in rows.iter_mut().enumerate() {
        row.height += if place == last { PADDING * 1.4 } else { 0.0 };
        let pen = Pen::line(LINE, if is_head { 0.9 } else { 0.5 });
        let mut x = 0.0;
        for side in std::iter::once(&0.0).chain(widths) {
            x += side;
            row.marks.push(Mark::line((x, 0.0), (x, row.height), pen.clone()));
        }
        if place == 0 {
            row.marks.push(Mark::line((0.0, 0.0), (x, 0.0), pen.clone()));
        }
        let (from, to) = ((0.0, row.height), (x, row.height));
        if place == last {
            row.marks.push(Mark::line(from, to, pen));
        }
    }
    Ok(rows)
}
