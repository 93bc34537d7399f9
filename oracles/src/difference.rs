//! The differences that are known: a line each, the name of the question, ` | ` and the reason.

pub struct Known<'t> {
    /// The name of a question; with `*` at its end, of all that begin like it.
    pub name: &'t str,
    pub reason: &'t str,
}

impl Known<'_> {
    pub fn is_of(&self, name: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == self.name,
        }
    }
}

pub fn known(text: &str) -> Vec<Known<'_>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(" | "))
        .map(|(name, reason)| Known { name: name.trim(), reason: reason.trim() })
        .collect()
}
