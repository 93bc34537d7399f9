//! What goes with a refusal for want of rights.

use crate::interaction::failure::Kind;

/// What a client is told of tokens, <https://www.rfc-editor.org/rfc/rfc6750#section-3>.
pub(super) fn challenge(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::NoToken => Some("Bearer realm=\"mebe\""),
        Kind::BadToken => Some("Bearer realm=\"mebe\", error=\"invalid_token\""),
        Kind::InsufficientScope => Some("Bearer realm=\"mebe\", error=\"insufficient_scope\""),
        _ => None,
    }
}
