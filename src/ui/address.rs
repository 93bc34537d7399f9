//! Addresses in pages, which are below the path of a proxy when there is one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The path of a URL: `/fhir` of `http://127.0.0.1:8080/fhir`.
pub fn path(base: &str) -> &str {
    let below = base.split_once("://").map_or(base, |(_, rest)| rest);
    below.find('/').and_then(|at| below.get(at..)).unwrap_or_default().trim_end_matches('/')
}

/// What pages are below: `/a` when the base URL is `https://host/a/fhir`, nothing when it is
/// `https://host/fhir`.
pub fn prefix(base: &str) -> &str {
    let path = path(base);
    path.strip_suffix("/fhir").unwrap_or(path)
}

/// A page whose links lead below a prefix. In what a page quotes, quotation marks are escaped.
pub fn below(prefix: &str, page: String) -> String {
    match prefix {
        "" => page,
        prefix => page.replace("=\"/", &format!("=\"{prefix}/")),
    }
}

/// The content security policy of a page: its own style sheet, its own script where it has one, and
/// nothing else.
pub fn policy(page: &str) -> String {
    let inside = |tag: &str| {
        let (_, rest) = page.split_once(&format!("<{tag}>"))?;
        rest.split_once(&format!("</{tag}>")).map(|(text, _)| text)
    };
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let style = hash(inside("style").unwrap_or_default());
    let script = inside("script").map(hash);
    let script = script.map(|hash| format!("script-src 'sha256-{hash}'; ")).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; {script}img-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_beside_the_endpoint() {
        assert_eq!(prefix("http://127.0.0.1:8080/fhir"), "");
        assert_eq!(prefix("https://host.example/a/fhir"), "/a");
        assert_eq!(prefix("https://host.example/r4/"), "/r4");
        assert_eq!(prefix("https://host.example"), "");
    }

    #[test]
    fn links_lead_below_the_prefix() {
        let page =
            "<a href=\"/guide\">x</a><a href=\"https://host/x\">href=&quot;/y</a>".to_owned();
        assert_eq!(below("", page.clone()), page);
        assert_eq!(below("/a", page.clone()), page.replace("\"/guide", "\"/a/guide"));
    }

    #[test]
    fn a_policy_allows_the_style_sheet_of_its_page() {
        // sha256 of "a{}" as openssl gives it.
        let scripted = policy("<style></style><script>a{}</script>");
        assert!(scripted.contains("script-src 'sha256-X1RutGBr"), "{scripted}");
        let policy = policy("<style>a{}</style>");
        assert!(!policy.contains("script-src"), "{policy}");
        assert!(
            policy.contains("'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='"),
            "{policy}"
        );
    }
}
