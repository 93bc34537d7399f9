//! Why a question about codes has no answer.
//!
//! Besides a text there is a code of <http://hl7.org/fhir/tools/CodeSystem/tx-issue-type>, which
//! terminology servers share, and the name that the validator of HL7 has for the sentence.

use thiserror::Error;

use super::system::source::SourceError;
use crate::fhir::issue::topic::Topic;
use crate::fhir::issue::{Issue, IssueCode, Text};

/// Why a question about codes has no answer.
#[derive(Debug, Clone, Error)]
pub enum TerminologyError {
    #[error("value set {0} is not known")]
    NoValueSet(Box<str>),
    #[error("code system {system} is not known")]
    NoSystem { system: Box<str>, version: Option<Box<str>>, versions: Vec<Box<str>> },
    #[error("supplement {0} is not known")]
    NoSupplement(Box<str>),
    #[error("value set {0} includes itself")]
    Circular(Box<str>),
    #[error("value set {value_set} is broken at {expression}")]
    Broken { value_set: Box<str>, expression: Box<str>, text: Box<Text> },
    #[error("more than {limit} codes")]
    TooCostly { limit: usize },
    #[error("the question takes too many steps")]
    TooManySteps,
    #[error("version {version:?} of {system} is not {wanted}")]
    Version { system: Box<str>, version: Option<Box<str>>, wanted: Box<str> },
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl TerminologyError {
    /// What sort of trouble it is.
    pub fn code(&self) -> IssueCode {
        match self {
            Self::NoValueSet(_) | Self::NoSystem { .. } | Self::NoSupplement(_) => {
                IssueCode::NotFound
            }
            Self::Circular(_) => IssueCode::Processing,
            Self::Broken { .. } => IssueCode::Invalid,
            Self::TooCostly { .. } | Self::TooManySteps => IssueCode::TooCostly,
            Self::Version { .. } => IssueCode::Exception,
            Self::Source(SourceError::Failed { .. }) => IssueCode::Exception,
            Self::Source(SourceError::NoList { .. }) => IssueCode::TooCostly,
            Self::Source(SourceError::Filter { .. }) => IssueCode::NotSupported,
        }
    }

    /// The sort of trouble in the words of terminology servers, when they have one for it.
    pub fn detail(&self) -> Option<&'static str> {
        match self {
            Self::NoValueSet(_) | Self::NoSystem { .. } | Self::NoSupplement(_) => {
                Some("not-found")
            }
            Self::Circular(_) | Self::Broken { .. } => Some("vs-invalid"),
            Self::Source(SourceError::Filter { .. }) => Some("vs-invalid"),
            Self::Version { .. } => Some("version-error"),
            Self::TooCostly { .. } | Self::TooManySteps | Self::Source(_) => None,
        }
    }

