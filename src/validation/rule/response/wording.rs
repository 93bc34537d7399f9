//! The text of an item is that of its question, <https://hl7.org/fhir/R4/questionnaireresponse-definitions.html#QuestionnaireResponse.item.text>.

use serde_json::Value;

use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{member, text};
use crate::validation::rule::finding::{error, shown};

/// What is wrong with the text of an item; a translation of the question's is as good.
pub(super) fn check(question: &Value, item: &Value) -> Option<Issue> {
    let said = text(item, "text")?;
    let is_it = text(question, "text") == Some(said)
        || member(question, "_text").is_some_and(|beside| holds(beside, said));
    (!is_it).then(|| {
        let link = shown(text(item, "linkId").unwrap_or_default());
        error(
            IssueCode::Invariant,
            format!("text của mục “{link}” không phải là câu hỏi trong bộ câu hỏi."),
            format!("The text of the item “{link}” is not that of the questionnaire."),
        )
    })
}

fn holds(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(found) => found == wanted,
        Value::Array(items) => items.iter().any(|item| holds(item, wanted)),
        Value::Object(object) => object.values().any(|value| holds(value, wanted)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_text_is_that_of_the_question_or_a_translation() {
        let question = json!({ "text": "Cân nặng?", "_text": { "extension": [
            { "url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
                { "url": "lang", "valueCode": "en" },
                { "url": "content", "valueString": "Weight?" }] }] } });
        let is_wrong =
            |text: &str| check(&question, &json!({ "linkId": "1", "text": text })).is_some();
        assert!(!is_wrong("Cân nặng?") && !is_wrong("Weight?") && is_wrong("Height?"));
        assert!(check(&question, &json!({ "linkId": "1" })).is_none());
        assert!(check(&json!({}), &json!({ "text": "x" })).is_some());
    }
}
