//! Findings for people: grouped by file, a line each, with line and column.

use std::io::{self, Write};

use super::report::{Checked, text};
use crate::fhir::issue::{Issue, Language, Severity};

/// Counts while it writes.
#[derive(Debug)]
pub(super) struct Human {
    language: Language,
    /// The file of the last heading: lines of one ndjson file stand under one.
    heading: Option<String>,
    documents: usize,
    errors: usize,
    warnings: usize,
}

impl Human {
    pub(super) fn new(language: Language) -> Self {
        Self { language, heading: None, documents: 0, errors: 0, warnings: 0 }
    }

    pub(super) fn add(&mut self, out: &mut dyn Write, checked: &Checked<'_>) -> io::Result<()> {
        self.documents += 1;
        if checked.issues.is_empty() {
            return Ok(());
        }
        if self.heading.as_deref() != Some(checked.name) {
            writeln!(out, "{}", checked.name)?;
            self.heading = Some(checked.name.to_owned());
        }
        for issue in &checked.issues {
            match issue.severity {
                Severity::Fatal | Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Information => {}
            }
            self.line(out, issue)?;
        }
        Ok(())
    }

    fn line(&self, out: &mut dyn Write, issue: &Issue) -> io::Result<()> {
        let place = issue.position.map(|place| format!("{}:{}", place.line, place.column));
        let place = place.unwrap_or_default();
        let severity = self.severity(issue.severity);
        let expression = issue.expression.as_deref().unwrap_or_default();
        write!(out, "  {place:>9}  {severity:<9} {expression}\n{:13}{}", "", self.text(issue))?;
        if let Some(rule) = &issue.rule {
            let key = rule.key.as_deref().map(|key| format!("#{key}")).unwrap_or_default();
            write!(out, " [{}{key}]", rule.profile)?;
        }
        writeln!(out)
    }

    fn text<'i>(&self, issue: &'i Issue) -> &'i str {
        text(issue, self.language)
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match (self.language, severity) {
            (Language::English, severity) => match severity {
                Severity::Fatal | Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information => "note",
            },
            (Language::Vietnamese, Severity::Fatal | Severity::Error) => "lỗi",
            (Language::Vietnamese, Severity::Warning) => "cảnh báo",
            (Language::Vietnamese, Severity::Information) => "ghi chú",
        }
    }

    pub(super) fn end(self, out: &mut dyn Write) -> io::Result<()> {
        let Self { documents, errors, warnings, .. } = self;
        match self.language {
            Language::Vietnamese => {
                writeln!(out, "{documents} tài nguyên: {errors} lỗi, {warnings} cảnh báo")
            }
            Language::English => {
                writeln!(out, "{documents} resources: {errors} errors, {warnings} warnings")
            }
        }
    }
}
