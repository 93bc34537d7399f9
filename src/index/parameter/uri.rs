//! What URI parameters see, <https://hl7.org/fhir/R4/search.html#uri>.

use serde_json::Value;

use super::data_type::DataType;
use crate::definitions::shape::Primitive;

/// Gives the URI, and of a canonical each name that it may be asked for by.
pub(super) fn each<'a>(kind: DataType, value: &'a Value, give: impl FnMut(&'a str)) {
    let (DataType::Primitive(primitive), Some(uri)) = (kind, value.as_str()) else { return };
    match primitive {
        Primitive::Canonical => canonical(uri, give),
        _ if !uri.is_empty() => Some(uri).into_iter().for_each(give),
        _ => {}
    }
}

/// Gives the names of a canonical (`url|version#part`): as it is, without the part, and without the
/// version as well, because `url` alone asks for every version.
pub(super) fn canonical<'a>(written: &'a str, mut give: impl FnMut(&'a str)) {
    let whole = written.split_once('#').map_or(written, |(whole, _)| whole);
    let url = whole.split_once('|').map_or(whole, |(url, _)| url);
    let mut last = "";
    for name in [written, whole, url] {
        if !name.is_empty() && name != last {
            give(name);
        }
        last = name;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &[&str]) {
        let mut found = Vec::new();
        canonical(written, |name| found.push(name));
        assert_eq!(found, expected, "{written}");
    }

    #[test]
    fn a_canonical_is_found_with_and_without_its_version() {
        check("http://a/q", &["http://a/q"]);
        check("http://a/q|1.0", &["http://a/q|1.0", "http://a/q"]);
        check("http://a/q|1.0#x", &["http://a/q|1.0#x", "http://a/q|1.0", "http://a/q"]);
        check("|1.0", &["|1.0"]);
        check("", &[]);
    }
}
