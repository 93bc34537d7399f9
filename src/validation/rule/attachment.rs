//! Attachments: the size and the hash they state are those of their data,
//! <https://hl7.org/fhir/R4/datatypes.html#Attachment>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha1::{Digest, Sha1};

use super::finding::{error, when_strict};
use crate::fhir::issue::IssueCode;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::walk::Walk;

/// Checks an attachment.
pub(super) fn check(walk: &mut Walk<'_>, object: &Object, path: &Path<'_>) {
    let Some(data) = object.get("data").and_then(Value::as_str) else { return };
    let stated = object.get("size").and_then(Value::as_u64);
    let size = decoded(data);
    if let Some(stated) = stated.filter(|stated| u64::try_from(size).is_ok_and(|it| it != *stated))
    {
        let issue = error(
            IssueCode::Structure,
            format!("“size” là {stated} byte, nhưng dữ liệu có {size} byte."),
            format!("The “size” is {stated} bytes, but the data has {size}."),
        );
        walk.report(path, issue);
    }
    let hash = object.get("hash").and_then(Value::as_str);
    if let Some(found) = hash.and_then(|hash| other_hash(data, hash)) {
        let issue = error(
            IssueCode::Value,
            format!("“hash” không phải là SHA-1 của dữ liệu (base64): phải là {found}."),
            format!("The “hash” is not the SHA-1 of the data (as base64), which is {found}."),
        );
        walk.report(&path.child("hash"), when_strict(walk, issue));
    }
}

/// The hash of the data, when it is not the one stated; none when it is, or the data cannot be read.
fn other_hash(data: &str, stated: &str) -> Option<String> {
    let whole = |text: &str| text.chars().filter(|c| !c.is_ascii_whitespace()).collect::<String>();
    let found = STANDARD.encode(Sha1::digest(STANDARD.decode(whole(data)).ok()?));
    (found != whole(stated)).then_some(found)
}

/// How many bytes base64 stands for; white space does not count.
fn decoded(data: &str) -> usize {
    let digits = data.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=').count();
    digits * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::{decoded, other_hash};

    #[test]
    fn the_size_of_data_is_known_without_decoding_it() {
        for (data, size) in [("", 0), ("YQ==", 1), ("YWI=", 2), ("YWJj", 3), ("YW\nJj YQ==", 4)] {
            assert_eq!(decoded(data), size, "{data}");
        }
    }

    /// FIPS 180: the SHA-1 of “abc” is a9993e36 4706816a ba3e2571 7850c26c 9cd0d89d.
    #[test]
    fn the_hash_is_sha_1_in_base64() {
        let right = "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
        assert_eq!(other_hash("YW\nJj", right), None);
        assert_eq!(other_hash("YWJj", "AAAA").as_deref(), Some(right));
        assert_eq!(other_hash("?", "AAAA"), None);
    }
}
