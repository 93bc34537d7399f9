//! What validating a code finds, in the words of terminology servers:
//! <http://hl7.org/fhir/tools/CodeSystem/tx-issue-type>, and the names that the validator of HL7
//! has for its sentences, <https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/>.

pub(super) mod display;
pub(super) mod status;
pub(super) mod system;

use super::error::TerminologyError;
use super::system::concept::Concept;
use crate::fhir::issue::topic::Topic;
use crate::fhir::issue::{Issue, IssueCode, Severity, Text};

/// One finding about a code.
#[derive(Debug, Clone)]
pub struct Finding {
    pub issue: Issue,
    /// A code of `tx-issue-type`.
    pub detail: &'static str,
}

/// Where a code was given: it says what elements are called.
#[derive(Debug, Clone, Copy)]
pub enum CodePlace {
    /// As the parameters `code`, `system`, `display`.
    Code,
    Coding,
    /// As this coding of a `CodeableConcept`.
    Concept(usize),
}

impl CodePlace {
    fn of(self, element: &str) -> String {
        match (self, element) {
            (Self::Code, element) => element.to_owned(),
            (Self::Coding, "") => "Coding".to_owned(),
            (Self::Coding, element) => format!("Coding.{element}"),
            (Self::Concept(at), "") => format!("CodeableConcept.coding[{at}]"),
            (Self::Concept(at), element) => format!("CodeableConcept.coding[{at}].{element}"),
        }
    }
}

/// A finding about no element: what it is, and the name of its sentence.
pub(crate) fn finding(
    severity: Severity,
    code: IssueCode,
    detail: &'static str,
    sentence: &'static str,
    text: Text,
) -> Finding {
    let topic = Topic { kind: Some(detail), sentence: Some(sentence) };
    Finding { issue: Issue { severity, ..Issue::error(code, text) }.about(topic), detail }
}

impl Finding {
    /// An error of a question itself, about a code.
    pub(crate) fn of_error(error: &TerminologyError) -> Self {
        Self { issue: error.issue(), detail: error.detail().unwrap_or("not-supported") }
    }

    /// The finding, about an element.
    pub(crate) fn at(self, place: CodePlace, element: &str) -> Self {
        let path = place.of(element);
        match path.is_empty() {
            true => self,
            false => Self { issue: self.issue.at(path), ..self },
        }
    }

    /// The finding, as a note about a coding that others make up for.
    #[must_use]
    pub fn note(mut self, detail: &'static str) -> Self {
        self.issue.severity = Severity::Information;
        if let Some(topic) = &mut self.issue.topic {
            topic.kind = Some(detail);
        }
        Self { detail, ..self }
    }

    /// The finding, in a sentence of another name.
    #[must_use]
    pub(crate) fn named(mut self, sentence: &'static str) -> Self {
        if let Some(topic) = &mut self.issue.topic {
            topic.sentence = Some(sentence);
        }
        self
    }

    /// The finding, as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.issue.severity = Severity::Warning;
        self
    }
}

/// Leaves out what was found before.
pub fn drop_repeated(findings: &mut Vec<Finding>) {
    let mut seen: Vec<Issue> = Vec::new();
    findings.retain(|finding| {
        let is_new = !seen.contains(&finding.issue);
        if is_new {
            seen.push(finding.issue.clone());
        }
        is_new
    });
}

/// The code is not in the value set.
pub fn not_in_set(place: CodePlace, code: &str, value_set: &str) -> Finding {
    let text = Text::new(
        format!("Mã '{code}' không thuộc bộ giá trị '{value_set}'."),
        format!("The code '{code}' is not in the value set '{value_set}'."),
    );
    finding(
        Severity::Error,
        IssueCode::CodeInvalid,
        "not-in-vs",
        "None_of_the_provided_codes_are_in_the_value_set_one",
        text,
    )
    .at(place, "code")
}

/// None of the codings is in the value set.
pub fn none_in_set(value_set: &str) -> Finding {
    let text = Text::new(
        format!("Không có mã nào (coding) thuộc bộ giá trị '{value_set}'."),
        format!("None of the codings is in the value set '{value_set}'."),
    );
    finding(
        Severity::Error,
        IssueCode::CodeInvalid,
        "not-in-vs",
        "TX_GENERAL_CC_ERROR_MESSAGE",
        text,
    )
}

