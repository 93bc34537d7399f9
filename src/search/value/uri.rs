//! URIs above one, <https://hl7.org/fhir/R4/search.html#uri>: those whose path goes on where they
//! end.

use crate::criteria::value::uri::UriValue;
use crate::index::row::indexed_part;

/// A URI and all above it, with and without the slash at their end.
pub fn above(uri: &str) -> Vec<UriValue> {
    let uri = indexed_part(uri);
    let host = uri.find("://").map_or(0, |at| at + 3);
    let slashes = uri.match_indices('/').map(|(at, _)| at).filter(|at| *at > host);
    let ends = slashes.flat_map(|at| [at, at + 1]).chain([uri.len()]);
    let mut all: Vec<UriValue> = ends.filter_map(|end| uri.get(..end)).map(UriValue::is).collect();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_lies_below_each_part_of_its_path() {
        let check = |uri: &str, expected: &[&str]| {
            let expected: Vec<_> = expected.iter().copied().map(UriValue::is).collect();
            assert_eq!(above(uri), expected, "{uri}");
        };
        check(
            "http://a/b/c",
            &["http://a", "http://a/", "http://a/b", "http://a/b/", "http://a/b/c"],
        );
        check("http://a/", &["http://a", "http://a/"]);
        check("urn:oid:1.2", &["urn:oid:1.2"]);
        let is_below = |uri: &str, root: &str| UriValue::below(root).fits(uri);
        assert!(is_below("http://a/b/c", "http://a/b") && is_below("http://a/b", "http://a/b/"));
        assert!(!is_below("http://a/bc", "http://a/b") && !is_below("http://a", "http://a/b"));
    }
}
