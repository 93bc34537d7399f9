//! What clients are told when something is refused: the codes of
//! [RFC 6749](https://www.rfc-editor.org/rfc/rfc6749#section-5.2) and of `OpenID` Connect.

use serde_json::{Value, json};

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: Code,
    pub vi: String,
    /// ASCII without quotation marks and backslashes, as the RFC has it.
    pub en: String,
}

/// The codes of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    InvalidScope,
    InvalidToken,
    UnauthorizedClient,
    UnsupportedGrantType,
    UnsupportedResponseType,
    UnsupportedTokenType,
    RequestNotSupported,
    AccessDenied,
    LoginRequired,
    ConsentRequired,
    TooMany,
    TemporarilyUnavailable,
    ServerError,
}

impl Code {
    /// As it is sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidToken => "invalid_token",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::RequestNotSupported => "request_not_supported",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::TooMany | Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }

    /// The HTTP status of an answer that is not sent to the client by way of a browser.
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::AccessDenied => 403,
            Self::TooMany => 429,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }

    /// A fault of this kind.
    pub fn because(self, vi: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault { code: self, vi: vi.into(), en: plain(&en.into()) }
    }
}

/// What the RFC lets stand in a description; all else becomes a dot.
fn plain(text: &str) -> String {
    let is_legal = |letter: char| matches!(letter, ' ' | '!' | '#'..='[' | ']'..='~');
    text.chars().map(|letter| if is_legal(letter) { letter } else { '.' }).collect()
}

impl Fault {
    /// The body of an answer.
    pub fn json(&self) -> Value {
        json!({
            "error": self.code.name(),
            "error_description": self.en,
            "error_description#vi": self.vi,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_no_letters_that_the_rfc_forbids() {
        let fault = Code::InvalidRequest.because("sai", "no \"such\" \\ thing \u{1ea1}\n");
        assert_eq!(fault.json()["error_description"], "no .such. . thing ..");
        assert_eq!(fault.json()["error"], "invalid_request");
    }
}
