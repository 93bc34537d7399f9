//! In which hamlet, street or quarter somebody lives, by the line of the address.

use serde_json::Value;

use crate::fhir::text::fold::fold;

/// What such places are called, without marks.
const WORDS: [&[&str]; 14] = [
    &["thon"],
    &["xom"],
    &["ban"],
    &["ap"],
    &["buon"],
    &["lang"],
    &["to", "dan", "pho"],
    &["to"],
    &["khu", "pho"],
    &["khu"],
    &["khom"],
    &["phum"],
    &["soc"],
    &["plei"],
];
/// Where none is named, a street says where to go.
const STREETS: [&[&str]; 2] = [&["pho"], &["duong"]];

/// The hamlet of somebody's address.
pub(super) fn hamlet(person: &Value) -> Option<String> {
    let lines = person.pointer("/address/0/line").and_then(Value::as_array)?;
    let parts: Vec<&str> =
        lines.iter().filter_map(Value::as_str).flat_map(|line| line.split(',')).collect();
    let named = |names: &[&[&str]]| parts.iter().find_map(|part| named(part, names));
    named(&WORDS).or_else(|| named(&STREETS)).or_else(|| {
        let last = parts.last()?.trim();
        (!last.is_empty()).then(|| last.to_owned())
    })
}

/// The part of a text from such a word on, with a capital.
fn named(part: &str, names: &[&[&str]]) -> Option<String> {
    let words: Vec<&str> = part.split_whitespace().collect();
    let plain: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let starts = |at: usize| {
        let rest = plain.get(at..).unwrap_or_default();
        names
            .iter()
            .any(|name| rest.len() > name.len() && rest.iter().zip(*name).all(|(a, b)| a == b))
    };
    let at = (0..words.len()).find(|at| starts(*at))?;
    let whole = words.get(at..)?.join(" ");
    let mut letters = whole.chars();
    let first = letters.next()?;
    Some(first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hamlet_is_found_in_a_line() {
        let of = |line: &str| hamlet(&json!({ "address": [{ "line": [line] }] }));
        assert_eq!(of("Số 3 thôn 7").as_deref(), Some("Thôn 7"));
        assert_eq!(of("Xóm Mẫu, Mường Vang").as_deref(), Some("Xóm Mẫu"));
        assert_eq!(of("Số 5, khu phố mẫu 2").as_deref(), Some("Khu phố mẫu 2"));
        assert_eq!(of("Số 12, ngõ mẫu 3, phố Đội Cấn").as_deref(), Some("Phố Đội Cấn"));
        assert_eq!(of("Mường Vang").as_deref(), Some("Mường Vang"));
        assert_eq!(hamlet(&json!({})), None);
    }
}
