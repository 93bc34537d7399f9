//! Findings about a request or a resource, and the `OperationOutcome` that carries them,
//! <https://hl7.org/fhir/R4/operationoutcome.html>.
//!
//! Every text exists in Vietnamese and in English. The one the client asks for becomes
//! `details.text`; the other travels with it as a `translation` extension.

use std::sync::Arc;

use serde_json::{Value, json};

/// A sentence in both languages of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub vi: String,
    pub en: String,
}

impl Text {
    /// Pairs a Vietnamese sentence with its English one.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
}

/// A language of the server's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Vietnamese,
    English,
}

/// How bad it is, <https://hl7.org/fhir/R4/valueset-issue-severity.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Fatal,
    Error,
    Warning,
    Information,
}

impl Severity {
    /// The code of the severity.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }

    /// Whether a resource with such a finding is refused.
    pub fn refuses(self) -> bool {
        matches!(self, Self::Fatal | Self::Error)
    }
}

/// What sort of trouble it is, <https://hl7.org/fhir/R4/valueset-issue-type.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueCode {
    Invalid,
    Structure,
    Required,
    Value,
    Invariant,
    Security,
    Forbidden,
    NotSupported,
    Duplicate,
    MultipleMatches,
    NotFound,
    Deleted,
    TooLong,
    CodeInvalid,
    Extension,
    TooCostly,
    BusinessRule,
    Conflict,
    Transient,
    Timeout,
    Throttled,
    Exception,
    Informational,
}

impl IssueCode {
    /// The code of the issue type.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Structure => "structure",
            Self::Required => "required",
            Self::Value => "value",
            Self::Invariant => "invariant",
            Self::Security => "security",
            Self::Forbidden => "forbidden",
            Self::NotSupported => "not-supported",
            Self::Duplicate => "duplicate",
            Self::MultipleMatches => "multiple-matches",
            Self::NotFound => "not-found",
            Self::Deleted => "deleted",
            Self::TooLong => "too-long",
            Self::CodeInvalid => "code-invalid",
            Self::Extension => "extension",
            Self::TooCostly => "too-costly",
            Self::BusinessRule => "business-rule",
            Self::Conflict => "conflict",
            Self::Transient => "transient",
            Self::Timeout => "timeout",
            Self::Throttled => "throttled",
            Self::Exception => "exception",
            Self::Informational => "informational",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub severity: Severity,
    pub code: IssueCode,
    /// `FHIRPath` of the element, such as `Patient.name[0].given[1]`.
    pub expression: Option<String>,
    /// The rule that says so.
    pub rule: Option<Rule>,
    /// Where it is in the text that was sent.
    pub position: Option<Position>,
    pub text: Text,
}

/// A rule of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The canonical of the profile, with its version.
    pub profile: Arc<str>,
    /// The key of the constraint, when it is one.
    pub key: Option<Box<str>>,
}

/// A place in a text, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Issue {
    /// An error about the whole request.
    pub fn error(code: IssueCode, text: Text) -> Self {
        Self { severity: Severity::Error, code, expression: None, rule: None, position: None, text }
    }

    /// The same finding, about one element.
    #[must_use]
    pub fn at(self, expression: impl Into<String>) -> Self {
        Self { expression: Some(expression.into()), ..self }
    }

    /// The same finding, as a warning.
    #[must_use]
    pub fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    fn json(&self, language: Language) -> Value {
        let (text, other, other_code) = match language {
            Language::Vietnamese => (&self.text.vi, &self.text.en, "en"),
            Language::English => (&self.text.en, &self.text.vi, "vi"),
        };
        let mut issue = json!({
            "severity": self.severity.code(),
            "code": self.code.code(),
            "details": {
                "text": text,
                "_text": { "extension": [{
                    "url": "http://hl7.org/fhir/StructureDefinition/translation",
                    "extension": [
                        { "url": "lang", "valueCode": other_code },
                        { "url": "content", "valueString": other },
                    ],
                }] },
            },
        });
        if let (Some(expression), Some(object)) = (&self.expression, issue.as_object_mut()) {
            object.insert("expression".into(), json!([expression]));
        }
        issue
    }
}

/// The `OperationOutcome` that carries these findings.
pub fn operation_outcome(issues: &[Issue], language: Language) -> Value {
    let issues: Vec<Value> = issues.iter().map(|issue| issue.json(language)).collect();
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}
