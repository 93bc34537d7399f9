//! When a constraint need not be evaluated: while none of the elements it names is there and it is
//! not broken without them.

use serde_json::{Value, json};
use smallvec::SmallVec;

use crate::definitions::shape::{Shape, Shapes};
use crate::fhir::time::Instant;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::Environment;
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::Kind;

/// Operators that may stand before a parenthesis, and so look like functions.
const OPERATORS: [&str; 10] =
    ["and", "or", "xor", "implies", "in", "contains", "div", "mod", "is", "as"];

/// When a constraint is evaluated.
#[derive(Debug, Default)]
pub(in crate::validation) enum Guard {
    #[default]
    Always,
    /// When one of these elements of the shape is there.
    Any(SmallVec<[u16; 8]>),
}

impl Guard {
    /// Finds when a constraint on objects of a shape must be evaluated.
    pub(in crate::validation) fn find(
        shapes: &Shapes,
        shape: &Shape,
        kind: Kind,
        text: &str,
        expression: &Expression,
    ) -> Self {
        let Some(names) = names(text) else { return Self::Always };
        if !holds_for_nothing(shapes, kind, expression) {
            return Self::Always;
        }
        let numbered = shape.elements.iter().zip(0_u16..);
        let named = numbered.filter(|(element, _)| names.contains(&&*element.name));
        Self::Any(named.map(|(_, number)| number).collect())
    }
}

/// The names in an expression that depends on nothing but elements of its focus; none when it may
/// depend on more.
fn names(text: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        match letter {
            '%' if rest.starts_with("%ucum") || rest.starts_with("%sct") => rest = rest.get(1..)?,
            '%' | '$' => return None,
            '\'' => rest = after_string(rest)?,
            '`' => rest = rest.get(1..)?,
            _ if letter.is_ascii_alphabetic() || letter == '_' => {
                let is_end = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
                let (name, after) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
                let is_call = after.trim_start().starts_with('(');
                if is_call && before != '.' && !OPERATORS.contains(&name) {
                    return None;
                }
                if is_call && matches!(name, "descendants" | "children" | "repeat" | "resolve") {
                    return None;
                }
                names.push(name);
                rest = after;
                before = 'a';
                continue;
            }
            _ => rest = rest.get(letter.len_utf8()..)?,
        }
        if !letter.is_whitespace() {
            before = letter;
        }
    }
    Some(names)
}

fn after_string(text: &str) -> Option<&str> {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\'' => return text.get(at + 1..),
            _ => {}
        }
    }
    None
}

fn holds_for_nothing(shapes: &Shapes, kind: Kind, expression: &Expression) -> bool {
    let nothing: Value = json!({});
    let focus = Datum::Node(Node { value: &nothing, extra: None, kind });
    let environment = Environment::of(None, Instant::from_micros(0));
    let held = expression.condition(shapes, &environment, &[focus]);
    matches!(held, Ok(Some(true) | None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&[&str]>) {
        assert_eq!(names(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn finds_what_an_expression_depends_on() {
        check("low.exists() or (text = 'a\\'b')", Some(&["low", "exists", "or", "text"]));
        check("status in ('a' | 'b')", Some(&["status", "in"]));
        check("system = %ucum", Some(&["system", "ucum"]));
        check("where(use = 'home').empty()", None);
        check("%resource.code.exists()", None);
        check("$this.exists()", None);
        check("entry.descendants().empty()", None);
    }
}
