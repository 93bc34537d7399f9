//! Whether a URI says its scheme, <https://www.rfc-editor.org/rfc/rfc3986#section-3.1>.

/// Whether a URL starts with a scheme.
pub(super) fn is_absolute(url: &str) -> bool {
    let Some((scheme, _)) = url.split_once(':') else { return false };
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(legal)
}
