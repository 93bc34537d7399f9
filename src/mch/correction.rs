//! A report that something recorded is wrong: a Task that asks whoever wrote it to change it. It is no
//! record of care, and changes nothing by itself.

use serde_json::Value;

use super::record::concept::codings;

/// <https://hl7.org/fhir/R4/codesystem-task-code.html>: to change the focal resource as is said.
pub const SYSTEM: &str = "http://hl7.org/fhir/CodeSystem/task-code";
pub const CODE: &str = "change";
/// <https://hl7.org/fhir/R4/valueset-task-intent.html>: whoever reports orders nothing.
pub const INTENT: &str = "proposal";

/// Whether a resource is such a report.
pub fn is_correction(resource: &Value) -> bool {
    let is = |name: &str, value: &str| resource.get(name).is_some_and(|one| one == value);
    is("resourceType", "Task")
        && is("intent", INTENT)
        && codings(resource.get("code")).any(|one| one == (SYSTEM, CODE))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_is_told_from_other_tasks() {
        let task = |intent: &str, code: &str| {
            is_correction(&json!({ "resourceType": "Task", "intent": intent,
                "code": { "coding": [{ "system": SYSTEM, "code": code }] } }))
        };
        assert!(task("proposal", "change"));
        assert!(!task("order", "change") && !task("proposal", "fulfill"));
    }
}
