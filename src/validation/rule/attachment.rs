//! Attachments: the size they state is that of their data,
//! <https://hl7.org/fhir/R4/datatypes.html#Attachment>.
//!
//! Their hash is SHA-1, which this server has no use for otherwise: it is not recomputed.

use serde_json::Value;

use super::finding::error;
use crate::fhir::issue::IssueCode;
use crate::validation::path::Path;
use crate::validation::walk::{Object, Walk};

/// Checks an attachment.
pub(super) fn check(walk: &mut Walk<'_>, object: &Object, path: &Path<'_>) {
    let (Some(data), Some(stated)) =
        (object.get("data").and_then(Value::as_str), object.get("size").and_then(Value::as_u64))
    else {
        return;
    };
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

/// How many bytes base64 stands for; white space does not count.
fn decoded(data: &str) -> usize {
    let digits = data.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=').count();
    digits * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn the_size_of_data_is_known_without_decoding_it() {
        for (data, size) in [("", 0), ("YQ==", 1), ("YWI=", 2), ("YWJj", 3), ("YW\nJj YQ==", 4)] {
            assert_eq!(decoded(data), size, "{data}");
        }
    }
}
