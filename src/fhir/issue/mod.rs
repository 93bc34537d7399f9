//! Findings about a request or a resource, and the `OperationOutcome` that carries them,
//! <https://hl7.org/fhir/R4/operationoutcome.html>.
//!
//! Every text exists in Vietnamese and in English. The one the client asks for becomes
//! `details.text`; the other travels with it as a `translation` extension.
//!
//! Where a finding is in the text that was sent, and which rule says so, are told the way the
//! validator of HL7 tells them, so that tools made for its answers understand ours:
//!
//! | what | where |
//! |---|---|
//! | line and column | the extensions `operationoutcome-issue-line` and `-col`, and `Line[3] Col[7]` in `location` behind the expression |
//! | profile with its version | the extension `operationoutcome-issue-source` |
//! | key of the constraint | a coding of `details`: its code is `profile#key` |
//! | what a finding about codes is | a coding of `details` in [`Topic::SYSTEM`], and the extension `operationoutcome-message-id` |
//! | what other findings are, as far as that validator has a name for it | a coding of `details`, and the same extension |
//!
//! The text stands in `diagnostics`, too: clients made with HAPI show only that.
//! [`topic`] has the words for findings about codes, [`merge`] puts findings together.

pub mod merge;
pub mod topic;

use std::sync::Arc;

use serde_json::{Map, Value, json};
use topic::Topic;

/// What the names of the extensions of an issue begin with.
const EXTENSION: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-";

/// The system in which the validator of HL7 names constraints.
const MESSAGE_ID: &str = "http://hl7.org/fhir/java-core-messageId";

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
    Login,
    Forbidden,
    Processing,
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
            Self::Login => "login",
            Self::Forbidden => "forbidden",
            Self::Processing => "processing",
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
    /// What it is, when it is about codes.
    pub topic: Option<Box<Topic>>,
    /// What the validator of HL7 calls such a finding.
    pub name: Option<&'static str>,
    /// Of an error for who asks that is a warning for who writes: why, as `docs/validation.md` has
    /// it.
    pub only_asked: Option<&'static str>,
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
        let (severity, expression, rule, position) = (Severity::Error, None, None, None);
        let (topic, name, only_asked) = (None, None, None);
        Self { severity, code, expression, rule, position, topic, name, only_asked, text }
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

    /// The same finding, said by a rule.
    #[must_use]
    pub fn by(self, rule: Rule) -> Self {
        Self { rule: Some(rule), ..self }
    }

    /// The same finding, as a note.
    #[must_use]
    pub fn note(self) -> Self {
        Self { severity: Severity::Information, ..self }
    }

    /// The same finding, by the name that the validator of HL7 has for it.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// The same finding, about codes.
    #[must_use]
    pub fn about(self, topic: Topic) -> Self {
        Self { topic: Some(Box::new(topic)), ..self }
    }

    fn json(&self, language: Language) -> Value {
        let (text, other, other_code) = match language {
            Language::Vietnamese => (&self.text.vi, &self.text.en, "en"),
            Language::English => (&self.text.en, &self.text.vi, "vi"),
        };
        let (mut details, mut issue) = (Map::new(), Map::new());
        let kind = || self.topic.as_ref().and_then(|topic| topic.coding());
        let name = || self.name.map(|name| json!({ "system": MESSAGE_ID, "code": name }));
        if let Some(coding) = self.rule.as_ref().and_then(Rule::coding).or_else(kind).or_else(name)
        {
            details.insert("coding".into(), json!([coding]));
        }
        details.insert("text".into(), json!(text));
        details.insert(
            "_text".into(),
            json!({ "extension": [{
                "url": "http://hl7.org/fhir/StructureDefinition/translation",
                "extension": [
                    { "url": "lang", "valueCode": other_code },
                    { "url": "content", "valueString": other },
                ],
            }] }),
        );
        let extensions = Some(self.extensions()).filter(|all| !all.is_empty());
        issue.extend(extensions.map(|all| ("extension".into(), Value::Array(all))));
        issue.insert("severity".into(), json!(self.severity.code()));
        issue.insert("code".into(), json!(self.code.code()));
        issue.insert("details".into(), Value::Object(details));
        issue.insert("diagnostics".into(), json!(text));
        if let Some(Position { line, column }) = self.position {
            let place = [format!("Line[{line}] Col[{column}]")];
            issue.insert("location".into(), self.expression.iter().cloned().chain(place).collect());
        } else if self.topic.is_some() && self.expression.is_some() {
            // Clients of terminology servers look here, too.
            issue.insert("location".into(), json!([self.expression]));
        }
        if let Some(expression) = &self.expression {
            issue.insert("expression".into(), json!([expression]));
        }
        Value::Object(issue)
    }

    fn extensions(&self) -> Vec<Value> {
        let url = |name: &str| format!("{EXTENSION}{name}");
        let mut extensions = Vec::new();
        if let Some(Position { line, column }) = self.position {
            let each = [("line", line), ("col", column)];
            extensions.extend(each.map(|(at, n)| json!({ "url": url(at), "valueInteger": n })));
        }
        if let Some(rule) = &self.rule {
            extensions.push(json!({ "url": url("source"), "valueString": &*rule.profile }));
        }
        let sentence = self.topic.as_ref().and_then(|topic| topic.sentence).or(self.name);
        extensions.extend(sentence.map(Topic::named));
        extensions
    }
}

