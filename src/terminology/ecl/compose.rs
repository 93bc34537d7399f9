//! Expression constraints of SNOMED CT, <http://snomed.org/ecl>, as far as value sets can say the
//! same: concepts, the operators of hierarchies and of reference sets, `AND`, `OR`, `MINUS` and
//! brackets. What refines by attributes, filters or history is not understood.
//!
//! An expression becomes the `compose` of a value set; its parts are value sets of the same sort,
//! named by `…?fhir_vs=ecl/[part]`, so that nothing else has to know of expressions.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::terminology::filter::{Filter, Operator};
use crate::terminology::publisher::rf2::SYSTEM as SNOMED;

/// Brackets in brackets.
const DEEPEST: usize = 16;
/// Parts that one list of `AND` or `OR` has.
const MOST: usize = 100;
/// Letters of an expression.
const LONGEST: usize = 4096;

/// What is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Constraint {
    /// One concept, and how others stand to it: `<<` and so on, or nothing.
    Concept {
        operator: &'static str,
        code: Box<str>,
    },
    /// `*`
    All,
    And(Vec<Constraint>),
    Or(Vec<Constraint>),
    Minus(Box<Constraint>, Box<Constraint>),
}

/// The operators, those that others begin with behind them.
const OPERATORS: [&str; 9] = ["<<!", "<<", "<!", "<", ">>!", ">>", ">!", ">", "^"];

impl Constraint {
    /// Reads an expression; none when it is not understood.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut reader = Reader { rest: text };
        let read = reader.whole(0)?;
        reader.skip();
        reader.rest.is_empty().then_some(read)
    }

    /// What a value set composes to select the same from an edition, which may be any.
    pub(crate) fn compose(&self, edition: &str) -> Value {
        let part = |part: &Self| part.url(edition);
        match self {
            Self::All => json!({ "include": [include(edition, None)] }),
            Self::Concept { operator, code } => match self.filter() {
                Some(Filter { property, operator, value }) => {
                    let filter = (&*property, operator.code(), &*value);
                    json!({ "include": [include(edition, Some(filter))] })
                }
                None => several(edition, operator, code),
            },
            Self::And(parts) => {
                let parts: Vec<String> = parts.iter().map(part).collect();
                json!({ "include": [{ "valueSet": parts }] })
            }
            Self::Or(parts) => {
                let parts = parts.iter().map(|one| json!({ "valueSet": [part(one)] }));
                json!({ "include": parts.collect::<Vec<_>>() })
            }
            Self::Minus(all, without) => json!({
                "include": [{ "valueSet": [part(all)] }],
                "exclude": [{ "valueSet": [part(without)] }],
            }),
        }
    }

    /// The one filter that selects the same, when there is one.
    pub(crate) fn filter(&self) -> Option<Filter> {
        let Self::Concept { operator, code } = self else { return None };
        let (property, operator) = match *operator {
            "" => ("concept", Operator::Equal),
            "<<" => ("concept", Operator::IsA),
            "<" => ("concept", Operator::DescendentOf),
            "<!" => ("concept", Operator::ChildOf),
            ">>" => ("concept", Operator::Generalizes),
            ">!" => ("child", Operator::Equal),
            "^" => ("concept", Operator::In),
            _ => return None,
        };
        Some(Filter { property: property.into(), operator, value: code.clone() })
    }

    /// The URL of the value set that an expression stands for.
    pub(crate) fn url(&self, edition: &str) -> String {
        format!("{edition}?fhir_vs=ecl/{self}")
    }
}

fn include(edition: &str, filter: Option<(&str, &str, &str)>) -> Value {
    let mut include = Map::new();
    include.insert("system".into(), json!(SNOMED));
    if edition.len() > SNOMED.len() {
        include.insert("version".into(), json!(edition));
    }
    if let Some((property, op, value)) = filter {
        let filter = json!([{ "property": property, "op": op, "value": value }]);
        include.insert("filter".into(), filter);
    }
    Value::Object(include)
}

/// What one filter cannot say.
fn several(edition: &str, operator: &str, code: &str) -> Value {
    let by = |property: &str, op: &str| include(edition, Some((property, op, code)));
    let only = by("concept", "=");
    match operator {
        ">" => json!({ "include": [by("concept", "generalizes")], "exclude": [only] }),
        "<<!" => json!({ "include": [only, by("concept", "child-of")] }),
        _ => json!({ "include": [only, by("child", "=")] }),
    }
}

