//! What is said of a code, as `Parameters`. Besides R4's `result`, `message` and `display` it has
//! what later versions and other terminology servers give: `code`, `system`, `version`,
//! `normalized-code`, `inactive`, `status` and `issues`.

use serde_json::{Value, json};

use crate::fhir::issue::{Issue, Language, Severity, operation_outcome};
use crate::terminology::finding::Finding;
use crate::terminology::validate::answered::Answered;

const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// What is said of a code or a concept.
pub(in crate::operation) struct Said<'a> {
    pub(in crate::operation) result: bool,
    /// The code as it was given.
    pub(in crate::operation) code: Option<&'a str>,
    /// The system as it was given.
    pub(in crate::operation) system: Option<&'a str>,
    pub(super) answered: Option<&'a Answered>,
    pub(super) concept: Option<&'a Value>,
    pub(in crate::operation) findings: &'a [Finding],
    pub(super) unknown_systems: Vec<&'a str>,
}

/// Writes it down.
pub(super) fn write(said: &Said<'_>, language: Language) -> Value {
    let mut all = vec![json!({ "name": "result", "valueBoolean": said.result })];
    let mut push = |name: &str, key: &str, value: Option<Value>| {
        all.extend(value.map(|value| json!({ "name": name, key: value })));
    };
    let answered = said.answered;
    push("code", "valueCode", said.code.map(|code| json!(code)));
    let system = answered.map(|answered| &*answered.system).or(said.system);
    push("system", "valueUri", system.map(|system| json!(system)));
    let version = answered.and_then(|answered| answered.version.as_ref());
    push("version", "valueString", version.map(|version| json!(version)));
    let display = answered.and_then(|answered| answered.display.as_ref());
    push("display", "valueString", display.map(|display| json!(display)));
    let normalized = answered.and_then(|answered| answered.normalized.as_ref());
    push("normalized-code", "valueCode", normalized.map(|code| json!(code)));
    let is_inactive = answered.is_some_and(|answered| answered.is_inactive);
    push("inactive", "valueBoolean", is_inactive.then(|| json!(true)));
    let status = answered.filter(|one| one.is_inactive).and_then(|one| one.status.as_ref());
    push("status", "valueCode", status.map(|status| json!(status)));
    push("codeableConcept", "valueCodeableConcept", said.concept.cloned());
    let is_outside = said.findings.iter().any(|finding| finding.detail == "not-in-vs");
    let name = if is_outside { "x-unknown-system" } else { "x-caused-by-unknown-system" };
    let mut named: Vec<&str> = Vec::new();
    for system in &said.unknown_systems {
        if !named.contains(system) {
            named.push(system);
            push(name, "valueCanonical", Some(json!(system)));
        }
    }
    all.extend(message(said.findings, language));
    if !said.findings.is_empty() {
        all.push(json!({ "name": "issues", "resource": outcome(said.findings, language) }));
    }
    json!({ "resourceType": "Parameters", "parameter": all })
}

/// The findings as an `OperationOutcome`.
fn outcome(findings: &[Finding], language: Language) -> Value {
    let issues: Vec<Issue> = findings.iter().map(|finding| finding.issue.clone()).collect();
    operation_outcome(&issues, language)
}

/// The worst findings in a line, in the language of the client and in the other one: errors, or
/// else warnings and what is to be known of the display.
fn message(findings: &[Finding], language: Language) -> Option<Value> {
    let of = |severity| findings.iter().filter(move |one| one.issue.severity == severity);
    let worst: Vec<&Finding> = match of(Severity::Error).next() {
        Some(_) => of(Severity::Error).collect(),
        None => {
            let hints = of(Severity::Information).filter(|one| one.detail == "invalid-display");
            of(Severity::Warning).chain(hints).collect()
        }
    };
    let joined = |pick: fn(&Finding) -> &str| {
        let texts: Vec<&str> = worst.iter().map(|finding| pick(finding)).collect();
        texts.join(" ")
    };
    let (vi, en) = (
        joined(|finding| finding.issue.text.vi.as_str()),
        joined(|finding| finding.issue.text.en.as_str()),
    );
    let (text, other, other_code) = match language {
        Language::Vietnamese => (vi, en, "en"),
        Language::English => (en, vi, "vi"),
    };
    (!text.is_empty()).then(|| {
        let translation = json!({ "url": TRANSLATION, "extension": [
            { "url": "lang", "valueCode": other_code },
            { "url": "content", "valueString": other },
        ] });
        json!({
            "name": "message",
            "valueString": text,
            "_valueString": { "extension": [translation] },
        })
    })
}