    /// What the validator of HL7 calls the sentence.
    fn sentence(&self) -> Option<&'static str> {
        match self {
            Self::NoValueSet(_) => Some("Unable_to_resolve_value_Set_"),
            Self::NoSystem { version, versions, .. } => {
                Some(unknown_sentence(version.as_deref(), versions, true))
            }
            Self::NoSupplement(_) => Some("VALUESET_SUPPLEMENT_MISSING"),
            Self::Circular(_) => Some("VALUESET_CIRCULAR_REFERENCE"),
            Self::Broken { .. } => Some("UNABLE_TO_HANDLE_SYSTEM_FILTER_WITH_NO_VALUE"),
            Self::TooCostly { .. } => Some("VALUESET_TOO_COSTLY"),
            Self::Version { .. } => Some("VALUESET_VERSION_CHECK"),
            Self::Source(SourceError::NoList { .. }) => Some("CODESYSTEM_NOT_ENUMERABLE"),
            Self::TooManySteps | Self::Source(_) => None,
        }
    }

    /// The finding that tells it.
    pub fn issue(&self) -> Issue {
        let topic = Topic { kind: self.detail(), sentence: self.sentence() };
        let issue = Issue::error(self.code(), self.text()).about(topic);
        match self.expression() {
            Some(expression) => issue.at(expression),
            None => issue,
        }
    }

    /// Where in the value set it is.
    pub fn expression(&self) -> Option<&str> {
        match self {
            Self::Broken { expression, .. } => Some(expression),
            _ => None,
        }
    }

    /// What to tell the client.
    pub fn text(&self) -> Text {
        match self {
            Self::NoValueSet(url) => Text::new(
                format!("Máy chủ không có bộ giá trị '{url}'."),
                format!("This server has no value set '{url}'."),
            ),
            Self::NoSystem { system, version, versions } => {
                no_system(system, version.as_deref(), versions)
            }
            Self::NoSupplement(url) => Text::new(
                format!("Máy chủ không có phần bổ sung (supplement) '{url}' mà yêu cầu cần đến."),
                format!("This server has no supplement '{url}', which the request needs."),
            ),
            Self::Circular(url) => Text::new(
                format!("Bộ giá trị '{url}' bao gồm chính nó nên không tính được."),
                format!("The value set '{url}' includes itself, so it cannot be worked out."),
            ),
            Self::Broken { value_set, text, .. } => Text::new(
                format!("Bộ giá trị '{value_set}' sai: {}", text.vi),
                format!("The value set '{value_set}' is wrong: {}", text.en),
            ),
            Self::TooCostly { limit } => Text::new(
                format!(
                    "Bộ giá trị có nhiều hơn {limit} mã. Hãy dùng 'count' và 'offset' để lấy từng trang, hoặc 'filter' để thu hẹp."
                ),
                format!(
                    "The value set has more than {limit} codes. Use 'count' and 'offset' to read it in pages, or 'filter' to narrow it."
                ),
            ),
            Self::TooManySteps => Text::new(
                "Bộ giá trị quá phức tạp: việc tính toán vượt quá giới hạn của máy chủ.",
                "The value set is too complex: working it out exceeds the server's limit.",
            ),
            Self::Version { system, version, wanted } => {
                let version = version.as_deref().unwrap_or("-");
                Text::new(
                    format!(
                        "Hệ thống mã '{system}' được dùng ở phiên bản '{version}', nhưng yêu cầu (check-system-version) đòi '{wanted}'."
                    ),
                    format!(
                        "Version '{version}' of the code system '{system}' would be used, but the request (check-system-version) wants '{wanted}'."
                    ),
                )
            }
            Self::Source(error) => source(error),
        }
    }
}

/// What the validator of HL7 calls the sentence about a code system that is not known: when a code
/// is validated, or when a value set is expanded.
pub(crate) fn unknown_sentence(
    version: Option<&str>,
    versions: &[Box<str>],
    is_expansion: bool,
) -> &'static str {
    match (version, versions, is_expansion) {
        (None, _, false) => "UNKNOWN_CODESYSTEM",
        (None, _, true) => "UNKNOWN_CODESYSTEM_EXP",
        (Some(_), [], false) => "UNKNOWN_CODESYSTEM_VERSION_NONE",
        (Some(_), [], true) => "UNKNOWN_CODESYSTEM_VERSION_EXP_NONE",
        (Some(_), _, false) => "UNKNOWN_CODESYSTEM_VERSION",
        (Some(_), _, true) => "UNKNOWN_CODESYSTEM_VERSION_EXP",
    }
}

/// A code system that is not known, or not in this version.
pub(crate) fn no_system(system: &str, version: Option<&str>, versions: &[Box<str>]) -> Text {
    let Some(version) = version else {
        return Text::new(
            format!("Máy chủ không có hệ thống mã '{system}' nên không kiểm tra được mã của nó."),
            format!(
                "This server does not have the code system '{system}', so its codes cannot be checked."
            ),
        );
    };
    let (vi, en) = match versions {
        [] => ("Không có phiên bản nào khác.".to_owned(), "There is no other version.".to_owned()),
        known => {
            let known = known.join(", ");
            (format!("Các phiên bản hiện có: {known}."), format!("Known versions: {known}."))
        }
    };
    Text::new(
        format!(
            "Máy chủ không có phiên bản '{version}' của hệ thống mã '{system}' nên không kiểm tra được mã. {vi}"
        ),
        format!(
            "This server does not have version '{version}' of the code system '{system}', so the code cannot be checked. {en}"
        ),
    )
}

fn source(error: &SourceError) -> Text {
    match error {
        SourceError::Filter { system, filter } => Text::new(
            format!("Không lọc được hệ thống mã '{system}' theo '{filter}'."),
            format!("The code system '{system}' cannot be filtered by '{filter}'."),
        ),
        SourceError::NoList { system } => Text::new(
            format!("Mã của hệ thống '{system}' theo một ngữ pháp, không liệt kê hết được."),
            format!(
                "The codes of the system '{system}' follow a grammar and cannot all be listed."
            ),
        ),
        SourceError::Failed { system, .. } => Text::new(
            format!("Máy chủ không đọc được các khái niệm của hệ thống mã '{system}'."),
            format!("The server cannot read the concepts of the code system '{system}'."),
        ),
    }
}
