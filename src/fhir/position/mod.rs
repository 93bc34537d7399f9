//! Where in a text the elements are that findings are about.
//!
//! A text is read a second time, and only when there is something to tell: its lines and columns
//! are counted while the keys (JSON) or tags (XML) are held against the expressions of the
//! findings. An element that is not there has the place of what it should be in. Columns count
//! characters. A text that is nested too deeply or is not well-formed is left at the point where
//! that shows; what was found until then stays.
//!
//! [`wanted`] are the elements as a tree, [`json`] and [`xml`] walk the two formats.

mod json;
mod wanted;
mod xml;

use super::issue::{Issue, Position};
use wanted::Wanted;

/// Gives findings that have an expression and no place yet their place in the text they are about.
pub fn locate(text: &[u8], issues: &mut [Issue]) {
    let mut wanted = Wanted::default();
    let mut asked = Vec::new();
    for (at, issue) in issues.iter().enumerate() {
        let expression = issue.expression.as_deref().filter(|_| issue.position.is_none());
        if let Some(expression) = expression {
            asked.push((at, wanted.add(expression)));
        }
    }
    let Ok(text) = std::str::from_utf8(text) else { return };
    if asked.is_empty() || text.is_empty() {
        return;
    }
    if text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).starts_with('<') {
        xml::read(text, &mut wanted);
    } else {
        json::read(text, &mut wanted);
    }
    let mut lines = Lines { text, at: 0, position: Position { line: 1, column: 1 } };
    let mut places: Vec<(usize, usize)> =
        asked.into_iter().filter_map(|(issue, node)| Some((wanted.offset(node)?, issue))).collect();
    places.sort_unstable();
    for (offset, issue) in places {
        let position = lines.position(offset);
        if let Some(issue) = issues.get_mut(issue) {
            issue.position = Some(position);
        }
    }
}

/// Counts lines and columns forwards.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    position: Position,
}

impl Lines<'_> {
    fn position(&mut self, offset: usize) -> Position {
        let between = self.text.get(self.at..offset).unwrap_or_default();
        for letter in between.chars() {
            if letter == '\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else if letter != '\u{feff}' {
                self.position.column += 1;
            }
        }
        self.at = self.at.max(offset);
        self.position
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::*;
    use crate::fhir::issue::{IssueCode, Text};

    #[track_caller]
    fn check(text: &str, expression: &str, expected: Option<(usize, usize)>) {
        let mut issues =
            [Issue::error(IssueCode::Value, Text::new("", "")).at(expression.to_owned())];
        locate(text.as_bytes(), &mut issues);
        let [issue] = issues;
        let found = issue.position.map(|position| (position.line, position.column));
        assert_eq!(found, expected, "{expression}");
    }

    const JSON: &str = r#"{
  "resourceType": "Patient",
  "name": [{ "given": ["Ẩn", "B"], "_given": [null, {"extension":[{"url":"x"}]}] },
           { "family": "C" }],
  "deceasedBoolean": true,
  "contained": [{"resourceType":"Basic","id":"a"}]
}"#;

    #[test]
    fn elements_of_json_are_found() {
        check(JSON, "Patient", Some((1, 1)));
        check(JSON, "Patient.name[0].given[1]", Some((3, 30)));
        check(JSON, "Patient.name[0].given[1].extension[0].url", Some((3, 74)));
        check(JSON, "Patient.name[1].family", Some((4, 24)));
        check(JSON, "Patient.deceased", Some((5, 22)));
        check(JSON, "Patient.deceased.ofType(boolean)", Some((5, 22)));
        check(JSON, "Patient.contained[0].id", Some((6, 46)));
    }

    #[test]
    fn what_is_not_there_has_the_place_of_its_parent() {
        check(JSON, "Patient.birthDate", Some((1, 1)));
        check(JSON, "Patient.name[1].given[3]", Some((4, 12)));
        check(JSON, "Patient.name[7].given", Some((1, 1)));
        check("[", "Patient.name", Some((1, 1)));
        check("", "Patient", None);
    }

    #[test]
    fn elements_of_xml_are_found() {
        let text = "<?xml version='1.0'?>\n<Patient xmlns='http://hl7.org/fhir'>\n <name>\n  <given value='A'/><given value='B'>\n   <extension url='x'/></given>\n </name>\n <deceasedBoolean value='true'/>\n <contained><Basic><id value='a'/></Basic></contained>\n</Patient>";
        check(text, "Patient", Some((2, 1)));
        check(text, "Patient.name[0].given[1]", Some((4, 21)));
        check(text, "Patient.name[0].given[1].extension[0].url", Some((5, 4)));
        check(text, "Patient.deceased", Some((7, 2)));
        check(text, "Patient.contained[0].id", Some((8, 20)));
        check(text, "Patient.birthDate", Some((2, 1)));
    }

    #[test]
    fn deep_texts_end_the_search() {
        check(&"[".repeat(100_000), "Patient.name", Some((1, 1)));
        let xml = format!("<Patient>{}", "<name>".repeat(100_000));
        check(&xml, "Patient.birthDate", Some((1, 1)));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in r#"[{}\[\]":,a-cé<>/=' \\\n]{0,60}"#, path in r"A(\.[a-c]{1,2}(\[[0-2]\])?){0,3}") {
            let mut issues = [Issue::error(IssueCode::Value, Text::new("", "")).at(path)];
            locate(text.as_bytes(), &mut issues);
        }
    }
}
