//! Entries of transactions that several tests send.

use serde_json::{Value, json};

/// How entries refer to the mother.
pub(super) const MOTHER: &str = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a";

/// Creates a mother.
pub(super) fn mother() -> Value {
    json!({
        "fullUrl": MOTHER, "request": { "method": "POST", "url": "Patient" },
        "resource": { "resourceType": "Patient", "identifier": [{ "system": "urn:oid:1.2", "value": "7" }] },
    })
}

/// Creates a resource.
pub(super) fn post(resource: &Value) -> Value {
    json!({ "request": { "method": "POST", "url": resource["resourceType"] }, "resource": resource })
}
