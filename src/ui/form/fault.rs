//! What is wrong with a form, and beside which field it is told.

use serde_json::Value;

use super::filled::field;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::member::{members, text};
use crate::ui::say::Say;

/// Something that is wrong.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// The name of the field; none where it is about the form as a whole.
    pub(super) field: Option<String>,
    pub(super) text: Text,
    /// Whether something is not there that has to be.
    pub(super) is_missing: bool,
}

impl Fault {
    pub(super) fn of(field: &str, text: Text) -> Self {
        Self { field: Some(field.to_owned()), text, is_missing: false }
    }
}

/// The faults that findings about a response are.
pub(super) fn of_response(
    issues: Vec<Issue>,
    (questionnaire, response): (&Value, &Value),
) -> Vec<Fault> {
    let repeating = repeating(questionnaire);
    // What is not answered was told already.
    let is_told = |issue: &Issue| issue.severity.refuses() && issue.code != IssueCode::Required;
    let refused = issues.into_iter().filter(is_told);
    refused
        .map(|issue| {
            let place = issue.expression.as_deref().and_then(|at| place(&repeating, response, at));
            Fault { field: place, text: issue.text, is_missing: false }
        })
        .collect()
}

/// The faults that findings about a transaction are; `origins` are the items of its entries.
pub(super) fn of_records(
    issues: Vec<Issue>,
    origins: &[Option<Box<str>>],
    (questionnaire, response): (&Value, &Value),
) -> Vec<Fault> {
    let repeating = repeating(questionnaire);
    let mut faults: Vec<Fault> = Vec::new();
    for issue in issues.into_iter().filter(|issue| issue.severity.refuses()) {
        let entry = issue.expression.as_deref().and_then(entry);
        let link = entry.and_then(|at| origins.get(at)?.as_deref());
        let field = link.and_then(|link| first(&repeating, response, link, ""));
        let is_told = |fault: &Fault| fault.text == issue.text && fault.field == field;
        if !faults.iter().any(is_told) {
            faults.push(Fault { field, text: issue.text, is_missing: false });
        }
    }
    faults
}

/// The entry that an expression is about.
fn entry(expression: &str) -> Option<usize> {
    let (number, _) = expression.strip_prefix("Bundle.entry[")?.split_once(']')?;
    number.parse().ok()
}

/// The field of the item that an expression leads to: `QuestionnaireResponse.item[0].item[2].answer[0]`.
fn place(repeating: &[&str], response: &Value, expression: &str) -> Option<String> {
    let (mut at, mut within, mut link) = (response, String::new(), None);
    for step in expression.split('.').skip(1) {
        let (name, number) = step.split_once('[').unwrap_or((step, "0]"));
        let number: usize = number.trim_end_matches(']').parse().ok()?;
        if name != "item" && name != "answer" {
            break;
        }
        let all = members(at, name);
        let found = all.get(number)?;
        if name == "item" {
            link = text(found, "linkId");
            within.push_str(&again(repeating, all, number));
        }
        at = found;
    }
    link.map(|link| field(link, &within))
}

/// The number of a group among those of its linkId, where it may be there several times.
fn again(repeating: &[&str], all: &[Value], number: usize) -> String {
    let link = all.get(number).and_then(|one| text(one, "linkId"));
    if !link.is_some_and(|link| repeating.contains(&link)) {
        return String::new();
    }
    let same = |one: &&Value| text(one, "linkId") == link;
    let before = all.get(..number).unwrap_or_default().iter().filter(same).count();
    format!("~{before}")
}

/// The groups of a form that may be there several times.
fn repeating(element: &Value) -> Vec<&str> {
    let mut all = Vec::new();
    for item in members(element, "item") {
        let is_group = text(item, "type") == Some("group");
        if is_group && item.get("repeats") == Some(&Value::Bool(true)) {
            all.extend(text(item, "linkId"));
        }
        all.extend(repeating(item));
    }
    all
}

/// The field of the first item of a linkId, or of the first question in it.
fn first(repeating: &[&str], parent: &Value, link: &str, within: &str) -> Option<String> {
    for (at, item) in members(parent, "item").iter().enumerate() {
        let inside = format!("{within}{}", again(repeating, members(parent, "item"), at));
        if text(item, "linkId") == Some(link) {
            return Some(match members(item, "item").first() {
                Some(question) if item.get("answer").is_none() => {
                    field(text(question, "linkId")?, &inside)
                }
                _ => field(link, within),
            });
        }
        if let Some(found) = first(repeating, item, link, &inside) {
            return Some(found);
        }
    }
    None
}

/// The faults of a field, in the language of the reader.
pub(super) fn at<'f>(faults: &'f [Fault], name: &'f str, say: Say) -> Vec<&'f str> {
    let here = faults.iter().filter(|fault| fault.field.as_deref() == Some(name));
    here.map(|fault| say.text(&fault.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_finding_is_told_beside_its_field() {
        let answer = |link: &str| json!({ "linkId": link, "answer": [{ "valueString": "x" }] });
        let response = json!({ "resourceType": "QuestionnaireResponse", "item": [
            { "linkId": "a", "item": [answer("a1"), answer("a2")] },
            { "linkId": "g", "item": [answer("g1")] },
            { "linkId": "g", "item": [answer("g1")] },
        ] });
        let at = |path: &str| place(&["g"], &response, path);
        assert_eq!(
            at("QuestionnaireResponse.item[0].item[1].answer[0].value").as_deref(),
            Some("a2")
        );
        assert_eq!(at("QuestionnaireResponse.item[2].item[0]").as_deref(), Some("g1~1"));
        assert_eq!(at("QuestionnaireResponse.item[7]"), None);
        let issue = Issue::error(IssueCode::Value, Text::new("sai", "wrong"))
            .at("Bundle.entry[1].resource.valueQuantity");
        let origins = [None, Some(Box::from("a2"))];
        let form = json!({ "resourceType": "Questionnaire" });
        let faults = of_records(vec![issue.clone(), issue], &origins, (&form, &response));
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].field.as_deref(), Some("a2"));
    }
}
