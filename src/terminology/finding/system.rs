//! What validating a code finds about the systems and definitions that are asked.

use super::{CodePlace, Finding, finding};
use crate::fhir::issue::{IssueCode, Severity, Text};
use crate::terminology::error::{TerminologyError, no_system, unknown_sentence};
use crate::terminology::value_set::found::Problem;

/// The system, or this version of it, is not known.
pub(crate) fn unknown_system(
    place: CodePlace,
    system: &str,
    version: Option<&str>,
    versions: &[Box<str>],
) -> Finding {
    let text = no_system(system, version, versions);
    let sentence = unknown_sentence(version, versions, false);
    finding(Severity::Error, IssueCode::NotFound, "not-found", sentence, text).at(place, "system")
}

/// There is no system, so the code means nothing.
pub(crate) fn without_system(place: CodePlace) -> Finding {
    let text = Text::new(
        "Coding không có 'system' nên mã không có nghĩa xác định và không kiểm tra được. Hãy thêm 'system'.",
        "The Coding has no 'system': its code has no defined meaning and cannot be checked. Give it a 'system'.",
    );
    finding(
        Severity::Warning,
        IssueCode::Invalid,
        "invalid-data",
        "Coding_has_no_system__cannot_validate",
        text,
    )
    .at(place, "")
}

/// The system is not one: a value set, a supplement, a relative reference.
pub(crate) fn not_a_system(
    place: CodePlace,
    system: &str,
    (sentence, why): (&'static str, Text),
) -> Finding {
    let text = Text::new(
        format!("'{system}' không dùng được làm 'system': {}", why.vi),
        format!("'{system}' cannot be a 'system': {}", why.en),
    );
    finding(Severity::Error, IssueCode::Invalid, "invalid-data", sentence, text).at(place, "system")
}

/// What is wrong with the version that was asked for.
pub(crate) fn version(place: CodePlace, problem: &Problem, known: &[Box<str>]) -> Finding {
    let (severity, code, (detail, sentence), text) = match problem {
        Problem::Unknown { system, version } => {
            return unknown_system(place, system, version.as_deref(), known);
        }
        Problem::Mismatch { system, said, used, asked } => {
            let (vi, en) = match said.as_deref() {
                None => (String::new(), String::new()),
                Some(said) => (
                    format!(" (do tham số của yêu cầu; bộ giá trị ghi '{said}')"),
                    format!(" (because of the request's parameters; the value set says '{said}')"),
                ),
            };
            let text = Text::new(
                format!(
                    "Bộ giá trị dùng hệ thống mã '{system}' phiên bản '{used}'{vi}, khác với phiên bản '{asked}' được đưa ra."
                ),
                format!(
                    "The value set takes version '{used}' of the code system '{system}'{en}, not the version '{asked}' that is given."
                ),
            );
            let sentence = match said {
                None => "VALUESET_VALUE_MISMATCH",
                Some(_) => "VALUESET_VALUE_MISMATCH_CHANGED",
            };
            (Severity::Error, IssueCode::Invalid, ("vs-invalid", sentence), text)
        }
        Problem::Unnamed { system, used, asked } => {
            let used = used.as_deref().unwrap_or("-");
            let text = Text::new(
                format!(
                    "Bộ giá trị không ghi phiên bản của hệ thống mã '{system}' nên dùng '{used}', khác với '{asked}' được đưa ra."
                ),
                format!(
                    "The value set names no version of the code system '{system}', so '{used}' is used, not '{asked}' that is given."
                ),
            );
            let topic = ("vs-invalid", "VALUESET_VALUE_MISMATCH_DEFAULT");
            (Severity::Warning, IssueCode::Invalid, topic, text)
        }
        Problem::Refused { system, version, wanted } => {
            let error = TerminologyError::Version {
                system: system.clone(),
                version: version.clone(),
                wanted: wanted.clone(),
            };
            let topic = ("version-error", "VALUESET_VERSION_CHECK");
            (Severity::Error, IssueCode::Exception, topic, error.text())
        }
    };
    finding(severity, code, detail, sentence, text).at(place, "version")
}

/// A definition that was used is not in full force.
pub(crate) fn status(what: &str, kind: &str, canonical: &str) -> Finding {
    let (vi, sentence) = match what {
        "withdrawn" => ("đã bị rút lại", "MSG_WITHDRAWN"),
        "deprecated" => ("không nên dùng nữa", "MSG_DEPRECATED"),
        "draft" => ("còn là bản nháp", "MSG_DRAFT"),
        _ => ("chỉ để thử nghiệm", "MSG_EXPERIMENTAL"),
    };
    let text = Text::new(
        format!("{kind} '{canonical}' {vi}."),
        format!("The {kind} '{canonical}' is {what}."),
    );
    finding(Severity::Information, IssueCode::BusinessRule, "status-check", sentence, text)
}
