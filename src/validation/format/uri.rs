//! Formats of `uri`, `url`, `canonical`, `oid` and `uuid`,
//! <https://hl7.org/fhir/R4/datatypes.html#uri>.

/// Checks a URI: no white space, which is ASCII only in the specification's regular expression.
pub(in crate::validation) fn uri(text: &str) -> bool {
    !text.bytes().any(|byte| byte <= b' ' || byte == 0x7f)
}

/// Checks `urn:oid:1.2.3`.
pub(in crate::validation) fn oid(text: &str) -> bool {
    let Some(arcs) = text.strip_prefix("urn:oid:") else { return false };
    let mut arcs = arcs.split('.');
    let is_number = |arc: &str| {
        arc == "0"
            || (!arc.starts_with('0') && !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()))
    };
    let has_root = arcs.next().is_some_and(|root| matches!(root, "0" | "1" | "2"));
    let mut others = arcs.peekable();
    has_root && others.peek().is_some() && others.all(is_number)
}

/// Checks `urn:uuid:` with lower-case digits.
pub(in crate::validation) fn uuid(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("urn:uuid:") else { return false };
    digits.len() == 36
        && digits.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: fn(&str) -> bool, text: &str, expected: bool) {
        assert_eq!(format(text), expected, "{text:?}");
    }

    #[test]
    fn uris_have_no_white_space() {
        for good in ["http://loinc.org", "urn:iso:std", "a|1.0", "tên", "#x", "http://a/%20"] {
            check(uri, good, true);
        }
        for bad in ["http://a b", " a", "a\n", "a\u{7f}"] {
            check(uri, bad, false);
        }
    }

    #[test]
    fn oids_have_a_root_and_arcs() {
        for good in ["urn:oid:1.2", "urn:oid:2.16.840.1.113883.0", "urn:oid:0.0"] {
            check(oid, good, true);
        }
        for bad in [
            "1.2",
            "urn:oid:3.1",
            "urn:oid:1",
            "urn:oid:1.",
            "urn:oid:1.02",
            "urn:oid:1..2",
            "urn:oid:1.a",
        ] {
            check(oid, bad, false);
        }
    }

    #[test]
    fn uuids_are_lower_case() {
        check(uuid, "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", true);
        for bad in [
            "c757873d-ec9a-4326-a141-556f43239520",
            "urn:uuid:C757873D-ec9a-4326-a141-556f43239520",
            "urn:uuid:c757873dec9a4326a141556f43239520",
            "urn:uuid:c757873d-ec9a-4326-a141-556f4323952",
        ] {
            check(uuid, bad, false);
        }
    }
}
