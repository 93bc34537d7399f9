//! Cookies: what a browser sends, and what it is given to keep, RFC 6265.
//!
//! Those of this server are kept from scripts and from requests that other sites begin; they go over
//! TLS only where clients reach the server by https, and there nobody of another name can set them
//! (`__Host-`).

use actix_web::http::header::{self, HeaderValue};

use super::head::Head;

/// A name as browsers are told it.
pub(in crate::http) fn full_name(name: &str, is_secure: bool) -> String {
    if is_secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// The value of a cookie of this server; none when there are several: one of them is not ours.
pub(in crate::http) fn cookie(request: Head<'_>, name: &str, is_secure: bool) -> Option<String> {
    let name = full_name(name, is_secure);
    let headers = request.headers.get_all(header::COOKIE);
    let texts = headers.filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(known, _)| known.trim() == name).map(|(_, value)| value.trim());
    found.next().filter(|_| found.next().is_none()).map(str::to_owned)
}

/// Has a browser keep a cookie, until it is closed or for some seconds; 0 has it forget one.
pub(in crate::http) fn keep(
    (name, value): (&str, &str),
    is_secure: bool,
    seconds: Option<u64>,
) -> Option<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let name = full_name(name, is_secure);
    let text = format!("{name}={value}; Path=/{age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn found(header: &str, is_secure: bool) -> Option<String> {
        let request =
            TestRequest::default().insert_header((header::COOKIE, header)).to_http_request();
        cookie(Head::of(&request), "mebe-form", is_secure)
    }

    #[test]
    fn one_cookie_of_a_name_counts() {
        assert_eq!(found("a=1; mebe-form=x=y; b=2", false).as_deref(), Some("x=y"));
        assert_eq!(found("__Host-mebe-form=x", true).as_deref(), Some("x"));
        assert_eq!(found("mebe-form=x", true), None);
        assert_eq!(found("mebe-form=x; mebe-form=y", false), None);
        assert_eq!(found("", false), None);
    }

    #[test]
    fn cookies_are_kept_from_others() {
        let text = |is_secure, seconds| {
            let value = keep(("mebe-form", "x"), is_secure, seconds).expect("a header");
            value.to_str().expect("text").to_owned()
        };
        assert_eq!(text(false, None), "mebe-form=x; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(
            text(true, Some(0)),
            "__Host-mebe-form=x; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
