//! Copies of the sample families, each with ids and identifiers of its own.

use std::path::Path;

use serde_json::Value;

/// A transaction that stores a sample family as its own copy, the number of which is `copy`.
pub(crate) fn family(name: &str, copy: u64) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/families");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).expect("a family");
    let mut bundle: Value = serde_json::from_str(&text).expect("JSON");
    for entry in bundle["entry"].as_array_mut().expect("entries") {
        let id = format!("{}-{copy}", entry["resource"]["id"].as_str().expect("an id"));
        let kind = entry["resource"]["resourceType"].as_str().expect("a type").to_owned();
        entry["request"]["url"] = format!("{kind}/{id}").into();
        entry["resource"]["id"] = id.into();
        let identifiers = entry["resource"].get_mut("identifier").and_then(Value::as_array_mut);
        for identifier in identifiers.into_iter().flatten() {
            let value = identifier["value"].as_str().unwrap_or_default();
            identifier["value"] = own(value, copy).into();
        }
    }
    bundle
}

/// The facilities that the families point at.
pub(crate) fn facilities() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/families");
    std::fs::read_to_string(folder.join("00-facilities.json")).expect("the facilities")
}

/// Another identifier of the same form: the number at its end is another, or that at its beginning,
/// as certificates of birth have it.
fn own(value: &str, copy: u64) -> String {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts = value.split_at_checked(value.len().saturating_sub(6));
    if let Some((before, digits)) = parts.filter(|(_, digits)| is_number(digits)) {
        let number: u64 = digits.parse().expect("a number");
        return format!("{before}{:06}", (number + copy * 1_000) % 1_000_000);
    }
    let parts = value.split_at_checked(5);
    if let Some((digits, after)) = parts.filter(|(digits, _)| is_number(digits)) {
        let number: u64 = digits.parse().expect("a number");
        return format!("{:05}{after}", (number + copy) % 100_000);
    }
    format!("{value}-{copy}")
}
