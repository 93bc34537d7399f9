//! Where the server is, seen from its clients and from a proxy in front of it.
//!
//! Clients see the base URL. A proxy that stands between may pass a path on as it is, or without the
//! part that is its own: with the base `https://host/a/fhir`, a read arrives as `/a/fhir/Patient/1` or as
//! `/fhir/Patient/1`, a page as `/a/guide` or as `/guide`.

use crate::interaction::failure::{Failure, Kind};
use crate::ui::address::prefix;

/// The paths that requests come on.
#[derive(Debug)]
pub(super) struct Address {
    /// Below one of these is FHIR; the longest first.
    roots: Vec<Box<str>>,
    /// What pages are below, for clients.
    prefix: Box<str>,
}

impl Address {
    pub(super) fn new(base: &str) -> Self {
        let path = crate::ui::address::path(base);
        let mut roots: Vec<Box<str>> =
            path.match_indices('/').filter_map(|(at, _)| path.get(at..)).map(Into::into).collect();
        if !roots.iter().any(|root| **root == *"/fhir") {
            roots.push("/fhir".into());
        }
        if path.is_empty() {
            roots.push("".into());
        }
        Self { roots, prefix: prefix(base).into() }
    }

    /// The path below the base; none for one that is not.
    pub(super) fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        let mut below = self.roots.iter().filter_map(|root| path.strip_prefix(&**root));
        below.find(|path| path.is_empty() || path.starts_with('/'))
    }

    /// The path of a page, such as `/guide`, without what is the proxy's own.
    pub(super) fn page<'p>(&self, path: &'p str) -> &'p str {
        let below = path.strip_prefix(&*self.prefix);
        below.filter(|path| path.is_empty() || path.starts_with('/')).unwrap_or(path)
    }

    /// What pages are below, for clients.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }
}

/// The path is not below the base URL.
pub(super) fn nowhere() -> Failure {
    Kind::NotFound.because(
        "Không có gì ở đây. Điểm truy cập FHIR là /fhir; xem trang / để bắt đầu.",
        "There is nothing here. The FHIR endpoint is /fhir; see / to start.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_may_take_its_part_of_the_path_off() {
        let address = Address::new("https://host.example/a/b/fhir");
        for path in ["/a/b/fhir/Patient", "/b/fhir/Patient", "/fhir/Patient"] {
            assert_eq!(address.below(path), Some("/Patient"), "{path}");
        }
        assert_eq!(address.below("/fhir"), Some(""));
        for path in ["/Patient", "/a/fhir/Patient", "/fhirx", "/"] {
            assert_eq!(address.below(path), None, "{path}");
        }
        assert_eq!((address.page("/a/b/guide"), address.page("/guide")), ("/guide", "/guide"));
        assert_eq!((address.page("/a/b"), address.prefix()), ("", "/a/b"));
        assert_eq!(address.page("/a/bc"), "/a/bc");
    }

    #[test]
    fn a_base_need_not_end_in_fhir_nor_have_a_path() {
        let address = Address::new("https://host.example/r4");
        assert_eq!(address.below("/r4/Patient"), Some("/Patient"));
        assert_eq!(address.below("/fhir/Patient"), Some("/Patient"));
        assert_eq!(address.page("/r4/guide"), "/guide");
        let address = Address::new("https://host.example");
        assert_eq!(address.below("/Patient"), Some("/Patient"));
        assert_eq!(address.below("/fhir/Patient"), Some("/Patient"));
        let address = Address::new("http://127.0.0.1:8080/fhir");
        assert_eq!((address.below("/Patient"), address.prefix()), (None, ""));
    }
}
