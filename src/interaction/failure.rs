//! The only error a client sees.

use std::sync::Arc;

use crate::budget::Spent;
use crate::fhir::issue::{Issue, IssueCode, Severity, Text};
use crate::store::error::StoreError;

/// Why a request was not done.
#[derive(Debug, Clone)]
pub struct Failure {
    pub kind: Kind,
    pub issues: Vec<Issue>,
    /// For the log; never for the client.
    pub cause: Option<Arc<StoreError>>,
}

/// What sort of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request cannot be understood.
    Malformed,
    /// The resource breaks a rule.
    Unprocessable,
    /// Nobody knows who asks: no token came.
    NoToken,
    /// The token that came is none, or counts no more.
    BadToken,
    /// Not from there, not under this name, or not by who asks.
    Forbidden,
    /// Whoever asks did so too often just now.
    TooOften,
    /// No scope of the token names it.
    InsufficientScope,
    NotFound,
    Gone,
    /// Not at this URL with this verb.
    MethodNotAllowed,
    /// `Accept` names nothing the server can write.
    NotAcceptable,
    Conflict,
    PreconditionFailed,
    TooLarge,
    UnsupportedMediaType,
    /// The specification has it, this server has not.
    NotSupported,
    /// The database is not to be had right now.
    Unavailable,
    /// It takes longer than it may just now.
    TooCostly,
    /// It would cost more than any request may, whenever it is sent.
    TooMuch,
    /// The client does not go on.
    Timeout,
    Exception,
}

impl Kind {
    /// HTTP status and `IssueType`: the only such table in the crate.
    pub fn codes(self) -> (u16, IssueCode) {
        match self {
            Self::Malformed => (400, IssueCode::Invalid),
            Self::Unprocessable => (422, IssueCode::Invalid),
            Self::NoToken | Self::BadToken => (401, IssueCode::Login),
            Self::Forbidden | Self::InsufficientScope => (403, IssueCode::Forbidden),
            Self::TooOften => (429, IssueCode::Throttled),
            Self::NotFound => (404, IssueCode::NotFound),
            Self::Gone => (410, IssueCode::Deleted),
            Self::MethodNotAllowed => (405, IssueCode::NotSupported),
            Self::NotAcceptable => (406, IssueCode::NotSupported),
            Self::Conflict => (409, IssueCode::Conflict),
            Self::PreconditionFailed => (412, IssueCode::Conflict),
            Self::TooLarge => (413, IssueCode::TooLong),
            Self::UnsupportedMediaType => (415, IssueCode::NotSupported),
            Self::NotSupported => (501, IssueCode::NotSupported),
            Self::Unavailable => (503, IssueCode::Transient),
            Self::TooCostly => (503, IssueCode::TooCostly),
            Self::TooMuch => (422, IssueCode::TooCostly),
            Self::Timeout => (408, IssueCode::Timeout),
            Self::Exception => (500, IssueCode::Exception),
        }
    }

    /// A failure of this kind with one text.
    pub fn because(self, vi: impl Into<String>, en: impl Into<String>) -> Failure {
        let (_, code) = self.codes();
        self.with(vec![Issue::error(code, Text::new(vi, en))])
    }

    /// A failure of this kind with these findings.
    pub fn with(self, issues: Vec<Issue>) -> Failure {
        Failure { kind: self, issues, cause: None }
    }
}

