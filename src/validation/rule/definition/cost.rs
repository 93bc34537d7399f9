//! What a definition makes others work out: whoever is held to it pays for each of its expressions,
//! so there is a limit to how many one may have.

use rustc_hash::FxHashSet;
use serde_json::Value;

use crate::fhir::issue::IssueCode;
use crate::validation::element::path::Path;
use crate::validation::rule::finding::error;
use crate::validation::walk::Walk;

/// Checks a definition.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let Some(most) = walk.request.most_expressions else { return };
    let mut found = FxHashSet::default();
    gather(walk.resource, &mut found);
    let count = found.len();
    if count > most {
        let issue = error(
            IssueCode::TooCostly,
            format!(
                "Định nghĩa có {count} biểu thức, bộ lọc và mẫu chính quy khác nhau; nhiều nhất {most} (cài đặt definition_expressions)."
            ),
            format!(
                "The definition has {count} different expressions, filters and patterns; {most} is the limit (setting definition_expressions)."
            ),
        );
        walk.report(path, issue);
    }
}

/// What has to be worked out, each once: a snapshot repeats what its elements inherit.
fn gather<'v>(value: &'v Value, found: &mut FxHashSet<(&'v str, &'v str)>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| gather(value, found)),
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            if let Some(expression) = text("expression") {
                found.insert(("expression", expression));
            }
            if let (Some(property), Some(filter)) = (text("property"), text("value"))
                && text("op").is_some()
            {
                found.insert((property, filter));
            }
            if let (Some(url), Some(pattern)) = (text("url"), text("valueString"))
                && url.ends_with("/regex")
            {
                found.insert(("regex", pattern));
            }
            members.values().for_each(|value| gather(value, found));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(definition: &Value, expected: usize) {
        let mut found = FxHashSet::default();
        gather(definition, &mut found);
        assert_eq!(found.len(), expected, "{found:?}");
    }

    #[test]
    fn what_has_to_be_worked_out_counts_once() {
        let constraint = |text: &str| json!({ "key": "k", "expression": text });
        let element = json!({ "constraint": [constraint("a"), constraint("b")] });
        check(&json!({ "differential": { "element": [element, element] } }), 2);
        let filter = |value: &str| json!({ "property": "concept", "op": "is-a", "value": value });
        check(&json!({ "compose": { "include": [{ "filter": [filter("1"), filter("2")] }] } }), 2);
        let regex = "http://hl7.org/fhir/StructureDefinition/regex";
        check(&json!({ "item": [{ "extension": [{ "url": regex, "valueString": "a*" }] }] }), 1);
        let when = json!({ "language": "text/fhirpath", "expression": "true" });
        check(&json!({ "item": [{ "extension": [{ "url": "u", "valueExpression": when }] }] }), 1);
    }
}