/// Without the terms of concepts, which say nothing.
impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (at, part) in parts.iter().enumerate() {
                let word = if at == 0 { "" } else { word };
                write!(f, "{word}")?;
                part.bracketed(f)?;
            }
            Ok(())
        };
        match self {
            Self::All => write!(f, "*"),
            Self::Concept { operator, code } => write!(f, "{operator}{code}"),
            Self::And(parts) => list(f, parts, " AND "),
            Self::Or(parts) => list(f, parts, " OR "),
            Self::Minus(all, without) => {
                all.bracketed(f)?;
                write!(f, " MINUS ")?;
                without.bracketed(f)
            }
        }
    }
}

impl Constraint {
    fn bracketed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All | Self::Concept { .. } => write!(f, "{self}"),
            _ => write!(f, "({self})"),
        }
    }
}

/// What is left to read.
struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a sign or word that comes next, whatever its case.
    fn take(&mut self, wanted: &str) -> bool {
        self.skip();
        let found = self.rest.get(..wanted.len());
        let is_there = found.is_some_and(|found| found.eq_ignore_ascii_case(wanted));
        if is_there {
            self.rest = self.rest.get(wanted.len()..).unwrap_or_default();
        }
        is_there
    }

    /// A list of one sort, which needs brackets to hold another.
    fn whole(&mut self, depth: usize) -> Option<Constraint> {
        let first = self.part(depth)?;
        if self.take("MINUS") {
            let without = self.part(depth)?;
            return Some(Constraint::Minus(Box::new(first), Box::new(without)));
        }
        let is_and = self.take("AND") || self.take(",");
        if !is_and && !self.take("OR") {
            return Some(first);
        }
        let mut parts = vec![first, self.part(depth)?];
        while if is_and { self.take("AND") || self.take(",") } else { self.take("OR") } {
            if parts.len() == MOST {
                return None;
            }
            parts.push(self.part(depth)?);
        }
        Some(if is_and { Constraint::And(parts) } else { Constraint::Or(parts) })
    }

    fn part(&mut self, depth: usize) -> Option<Constraint> {
        let operator = OPERATORS.into_iter().find(|operator| self.take(operator)).unwrap_or("");
        if operator.is_empty() && self.take("(") {
            let inner = (depth < DEEPEST).then(|| self.whole(depth + 1))??;
            return self.take(")").then_some(inner);
        }
        if operator.is_empty() && self.take("*") {
            return Some(Constraint::All);
        }
        self.skip();
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (code, rest) = self.rest.split_at_checked(end)?;
        let code: Box<str> = (!code.is_empty()).then(|| code.into())?;
        self.rest = rest;
        if self.take("|") {
            let (_, rest) = self.rest.split_once('|')?;
            self.rest = rest;
        }
        Some(Constraint::Concept { operator, code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = Constraint::parse(text).map(|constraint| constraint.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn expressions_are_read() {
        check("<< 73211009 |Diabetes mellitus|", Some("<<73211009"));
        check("73211009", Some("73211009"));
        check(" * ", Some("*"));
        check("<!1 or >!2 OR ^ 3", Some("<!1 OR >!2 OR ^3"));
        check("<<1 AND (<2 MINUS >>3)", Some("<<1 AND (<2 MINUS >>3)"));
        check("(<<1)", Some("<<1"));
        check("<<1 |a, (b)| , <<2", Some("<<1 AND <<2"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "<<",
            "<<1 : 363698007 = <<2",
            "<<1 AND <<2 OR <<3",
            "<< (1 OR 2)",
            "<<1 {{ term = \"x\" }}",
            "(<<1",
            "<<1 |open",
            "1 MINUS 2 MINUS 3",
        ] {
            check(text, None);
        }
        check(&"(".repeat(50), None);
    }

    #[test]
    fn expressions_become_value_sets() {
        let compose = |text: &str| Constraint::parse(text).expect("read").compose(SNOMED);
        let below = json!({ "system": SNOMED,
            "filter": [{ "property": "concept", "op": "is-a", "value": "1" }] });
        assert_eq!(compose("<<1"), json!({ "include": [below] }));
        let part = |part: &str| format!("{SNOMED}?fhir_vs=ecl/{part}");
        assert_eq!(
            compose("<<1 MINUS (2 OR 3)"),
            json!({ "include": [{ "valueSet": [part("<<1")] }],
                "exclude": [{ "valueSet": [part("2 OR 3")] }] })
        );
        assert_eq!(
            compose("<<1 AND ^2"),
            json!({ "include": [{ "valueSet": [part("<<1"), part("^2")] }] })
        );
    }
}
