//! Systems of identifiers and units, <https://hl7.org/fhir/R4/datatypes.html#Identifier>: they are
//! absolute, or nobody knows whose they are.

use serde_json::Value;

use super::finding::{error, shown, when_strict};
use crate::fhir::issue::IssueCode;
use crate::validation::path::Path;
use crate::validation::walk::{Object, Walk};

/// Checks the `system` of an identifier or a quantity.
pub(super) fn check(walk: &mut Walk<'_>, object: &Object, path: &Path<'_>) {
    let system = object.get("system").and_then(Value::as_str);
    let is_absolute =
        |system: &&str| ["http:", "https:", "urn:"].iter().any(|scheme| system.starts_with(scheme));
    if let Some(system) = system.filter(|system| !is_absolute(system)) {
        let system = shown(system);
        let issue = error(
            IssueCode::CodeInvalid,
            format!(
                "system phải là URL đầy đủ (http://…, https://…) hoặc URN, không phải “{system}”."
            ),
            format!(
                "The system must be a full URL (http://…, https://…) or a URN, not “{system}”."
            ),
        );
        walk.report(&path.child("system"), when_strict(walk, issue));
    }
}
