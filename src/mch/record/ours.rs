//! Whether a resource is of the booklet.

use serde_json::Value;

use crate::definitions::base::is_below;

/// Whether a resource speaks the booklet's own codes or claims one of its profiles.
pub(in crate::mch) fn is_ours(resource: &Value) -> bool {
    let Some(object) = resource.as_object() else { return false };
    let claims = object.get("meta").and_then(|meta| meta.get("profile")?.as_array());
    let is_ours = |url: &Value| url.as_str().is_some_and(is_below);
    claims.is_some_and(|all| all.iter().any(is_ours))
        || object.iter().any(|(key, value)| key != "contained" && speaks(value))
}

/// Whether a system in a value is the booklet's own.
fn speaks(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.iter().any(|(key, value)| match value {
            Value::String(text) => key == "system" && is_below(text),
            value => speaks(value),
        }),
        Value::Array(items) => items.iter().any(speaks),
        _ => false,
    }
}
