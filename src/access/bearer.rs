//! The header `Authorization`, and what is answered when nothing can be done with it.

use crate::interaction::failure::{Failure, Kind};

/// The token of `Bearer …`, <https://www.rfc-editor.org/rfc/rfc6750#section-2.1>.
pub(super) fn bearer(header: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(header).ok()?;
    let (scheme, token) = text.split_once(' ')?;
    let token = token.trim_matches(' ');
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    let is_token = !token.is_empty() && token.bytes().all(is_of_token);
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
}

pub(super) fn no_token() -> Failure {
    Kind::NoToken.because(
        "Cần một token: gửi tiêu đề Authorization: Bearer … của một nơi cấp mà máy chủ tin.",
        "A token is needed: send the header Authorization: Bearer … of an issuer that this server trusts.",
    )
}

pub(super) fn bad_token() -> Failure {
    Kind::BadToken.because(
        "Token không dùng được: sai, đã hết hạn, hoặc không dành cho máy chủ này. Hãy lấy token mới.",
        "The token cannot be used: it is wrong, has expired or is not for this server. Get a new one.",
    )
}

pub(super) fn no_keys() -> Failure {
    Kind::Unavailable.because(
        "Máy chủ chưa kiểm được token lúc này. Hãy thử lại sau ít phút.",
        "This server cannot check tokens right now. Try again in a few minutes.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_has_one_token() {
        let check = |text: &str, expected| assert_eq!(bearer(text.as_bytes()), expected, "{text}");
        check("Bearer a.b.c", Some("a.b.c"));
        check("bearer  a.b.c", Some("a.b.c"));
        for bad in ["Bearer", "Bearer ", "Basic a.b.c", "Bearer a b", "Bearer a,Bearer b", "a.b.c"]
        {
            check(bad, None);
        }
    }
}
