//! Places in a JSON text.

use super::wanted::Wanted;
use crate::fhir::json::DEPTH;

/// Finds the wanted elements.
pub(super) fn read(text: &str, wanted: &mut Wanted<'_>) {
    let start = text.find('{').or_else(|| text.find('[')).unwrap_or_default();
    wanted.found(Some(0), start);
    let mut scan = Scan { text, bytes: text.as_bytes(), at: start, wanted };
    let _ended_early = scan.value(Some(0), DEPTH + 1);
}

struct Scan<'s, 'e> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    wanted: &'s mut Wanted<'e>,
}

impl<'s> Scan<'s, '_> {
    /// Reads a value; none when the text ends or makes no sense.
    fn value(&mut self, node: Option<usize>, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.space();
        match self.peek()? {
            b'{' => self.object(node, depth),
            // A list in a list has no name.
            b'[' => self.items(|scan, _| scan.value(None, depth)),
            b'"' => self.string().map(|_| ()),
            _ => self.plain(),
        }
    }

    fn object(&mut self, node: Option<usize>, depth: usize) -> Option<()> {
        self.at += 1;
        let is_wanted = self.wanted.has_below(node);
        loop {
            self.space();
            match self.peek()? {
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                b',' => self.at += 1,
                b'"' => {
                    let key = self.string()?;
                    self.space();
                    if self.peek()? != b':' {
                        return None;
                    }
                    self.at += 1;
                    self.space();
                    let name = key.strip_prefix('_').unwrap_or(key);
                    let node = node.filter(|_| is_wanted);
                    self.property(node, name, depth)?;
                }
                _ => return None,
            }
        }
    }

    fn property(&mut self, node: Option<usize>, name: &'s str, depth: usize) -> Option<()> {
        if self.peek()? != b'[' {
            let below = self.wanted.below(node, name, 0);
            self.wanted.found(below, self.at);
            return self.value(below, depth);
        }
        let depth = depth.checked_sub(1)?;
        self.items(|scan, index| {
            let below = scan.wanted.below(node, name, index);
            // The gaps of `_given` are not where the names are.
            if scan.peek()? != b'n' {
                scan.wanted.found(below, scan.at);
            }
            scan.value(below, depth)
        })
    }

    fn items(&mut self, mut item: impl FnMut(&mut Self, usize) -> Option<()>) -> Option<()> {
        self.at += 1;
        let mut index = 0;
        loop {
            self.space();
            match self.peek()? {
                b']' => {
                    self.at += 1;
                    return Some(());
                }
                b',' => self.at += 1,
                _ => {
                    item(self, index)?;
                    index += 1;
                }
            }
        }
    }

    /// The text between quotes, still escaped.
    fn string(&mut self) -> Option<&'s str> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let found = self.text.get(start..self.at)?;
        self.at += 1;
        Some(found)
    }

    /// A number or a word.
    fn plain(&mut self) -> Option<()> {
        let start = self.at;
        while !matches!(self.peek(), None | Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'))
        {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}
