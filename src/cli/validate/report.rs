//! What `mebe validate` writes, in the format that was asked for.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Format;
use super::human::Human;
use super::sarif::Sarif;
use crate::fhir::issue::{Issue, IssueCode, Language, Severity, Text, operation_outcome};

/// A document and what was found.
#[derive(Debug)]
pub(super) struct Checked<'d> {
    pub(super) name: &'d str,
    pub(super) issues: Vec<Issue>,
}

/// A report in the making.
#[derive(Debug)]
pub(super) enum Report {
    Human(Human),
    Json(Language),
    Sarif(Sarif),
}

impl Report {
    pub(super) fn new(format: Format, language: Language) -> Self {
        match format {
            Format::Human => Self::Human(Human::new(language)),
            Format::Json => Self::Json(language),
            Format::Sarif => Self::Sarif(Sarif::new(language)),
        }
    }

    /// Takes a document.
    pub(super) fn add(&mut self, out: &mut dyn Write, checked: Checked<'_>) -> io::Result<()> {
        match self {
            Self::Human(human) => human.add(out, &checked),
            Self::Json(language) => writeln!(out, "{}", outcome(checked, *language)),
            Self::Sarif(sarif) => {
                sarif.add(&checked);
                Ok(())
            }
        }
    }

    /// Writes what is left to say.
    pub(super) fn end(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human(human) => human.end(out),
            Self::Json(_) => Ok(()),
            Self::Sarif(sarif) => writeln!(out, "{}", sarif.log()),
        }
    }
}

/// The text of a finding in a language.
pub(super) fn text(issue: &Issue, language: Language) -> &str {
    match language {
        Language::Vietnamese => &issue.text.vi,
        Language::English => &issue.text.en,
    }
}

/// An `OperationOutcome` that says which file it is about, as the validator of HL7 says it.
fn outcome(checked: Checked<'_>, language: Language) -> Value {
    let mut issues = checked.issues;
    if issues.is_empty() {
        let text = Text::new("Không có lỗi nào.", "There are no issues.");
        let issue = Issue::error(IssueCode::Informational, text);
        issues.push(Issue { severity: Severity::Information, ..issue });
    }
    let mut outcome = operation_outcome(&issues, language);
    if let Some(object) = outcome.as_object_mut() {
        let file = json!([{
            "url": "http://hl7.org/fhir/StructureDefinition/operationoutcome-file",
            "valueString": checked.name,
        }]);
        object.insert("extension".into(), file);
    }
    outcome
}
