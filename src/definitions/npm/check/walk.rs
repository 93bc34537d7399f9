//! Visits every member of a JSON tree.

use serde_json::Value;

/// Calls `visit` with the path, the key and the value of every member of every object. The depth is
/// what the reader of JSON lets through.
pub(super) fn members<'v>(
    value: &'v Value,
    path: &mut String,
    visit: &mut impl FnMut(&str, &'v str, &'v Value),
) {
    let length = path.len();
    match value {
        Value::Object(object) => {
            for (key, below) in object {
                visit(path, key, below);
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                members(below, path, visit);
                path.truncate(length);
            }
        }
        Value::Array(array) => {
            for (number, below) in array.iter().enumerate() {
                path.push_str(&format!("[{number}]"));
                members(below, path, visit);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
