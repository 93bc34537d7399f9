//! Where a browser is sent back to: only what is registered, byte for byte
//! ([OAuth 2.1 §4.1.3](https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1-13#section-4.1.3)).

/// Schemes that a browser would run or show as this server's own.
const UNSAFE: [&str; 8] =
    ["javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"];

/// Whether a URI may be registered and used at all: absolute, without a fragment, with a scheme that
/// leads to a client.
pub fn is_usable(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_plain =
        uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte));
    let is_safe = !UNSAFE.contains(&scheme.to_ascii_lowercase().as_str());
    let is_reached = match scheme {
        "https" => rest.strip_prefix("//").is_some_and(|rest| !authority(rest).0.is_empty()),
        "http" => loopback(uri).is_some(),
        _ => !rest.is_empty(),
    };
    is_scheme && is_plain && is_safe && is_reached
}

/// Whether a client registered a URI. The port of a loopback address is the public client's own: the
/// system gives it one ([RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)).
pub fn is_registered(registered: &[String], asked: &str, is_public: bool) -> bool {
    if !is_usable(asked) {
        return false;
    }
    let is_one = |known: &String| {
        known == asked
            || (is_public && loopback(asked).is_some_and(|one| loopback(known) == Some(one)))
    };
    registered.iter().any(is_one)
}

/// A URI with what is answered in its query.
pub fn with(uri: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let between = match uri.rsplit_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{uri}{between}{query}")
}

/// What a content security policy calls the place of a URI.
pub fn source(uri: &str) -> String {
    match uri.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => format!("{scheme}://{}", authority(rest).0),
        _ => format!("{}:", uri.split(':').next().unwrap_or_default()),
    }
}

/// The site of a page, where there is one: what its browser sends as `Origin`.
pub fn site(uri: &str) -> Option<String> {
    let is_page = uri.starts_with("http://") || uri.starts_with("https://");
    is_page.then(|| source(uri).to_ascii_lowercase())
}

/// The authority of what follows `://`, and what follows it.
fn authority(rest: &str) -> (&str, &str) {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    rest.split_at_checked(end).unwrap_or((rest, ""))
}

/// The host and the path of an address of this machine, without the port.
fn loopback(uri: &str) -> Option<(&str, &str)> {
    let (authority, path) = authority(uri.strip_prefix("http://")?);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            is_port.then_some(host)?
        }
        _ => authority,
    };
    ["127.0.0.1", "[::1]", "localhost"].contains(&host).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(uri: &str, asked: &str, is_public: bool) -> bool {
        is_registered(&[uri.to_owned()], asked, is_public)
    }

    #[test]
    fn a_redirect_is_compared_byte_for_byte() {
        let own = "https://app.example/cb?x=1";
        assert!(registered(own, own, false));
        for other in [
            "https://app.example/cb",
            "https://app.example/cb?x=1&y=2",
            "https://app.example/cb?x=1#",
            "https://app.example/cb/../cb?x=1",
            "https://app.example/cb?x=%31",
            "https://APP.example/cb?x=1",
            "https://app.example:443/cb?x=1",
            "https://app.example.evil/cb?x=1",
            "https://app.example@evil.example/cb?x=1",
            "http://app.example/cb?x=1",
            "//app.example/cb?x=1",
            "",
        ] {
            assert!(!registered(own, other, true), "{other}");
        }
    }

    #[test]
    fn the_port_of_a_loopback_address_is_the_public_clients() {
        let own = "http://127.0.0.1/cb";
        assert!(registered(own, "http://127.0.0.1:49152/cb", true));
        assert!(registered("http://[::1]:1/cb", "http://[::1]:2/cb", true));
        assert!(!registered(own, "http://127.0.0.1:49152/cb", false), "a confidential client");
        for other in [
            "http://127.0.0.1:49152/cb2",
            "http://127.0.0.1:49152/cb?x",
            "http://127.0.0.1:49152@evil.example/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:1x/cb",
            "http://127.0.0.1.evil.example:1/cb",
            "http://localhost:1/cb",
            "http://[::1]:1/cb",
            "https://127.0.0.1:1/cb",
        ] {
            assert!(!registered(own, other, true), "{other}");
        }
    }

    #[test]
    fn what_runs_in_a_browser_is_no_redirect() {
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "https:app",
            "https:///x",
            "http://app.example/cb",
            "app",
            "1a:x",
            "https://app.example/a b",
            "https://app.example/\u{1ea1}",
            "https://app.example/#x",
            "https://app.example\\evil",
        ] {
            assert!(!is_usable(bad), "{bad}");
        }
        for good in
            ["https://app.example", "vn.mebe.app:/cb", "vn.mebe.app://cb", "http://localhost:3000/"]
        {
            assert!(is_usable(good), "{good}");
        }
    }

    #[test]
    fn an_answer_is_added_to_the_query() {
        assert_eq!(
            with("https://a/cb", &[("code", "x y"), ("state", "&")]),
            "https://a/cb?code=x+y&state=%26"
        );
        assert_eq!(with("https://a/cb?x=1", &[("code", "x")]), "https://a/cb?x=1&code=x");
        assert_eq!(with("a:/cb?", &[("code", "x")]), "a:/cb?code=x");
        assert_eq!(source("https://A.example:8/x"), "https://A.example:8");
        assert_eq!(source("vn.mebe.app://cb"), "vn.mebe.app:");
        assert_eq!(site("https://A.example:8/x").as_deref(), Some("https://a.example:8"));
        assert_eq!(site("vn.mebe.app://cb"), None);
    }
}
