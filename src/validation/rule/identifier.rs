//! Identifiers and codes that are URIs, <https://hl7.org/fhir/R4/datatypes.html#Identifier>.

use serde_json::Value;

use super::absolute::is_absolute;
use super::finding::{error, shown, when_strict};
use crate::fhir::issue::IssueCode;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::walk::Walk;

/// The system whose values are URIs.
const URIS: &str = "urn:ietf:rfc:3986";

/// Checks an identifier, whose value is in `value`, or a coding, whose value is in `code`.
pub(super) fn check(walk: &mut Walk<'_>, object: &Object, key: &str, path: &Path<'_>) {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    if text("system") != Some(URIS) {
        return;
    }
    if let Some(value) = text(key).filter(|value| !is_absolute(value)) {
        let value = shown(value);
        let issue = error(
            IssueCode::CodeInvalid,
            format!(
                "Khi system là {URIS}, {key} phải là một URI đầy đủ (ví dụ urn:oid:… hoặc urn:uuid:…), không phải “{value}”."
            ),
            format!(
                "When the system is {URIS}, the {key} is a full URI (such as urn:oid:… or urn:uuid:…), not “{value}”."
            ),
        );
        walk.report(&path.child(key), when_strict(walk, issue));
    }
}
