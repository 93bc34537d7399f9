//! NDJSON: a resource a line, <https://hl7.org/fhir/uv/bulkdata/export.html>. Of a Bundle, those of its
//! entries; an entry without one tells its outcome.

use serde_json::{Value, json};

/// The lines of a resource.
pub(super) fn lines(resource: &Value) -> String {
    let is_bundle = resource.get("resourceType").is_some_and(|kind| kind == "Bundle");
    let mut text = String::new();
    let mut push = |value: &Value| {
        text.push_str(&value.to_string());
        text.push('\n');
    };
    if !is_bundle {
        push(resource);
        return text;
    }
    let entries = resource.get("entry").and_then(Value::as_array);
    for entry in entries.into_iter().flatten() {
        let told = entry.get("resource").or_else(|| entry.pointer("/response/outcome"));
        match told {
            Some(told) => push(told),
            None => push(&outcome(entry)),
        }
    }
    text
}

/// What became of an entry of which nothing comes back.
fn outcome(entry: &Value) -> Value {
    let part = |name: &str| {
        entry.get("response").or_else(|| entry.get("request"))?.get(name).and_then(Value::as_str)
    };
    let parts = ["status", "method", "location", "url"].into_iter().filter_map(part);
    let said = parts.collect::<Vec<_>>().join(" ");
    let issue = json!({ "severity": "information", "code": "informational", "diagnostics": said });
    json!({ "resourceType": "OperationOutcome", "issue": [issue] })
}

/// Where the next page of a Bundle is.
pub(super) fn next(resource: &Value) -> Option<&str> {
    let links = resource.get("link").and_then(Value::as_array)?;
    let next = links.iter().find(|link| link.get("relation").is_some_and(|it| it == "next"))?;
    next.get("url").and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_resource_has_a_line() {
        let patient = json!({ "resourceType": "Patient", "id": "a", "name": [{ "text": "x\ny" }] });
        assert_eq!(lines(&patient), format!("{patient}\n"));
        let entries =
            json!([{ "resource": patient }, { "response": { "status": "204 No Content" } }]);
        let bundle = json!({ "resourceType": "Bundle", "entry": entries });
        let text = lines(&bundle);
        let all: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0], patient);
        assert_eq!(all[1]["issue"][0]["diagnostics"], "204 No Content");
        assert_eq!(lines(&json!({ "resourceType": "Bundle" })), "");
    }
}