impl Failure {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.kind.codes().0
    }

    /// The same failure, about one entry of a Bundle: what it says of the entry, of its URL or of
    /// its resource is said of that one.
    #[must_use]
    pub fn at(mut self, entry: &str) -> Self {
        for issue in &mut self.issues {
            let below = issue.expression.take().unwrap_or_default();
            issue.expression = Some(match below.split_once('.') {
                Some(("Bundle", rest)) if rest.starts_with("entry.") => {
                    below.replacen("Bundle.entry", entry, 1)
                }
                Some(("http", _)) => format!("{entry}.request.url"),
                Some((_, rest)) => format!("{entry}.resource.{rest}"),
                None if below.is_empty() => entry.to_owned(),
                None => format!("{entry}.resource"),
            });
        }
        self
    }

    /// The same failure, about an element.
    #[must_use]
    pub fn of(mut self, element: &str) -> Self {
        for issue in &mut self.issues {
            issue.expression = Some(element.to_owned());
        }
        self
    }

    /// The same failure, about an element of the request of an entry of a Bundle.
    #[must_use]
    pub fn of_request(self, element: &str) -> Self {
        self.of(&format!("Bundle.entry.request.{element}"))
    }

    /// Refuses when one of the findings is an error.
    pub fn unless_clean(issues: Vec<Issue>) -> Result<Vec<Issue>, Self> {
        if issues.iter().any(|issue| issue.severity.refuses()) {
            return Err(Kind::Unprocessable.with(issues));
        }
        Ok(issues)
    }

    /// Whether the server, not the client, is at fault.
    pub fn is_ours(&self) -> bool {
        self.status() >= 500 && self.kind != Kind::NotSupported
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let failure = match &error {
            StoreError::Spent(spent) => return (*spent).into(),
            StoreError::TooCostly => Kind::TooCostly.because(
                "Tìm kiếm này vượt quá thời gian cho phép. Hãy thêm điều kiện để thu hẹp.",
                "This search takes longer than is allowed. Add conditions to narrow it.",
            ),
            StoreError::Full => Kind::Unavailable.because(
                "Ổ đĩa của máy chủ đã đầy nên không ghi được. Không có gì được lưu; hãy thử lại sau.",
                "The server's disk is full, so it cannot write. Nothing was stored; try again later.",
            ),
            StoreError::Uncertain => Kind::Unavailable.because(
                "Mất liên lạc với cơ sở dữ liệu trong khi ghi: không biết thay đổi đã được lưu hay chưa. Hãy đọc lại trước khi gửi lại.",
                "The database went away during the write: whether it was stored is not known. Read before you send it again.",
            ),
            StoreError::WriterStopped | StoreError::Lost(_) => Kind::Unavailable.because(
                "Máy chủ hiện không ghi được. Không có gì được lưu; hãy thử lại sau.",
                "The server cannot write right now. Nothing was stored; try again later.",
            ),
            error if error.is_away() => Kind::Unavailable.because(
                "Máy chủ hiện không dùng được cơ sở dữ liệu. Hãy thử lại sau.",
                "The server cannot use its database right now. Try again later.",
            ),
            StoreError::Url
            | StoreError::Missing(_)
            | StoreError::Newer
            | StoreError::Older
            | StoreError::Away
            | StoreError::Unreachable { .. }
            | StoreError::Sqlite(_)
            | StoreError::Database(_)
            | StoreError::Interrupted
            | StoreError::Unsupported(_)
            | StoreError::Corrupt { .. } => Kind::Exception.because(
                "Máy chủ gặp lỗi bên trong. Hãy báo mã yêu cầu (X-Request-Id) cho người vận hành.",
                "The server failed. Tell its operators the request's id (X-Request-Id).",
            ),
        };
        Self { cause: Some(Arc::new(error)), ..failure }
    }
}

/// What is counted is the request's own and stays too much: 422. What is measured depends on what
/// else goes on: 503, and the client may try again.
impl From<Spent> for Failure {
    fn from(spent: Spent) -> Self {
        match spent {
            Spent::Steps => Kind::TooMuch.because(
                "Yêu cầu này tốn nhiều bước tính hơn mức cho phép (cài đặt request_steps). Hãy chia nhỏ hoặc đơn giản hóa nó.",
                "This request takes more steps than one may (setting request_steps). Split it or make it simpler.",
            ),
            Spent::Bytes => Kind::TooMuch.because(
                "Kết quả của yêu cầu này lớn hơn mức cho phép (cài đặt answer_mib). Hãy thu hẹp hoặc chia nhỏ nó.",
                "The result of this request is larger than one may be (setting answer_mib). Narrow it or split it.",
            ),
            Spent::Time => Kind::TooCostly.because(
                "Yêu cầu này vượt quá thời gian cho phép (cài đặt request_seconds). Hãy chia nhỏ nó, hoặc thử lại khi máy chủ bớt bận.",
                "This request takes longer than one may (setting request_seconds). Split it, or try again when the server is less busy.",
            ),
            Spent::Memory | Spent::Client => Kind::TooCostly.because(
                "Máy chủ đang dùng hết bộ nhớ dành cho các yêu cầu (cài đặt memory_mib). Hãy thử lại sau ít giây.",
                "All memory for requests is in use (setting memory_mib). Try again in a few seconds.",
            ),
        }
    }
}

/// Notes that are no errors, such as what lenient handling left out.
pub fn information(vi: impl Into<String>, en: impl Into<String>) -> Issue {
    let issue = Issue::error(IssueCode::Informational, Text::new(vi, en));
    Issue { severity: Severity::Information, ..issue }
}
