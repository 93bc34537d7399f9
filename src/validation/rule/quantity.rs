//! Units that are codes, <https://hl7.org/fhir/R4/datatypes.html#Quantity>: codes that their system
//! has. R4's own examples have others, so that it is a warning only, and only for who asks: reading
//! each unit would slow writes down.

use serde_json::Value;

use super::finding::{shown, warning};
use crate::fhir::issue::IssueCode;
use crate::terminology::service::{CodeRef, Meaning};
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::walk::Walk;

/// Checks a quantity.
pub(super) fn check(walk: &mut Walk<'_>, object: &Object, path: &Path<'_>) {
    if !walk.request.strict {
        return;
    }
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    let (Some(system), Some(code)) = (text("system"), text("code")) else { return };
    let asked = CodeRef { system: Some(system), version: None, code, display: None };
    if walk.engine.terminology.meaning(asked) == Meaning::NoCode {
        let (code, system) = (shown(code), shown(system));
        let issue = warning(
            IssueCode::CodeInvalid,
            format!("Đơn vị “{code}” không có trong hệ mã {system}."),
            format!("The unit “{code}” is not in the code system {system}."),
        );
        walk.report(&path.child("code"), issue);
    }
}