impl Rule {
    fn coding(&self) -> Option<Value> {
        let key = self.key.as_deref()?;
        let profile = self.profile.split('|').next().unwrap_or_default();
        Some(json!({ "system": MESSAGE_ID, "code": format!("{profile}#{key}") }))
    }
}

/// The `OperationOutcome` that carries these findings.
pub fn operation_outcome(issues: &[Issue], language: Language) -> Value {
    let issues: Vec<Value> = issues.iter().map(|issue| issue.json(language)).collect();
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_tells_its_rule_and_its_place() {
        let text = Text::new("Sai.", "Wrong.");
        let rule = Rule { profile: "http://a/b|1.0".into(), key: Some("b-1".into()) };
        let issue = Issue::error(IssueCode::Invariant, text).at("A.b[0]").by(rule);
        let issue = Issue { position: Some(Position { line: 3, column: 7 }), ..issue };
        let issue = issue.json(Language::English);
        assert_eq!(issue["extension"][0]["valueInteger"], 3);
        assert_eq!(issue["extension"][1]["url"], format!("{EXTENSION}col"));
        assert_eq!(issue["extension"][2]["valueString"], "http://a/b|1.0");
        assert_eq!(issue["details"]["coding"][0]["code"], "http://a/b#b-1");
        assert_eq!(issue["location"], json!(["A.b[0]", "Line[3] Col[7]"]));
        assert_eq!(issue["expression"], json!(["A.b[0]"]));
    }

    #[test]
    fn a_finding_about_codes_says_what_it_is() {
        let topic = Topic { kind: Some("not-found"), sentence: Some("UNKNOWN") };
        let issue = Issue::error(IssueCode::NotFound, Text::new("Sai.", "Wrong."));
        let issue = issue.at("Coding.system").about(topic).json(Language::English);
        assert_eq!(issue["details"]["coding"][0]["code"], "not-found");
        assert_eq!(
            issue["extension"],
            json!([{ "url": Topic::SENTENCE, "valueString": "UNKNOWN" }])
        );
        assert_eq!(issue["location"], issue["expression"]);
    }

    #[test]
    fn an_issue_without_a_place_has_no_location() {
        let issue = Issue::error(IssueCode::Value, Text::new("Sai.", "Wrong."));
        let issue = issue.json(Language::Vietnamese);
        let keys: Vec<&String> = issue.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["severity", "code", "details", "diagnostics"]);
        assert_eq!(issue["details"]["text"], "Sai.");
        assert_eq!(issue["diagnostics"], "Sai.");
    }

    #[test]
    fn a_finding_goes_by_the_name_that_others_know() {
        let issue = Issue::error(IssueCode::Required, Text::new("Thiếu.", "Missing."));
        let issue = issue.named("Validation_VAL_Profile_Minimum").json(Language::English);
        let coding = json!({ "system": MESSAGE_ID, "code": "Validation_VAL_Profile_Minimum" });
        assert_eq!(issue["details"]["coding"], json!([coding]));
        assert_eq!(issue["extension"][0]["valueString"], "Validation_VAL_Profile_Minimum");
    }
}
