//! Whether a question is asked, <https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen>.
//!
//! A condition looks at the answers of the nearest question with its link id: those in the same
//! group first, then those of the groups around it. Where it stands within a group makes no
//! difference.

use std::cmp::Ordering;

use serde_json::Value;

use crate::fhir::member::{member, members, text};
use crate::validation::rule::amount::compare;

/// Items that may be looked at in one response, for all conditions together.
const STEPS: u32 = 1_000_000;

/// An item or answer of the response, and what it lies in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level<'l> {
    pub(super) parent: Option<&'l Level<'l>>,
    pub(super) node: &'l Value,
}

/// Looks for answers, within a limit.
#[derive(Debug)]
pub(super) struct Search {
    steps: u32,
}

impl Default for Search {
    fn default() -> Self {
        Self { steps: STEPS }
    }
}

impl Search {
    /// Whether the limit was reached; questions count as enabled from then on.
    pub(super) fn is_over(&self) -> bool {
        self.steps == 0
    }

    /// Whether a question is asked at a place of the response.
    pub(super) fn is_enabled(&mut self, question: &Value, level: &Level<'_>) -> bool {
        let conditions = members(question, "enableWhen");
        if conditions.is_empty() {
            return true;
        }
        let mut is_met = conditions.iter().map(|condition| self.is_met(condition, level));
        let enabled = match text(question, "enableBehavior") {
            Some("all") => is_met.all(|met| met),
            _ => is_met.any(|met| met),
        };
        enabled || self.is_over()
    }

    fn is_met(&mut self, condition: &Value, level: &Level<'_>) -> bool {
        let Some(question) = text(condition, "question") else { return false };
        let answers = self.answers(question, level);
        let Some((_, wanted)) = value(condition, "answer") else { return false };
        let operator = text(condition, "operator").unwrap_or_default();
        if operator == "exists" {
            return wanted.as_bool() == Some(!answers.is_empty());
        }
        answers.iter().any(|found| holds(found, operator, wanted))
    }

    /// The values of the nearest answers to a question.
    fn answers<'l>(&mut self, question: &str, level: &Level<'l>) -> Vec<&'l Value> {
        let mut around = Some(level);
        while let Some(level) = around {
            let mut found = Vec::new();
            self.collect(level.node, question, &mut found);
            if !found.is_empty() {
                return found;
            }
            around = level.parent;
        }
        Vec::new()
    }

    fn collect<'l>(&mut self, node: &'l Value, question: &str, found: &mut Vec<&'l Value>) {
        for item in members(node, "item") {
            let Some(left) = self.steps.checked_sub(1) else { return };
            self.steps = left;
            let answers = members(item, "answer");
            if text(item, "linkId") == Some(question) {
                let values = answers.iter().filter_map(|answer| value(answer, "value"));
                found.extend(values.map(|(_, value)| value));
            }
            self.collect(item, question, found);
            for answer in answers {
                self.collect(answer, question, found);
            }
        }
    }
}

/// The value of a choice, and its type as the key says it: `Coding`, `DateTime`.
pub(super) fn value<'v>(object: &'v Value, name: &str) -> Option<(&'v str, &'v Value)> {
    let mut keys = object.as_object()?.iter();
    keys.find_map(|(key, value)| {
        let kind = key.strip_prefix(name)?;
        kind.starts_with(|first: char| first.is_ascii_uppercase()).then_some((kind, value))
    })
}

fn holds(found: &Value, operator: &str, wanted: &Value) -> bool {
    let order = || compare(found, wanted);
    match operator {
        "=" => equal(found, wanted),
        "!=" => !equal(found, wanted),
        ">" => order() == Some(Ordering::Greater),
        "<" => order() == Some(Ordering::Less),
        ">=" => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
        "<=" => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
        _ => false,
    }
}

/// Whether two answers are the same: codings by system and code, references by their text,
/// quantities by their amount.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    let same = |key: &str| text(left, key) == text(right, key);
    match (left, right) {
        (Value::Object(_), Value::Object(_)) => {
            if member(right, "value").is_some() {
                compare(left, right) == Some(Ordering::Equal)
            } else if member(right, "reference").is_some() {
                same("reference")
            } else {
                same("system") && same("code")
            }
        }
        (Value::Number(_), Value::Number(_)) => compare(left, right) == Some(Ordering::Equal),
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response() -> Value {
        json!({ "item": [
            { "linkId": "a", "answer": [{ "valueInteger": 1 }, { "valueInteger": 5 }] },
            { "linkId": "g", "item": [
                { "linkId": "a", "answer": [{ "valueCoding": { "system": "s", "code": "y" } }] },
            ] },
        ] })
    }

    #[track_caller]
    fn check(conditions: Value, behavior: &str, within: bool, expected: bool) {
        let response = response();
        let question = json!({ "enableWhen": conditions, "enableBehavior": behavior });
        let whole = Level { parent: None, node: &response };
        let inner = Level { parent: Some(&whole), node: &response["item"][1] };
        let level = if within { inner } else { whole };
        assert_eq!(Search::default().is_enabled(&question, &level), expected, "{question}");
    }

    #[test]
    fn conditions_look_at_the_nearest_answers() {
        let is_five = json!({ "question": "a", "operator": ">=", "answerInteger": 5 });
        let is_y = json!({ "question": "a", "operator": "=", "answerCoding": { "system": "s", "code": "y" } });
        check(json!([is_five]), "any", false, true);
        check(json!([is_five]), "any", true, false);
        check(json!([is_y]), "any", true, true);
        check(json!([is_five, is_y]), "all", true, false);
        check(json!([is_five, is_y]), "any", true, true);
    }

    #[test]
    fn existence_can_be_asked_for() {
        let exists = |question: &str, answer: bool| json!([{ "question": question, "operator": "exists", "answerBoolean": answer }]);
        check(exists("a", true), "any", false, true);
        check(exists("b", true), "any", false, false);
        check(exists("b", false), "any", false, true);
        check(
            json!([{ "question": "b", "operator": "!=", "answerInteger": 1 }]),
            "any",
            false,
            false,
        );
    }
}
