//! The systems of codes and identifiers, <https://hl7.org/fhir/R4/datatypes.html#Coding>: absolute
//! URIs, since what they are relative to nobody knows.

use serde_json::Value;

use super::absolute::is_absolute;
use super::finding::{error, shown, when_strict};
use crate::fhir::issue::IssueCode;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::format::uri::uri;
use crate::validation::walk::Walk;

/// Checks the system of a coding, a quantity or an identifier.
pub(super) fn check(walk: &mut Walk<'_>, object: &Object, path: &Path<'_>) {
    let system = object.get("system").and_then(Value::as_str);
    // What is no URI at all has been told of.
    let is_relative = |system: &&str| uri(system) && !system.is_empty() && !is_absolute(system);
    if let Some(system) = system.filter(is_relative) {
        let system = shown(system);
        let issue = error(
            IssueCode::Value,
            format!("system là URI tuyệt đối (http://…, urn:oid:…), không phải “{system}”."),
            format!("The system is an absolute URI (http://…, urn:oid:…), not “{system}”."),
        );
        walk.report(&path.child("system"), when_strict(walk, issue));
    }
}
