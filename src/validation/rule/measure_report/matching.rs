//! Which part of a measure a part of its report is about.

use serde_json::Value;

use super::check::Report;
use crate::fhir::issue::IssueCode;
use crate::fhir::member::{member, members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown};

/// What parts are called, in Vietnamese and English.
pub(super) type Name = (&'static str, &'static str);

impl<'a> Report<'_, 'a> {
    /// Matches parts of the report with those of the measure. Each has to be there once, but for
    /// `may_be_missing`. Gives the pairs.
    pub(super) fn matched<'m>(
        &mut self,
        (key, name): (&str, Name),
        (found, defined): (&'a Value, &'m Value),
        may_be_missing: impl Fn(&Value) -> bool,
        path: &Path<'_>,
    ) -> Vec<(usize, &'a Value, &'m Value)> {
        let defined = members(defined, key);
        let mut pairs: Vec<(usize, &'a Value, &'m Value)> = Vec::new();
        for (at, part) in members(found, key).iter().enumerate() {
            let path = path.item(key, at);
            // A stratifier may have several codes.
            let codes = match member(part, "code") {
                Some(Value::Array(codes)) => codes.as_slice(),
                Some(code) => std::slice::from_ref(code),
                None => &[],
            };
            let Some(code) = codes.iter().find(|code| is_usable(code)) else {
                self.wrong(
                    &path,
                    format!("{} phải có mã như trong chỉ số.", name.0),
                    format!("The {} needs a code of the measure.", name.1),
                );
                continue;
            };
            let is_it = |one: &&Value| {
                let other = member(one, "code");
                other.is_some_and(|other| codes.iter().any(|code| same(code, other)))
            };
            let Some(definition) = defined.iter().find(is_it) else {
                let code = label(code);
                self.wrong(
                    &path.child("code"),
                    format!("Chỉ số không có {} với mã {code}.", name.0),
                    format!("The measure has no {} with the code {code}.", name.1),
                );
                continue;
            };
            if pairs.iter().any(|(_, _, other)| std::ptr::eq(*other, definition)) {
                let code = label(code);
                self.wrong(
                    &path.child("code"),
                    format!("{} với mã {code} đã có ở trên.", name.0),
                    format!("The {} with the code {code} is there already.", name.1),
                );
                continue;
            }
            pairs.push((at, part, definition));
        }
        for definition in defined {
            let is_there = pairs.iter().any(|(_, _, other)| std::ptr::eq(*other, definition));
            if !is_there && !may_be_missing(definition) {
                let code = member(definition, "code").map(label).unwrap_or_else(|| "-".to_owned());
                self.wrong(
                    path,
                    format!("Báo cáo thiếu {} với mã {code} của chỉ số.", name.0),
                    format!("The report lacks the {} with the code {code} of the measure.", name.1),
                );
            }
        }
        pairs
    }

    /// Says that a report does not agree with its measure.
    pub(super) fn wrong(&mut self, path: &Path<'_>, vi: String, en: String) {
        let issue = error(IssueCode::BusinessRule, vi, en);
        self.report(path, issue);
    }
}

/// Whether a concept says something: a code or a text.
pub(super) fn is_usable(concept: &Value) -> bool {
    let has_code = |coding: &Value| text(coding, "code").is_some();
    members(concept, "coding").iter().any(has_code) || text(concept, "text").is_some()
}

/// Whether two concepts have a code in common, or the text where one of them has no codes.
pub(super) fn same(concept: &Value, other: &Value) -> bool {
    let (codings, others) = (members(concept, "coding"), members(other, "coding"));
    if codings.is_empty() || others.is_empty() {
        let words = text(concept, "text");
        return words.is_some() && words == text(other, "text");
    }
    let is_same = |a: &Value, b: &Value| {
        text(a, "code").is_some()
            && text(a, "system") == text(b, "system")
            && text(a, "code") == text(b, "code")
    };
    codings.iter().any(|a| others.iter().any(|b| is_same(a, b)))
}

/// `system#code` of the first code, or the text.
fn label(concept: &Value) -> String {
    let Some(coding) = members(concept, "coding").first() else {
        return shown(text(concept, "text").unwrap_or("-"));
    };
    let part = |key: &str| text(coding, key).unwrap_or_default();
    shown(&format!("{}#{}", part("system"), part("code")))
}
