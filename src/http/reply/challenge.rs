//! What goes with a refusal for want of rights.

use crate::interaction::failure::Kind;

/// Seconds after which a client may try again.
pub(super) fn patience(status: u16) -> Option<&'static str> {
    match status {
        503 => Some("1"),
        // Requests are counted anew.
        429 => Some("60"),
        _ => None,
    }
}

/// What a client is told of tokens, <https://www.rfc-editor.org/rfc/rfc6750#section-3>.
pub(super) fn challenge(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::NoToken => Some("Bearer realm=\"mebe\""),
        Kind::BadToken => Some("Bearer realm=\"mebe\", error=\"invalid_token\""),
        Kind::InsufficientScope => Some("Bearer realm=\"mebe\", error=\"insufficient_scope\""),
        _ => None,
    }
}