/// The system has no such code.
pub(crate) fn no_code(place: CodePlace, code: &str, system: &str, is_fragment: bool) -> Finding {
    let text = match is_fragment {
        false => Text::new(
            format!("Hệ thống mã '{system}' không có mã '{code}'."),
            format!("The code system '{system}' has no code '{code}'."),
        ),
        true => Text::new(
            format!(
                "Máy chủ chỉ có một phần của hệ thống mã '{system}' và không thấy mã '{code}' trong đó; mã có thể đúng."
            ),
            format!(
                "This server has only a part of the code system '{system}', and the code '{code}' is not in it; it may be right."
            ),
        ),
    };
    let (severity, sentence) = match is_fragment {
        true => (Severity::Warning, "UNKNOWN_CODE_IN_FRAGMENT"),
        false => (Severity::Error, "Unknown_Code_in_Version"),
    };
    finding(severity, IssueCode::CodeInvalid, "invalid-code", sentence, text).at(place, "code")
}

/// The system of a code cannot be told from the value set.
pub fn cannot_infer(code: &str, value_set: &str, systems: &[Box<str>]) -> Finding {
    let text = match systems {
        [] => Text::new(
            format!("Không suy ra được hệ thống của mã '{code}' từ bộ giá trị '{value_set}'."),
            format!(
                "The system of the code '{code}' cannot be told from the value set '{value_set}'."
            ),
        ),
        several => {
            let several = several.join(", ");
            Text::new(
                format!(
                    "Mã '{code}' có trong nhiều hệ thống của bộ giá trị '{value_set}': {several}."
                ),
                format!(
                    "The code '{code}' is in more than one system of the value set '{value_set}': {several}."
                ),
            )
        }
    };
    let sentence = match systems {
        [] => "UNABLE_TO_INFER_CODESYSTEM",
        _ => "Unable_to_resolve_system__value_set_has_multiple_matches",
    };
    finding(Severity::Error, IssueCode::NotFound, "cannot-infer", sentence, text)
        .at(CodePlace::Code, "code")
}

/// The code is inactive.
pub(crate) fn inactive(place: CodePlace, concept: &Concept, is_refused: bool) -> Finding {
    let code = &concept.code;
    if is_refused {
        let text = Text::new(
            format!(
                "Mã '{code}' có thật nhưng không còn hiệu lực, mà bộ giá trị chỉ nhận mã còn hiệu lực."
            ),
            format!(
                "The code '{code}' exists but is not active, and only active codes are in the value set."
            ),
        );
        return finding(
            Severity::Error,
            IssueCode::BusinessRule,
            "code-rule",
            "STATUS_CODE_WARNING_CODE",
            text,
        )
        .at(place, "code");
    }
    let text = Text::new(
        format!("Mã '{code}' không còn hiệu lực; hãy xem lại việc dùng mã này."),
        format!("The code '{code}' is inactive; its use should be reviewed."),
    );
    finding(
        Severity::Warning,
        IssueCode::BusinessRule,
        "code-comment",
        "INACTIVE_CONCEPT_FOUND",
        text,
    )
    .at(place, "")
}

/// The code is abstract and may not be used.
pub(crate) fn is_abstract(place: CodePlace, code: &str) -> Finding {
    let text = Text::new(
        format!("Mã '{code}' chỉ để gom nhóm (abstract), không dùng được ở đây."),
        format!("The code '{code}' only groups others (abstract) and cannot be used here."),
    );
    finding(
        Severity::Error,
        IssueCode::BusinessRule,
        "code-rule",
        "ABSTRACT_CODE_NOT_ALLOWED",
        text,
    )
    .at(place, "code")
}

/// The value set deprecates the code.
pub(crate) fn deprecated(place: CodePlace, code: &str, value_set: &str) -> Finding {
    let text = Text::new(
        format!("Bộ giá trị '{value_set}' ghi rằng mã '{code}' không nên dùng nữa; hãy xem lại."),
        format!(
            "The value set '{value_set}' marks the code '{code}' as deprecated; its use should be reviewed."
        ),
    );
    finding(
        Severity::Warning,
        IssueCode::BusinessRule,
        "code-comment",
        "CONCEPT_DEPRECATED_IN_VALUESET",
        text,
    )
    .at(place, "code")
}

/// The case of the code is not the system's.
pub(crate) fn other_case(place: CodePlace, given: &str, code: &str, system: &str) -> Finding {
    let text = Text::new(
        format!(
            "Mã '{given}' khác mã đúng '{code}' về chữ hoa, chữ thường. Hệ thống mã '{system}' không phân biệt, nhưng nên viết đúng."
        ),
        format!(
            "The code '{given}' differs from the right one, '{code}', by case. The code system '{system}' does not mind, but the right case is better."
        ),
    );
    finding(
        Severity::Information,
        IssueCode::BusinessRule,
        "code-rule",
        "CODE_CASE_DIFFERENCE",
        text,
    )
    .at(place, "code")
}
