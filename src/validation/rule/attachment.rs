//! Attachments: the size and the hash (SHA-1) that they state are those of their data,
//! <https://hl7.org/fhir/R4/datatypes.html#Attachment>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha1::{Digest, Sha1};

use super::finding::{error, shown};
use crate::fhir::issue::IssueCode;
use crate::validation::path::Path;
use crate::validation::walk::{Object, Walk};

/// Checks an attachment.
pub(super) fn check(walk: &mut Walk<'_>, object: &Object, path: &Path<'_>) {
    let Some(data) = object.get("data").and_then(Value::as_str) else { return };
    let hash = object.get("hash").and_then(Value::as_str);
    if let Some(hash) = hash.filter(|hash| walk.request.strict && !is_hash(hash, data)) {
        let hash = shown(hash);
        let issue = error(
            IssueCode::Structure,
            format!("“hash” {hash} không phải là SHA-1 của dữ liệu."),
            format!("The “hash” {hash} is not the SHA-1 of the data."),
        );
        walk.report(path, issue);
    }
    let Some(stated) = object.get("size").and_then(Value::as_u64) else { return };
    let size = decoded(data);
    if u64::try_from(size).is_ok_and(|size| size != stated) {
        let issue = error(
            IssueCode::Structure,
            format!("“size” là {stated} byte, nhưng dữ liệu có {size} byte."),
            format!("The “size” is {stated} bytes, but the data has {size}."),
        );
        walk.report(path, issue);
    }
}

/// Whether a hash is that of the data, both in base64; what cannot be decoded has none.
fn is_hash(hash: &str, data: &str) -> bool {
    let plain = |text: &str| -> String { text.split_ascii_whitespace().collect() };
    let Ok(bytes) = STANDARD.decode(plain(data)) else { return true };
    STANDARD.encode(Sha1::digest(bytes)) == plain(hash)
}

/// How many bytes base64 stands for; white space does not count.
fn decoded(data: &str) -> usize {
    let digits = data.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=').count();
    digits * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::{decoded, is_hash};

    #[test]
    fn the_size_of_data_is_known_without_decoding_it() {
        for (data, size) in [("", 0), ("YQ==", 1), ("YWI=", 2), ("YWJj", 3), ("YW\nJj YQ==", 4)] {
            assert_eq!(decoded(data), size, "{data}");
        }
    }

    /// SHA-1 of `abc`, <https://www.rfc-editor.org/rfc/rfc3174#section-7.3>.
    #[test]
    fn the_hash_of_data_is_its_sha_1() {
        assert!(is_hash("qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "YWJj"));
        assert!(!is_hash("qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "YWJk"));
    }
}
