//! Places in an XML text.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::wanted::Wanted;
use crate::fhir::json::DEPTH;

/// An open element: its node, and how often each name occurred below it.
#[derive(Default)]
struct Open {
    node: Option<usize>,
    seen: Vec<(Box<str>, usize)>,
}

/// Finds the wanted elements.
pub(super) fn read(text: &str, wanted: &mut Wanted<'_>) {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = Vec::new();
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or_default();
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                if open.len() > DEPTH {
                    return;
                }
                let below = enter(&mut open, tag.local_name().as_ref(), wanted);
                wanted.found(below.node, start);
                open.push(below);
            }
            Ok(Event::Empty(tag)) => {
                let below = enter(&mut open, tag.local_name().as_ref(), wanted);
                wanted.found(below.node, start);
            }
            Ok(Event::End(_)) => {
                open.pop();
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn enter(open: &mut [Open], name: &str, wanted: &Wanted<'_>) -> Open {
    let Some(parent) = open.last_mut() else { return Open { node: Some(0), ..Open::default() } };
    // A resource inside `contained` or `resource` is the element itself.
    if name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return Open { node: parent.node, ..Open::default() };
    }
    if !wanted.has_below(parent.node) {
        return Open::default();
    }
    let index = match parent.seen.iter_mut().find(|seen| *seen.0 == *name) {
        Some((_, count)) => {
            *count += 1;
            *count
        }
        None => {
            parent.seen.push((name.into(), 0));
            0
        }
    };
    Open { node: wanted.below(parent.node, name, index), ..Open::default() }
}
