//! How many answers, and expressions that must hold,
//! <https://hl7.org/fhir/R4/extension-questionnaire-constraint.html>.

use serde_json::Value;

use super::check::Check;
use super::enable::value;
use crate::definitions::shape::{Content, ShapeId};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{members, text};
use crate::fhir::time;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::Environment;
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::{Dialect, Kind};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, warning};

const CONSTRAINT: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-constraint";
/// Expressions on the response: that of structured data capture, and Finland's before it.
const ENABLES: [&str; 2] = [
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
    "http://phr.kanta.fi/StructureDefinition/fiphr-ext-questionnaire-enablewhen",
];
const LEAST: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs";
const MOST: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs";

/// Checks how many answers an item has.
pub(super) fn occurrences(
    check: &mut Check<'_, '_, '_>,
    question: &Value,
    answers: usize,
    path: &Path<'_>,
) {
    if text(question, "type") == Some("group") {
        return;
    }
    let answers = u64::try_from(answers).unwrap_or(u64::MAX);
    for extension in members(question, "extension") {
        let limit = value(extension, "value").and_then(|(_, limit)| limit.as_u64());
        let (Some(url), Some(limit)) = (text(extension, "url"), limit) else { continue };
        if url == LEAST && answers < limit {
            let issue = error(
                IssueCode::Invalid,
                format!("Cần ít nhất {limit} câu trả lời, nhưng chỉ có {answers}."),
                format!("At least {limit} answers are needed, but there are {answers}."),
            );
            check.required(path, issue);
        } else if url == MOST && answers > limit {
            let issue = error(
                IssueCode::Invalid,
                format!("Có {answers} câu trả lời, nhưng chỉ được nhiều nhất {limit}."),
                format!("There are {answers} answers, but at most {limit} are allowed."),
            );
            check.walk.report(path, issue);
        }
    }
}

/// Checks the expressions of a question on an item.
pub(super) fn invariants(
    check: &mut Check<'_, '_, '_>,
    question: &Value,
    item: &Value,
    path: &Path<'_>,
) {
    let is_constraint = |extension: &&Value| text(extension, "url") == Some(CONSTRAINT);
    for extension in members(question, "extension").iter().filter(is_constraint) {
        let part = |name: &str| {
            let mut parts = members(extension, "extension").iter();
            let part = parts.find(|part| text(part, "url") == Some(name))?;
            value(part, "value")?.1.as_str()
        };
        let Some(expression) = part("expression") else { continue };
        let is_error = part("severity") == Some("error");
        let key = shown(part("key").unwrap_or("-"));
        let human = shown(part("human").unwrap_or(expression));
        let issue = match holds(check, expression, item) {
            Some(true) => continue,
            Some(false) => error(
                IssueCode::Invariant,
                format!("Ràng buộc {key} của bộ câu hỏi không được thỏa: {human}"),
                format!("The questionnaire's constraint {key} is not met: {human}"),
            ),
            None => warning(
                IssueCode::NotSupported,
                format!("Không tính được ràng buộc {key} của bộ câu hỏi: biểu thức sai."),
                format!(
                    "The questionnaire's constraint {key} cannot be evaluated: its expression is wrong."
                ),
            ),
        };
        let issue = if is_error { issue } else { issue.warning() };
        check.walk.report(path, issue);
    }
}

/// Whether the expressions that enable a question, if it has any, are true.
pub(super) fn is_enabled(check: &mut Check<'_, '_, '_>, question: &Value, path: &Path<'_>) -> bool {
    let enables =
        |extension: &&Value| ENABLES.iter().any(|url| text(extension, "url") == Some(url));
    members(question, "extension").iter().filter(enables).all(|extension| {
        let Some((_, expression)) = value(extension, "value") else { return true };
        let expression = expression.as_str().or_else(|| text(expression, "expression"));
        let Some(expression) = expression else { return true };
        let shapes = &check.walk.registry.shapes;
        let Some(response) = shapes.id("QuestionnaireResponse") else { return true };
        match evaluate(check, expression, check.walk.resource, response) {
            Some(found) => found == Some(true),
            None => {
                let link = shown(text(question, "linkId").unwrap_or_default());
                check.walk.report(path, unclear(&link));
                true
            }
        }
    })
}

fn unclear(link: &str) -> Issue {
    warning(
        IssueCode::NotSupported,
        format!("Không tính được biểu thức bật mục “{link}” của bộ câu hỏi."),
        format!(
            "The questionnaire's expression that enables the item “{link}” cannot be evaluated."
        ),
    )
}

/// Whether an expression holds of an item; none when that cannot be said.
fn holds(check: &Check<'_, '_, '_>, text: &str, item: &Value) -> Option<bool> {
    let kind = check.walk.registry.shapes.id("QuestionnaireResponse.item")?;
    evaluate(check, text, item, kind).map(|found| found != Some(false))
}

/// What an expression gives, as a boolean; the outer none when it cannot be evaluated.
fn evaluate(
    check: &Check<'_, '_, '_>,
    text: &str,
    focus: &Value,
    shape: ShapeId,
) -> Option<Option<bool>> {
    let shapes = &check.walk.registry.shapes;
    let kind = Kind::Element(Content::Complex(shape));
    let expression = Expression::compile(shapes, Some(&[kind]), Dialect::Definitions, text).ok()?;
    let response = Datum::resource(check.walk.resource);
    let environment = Environment::of(Some(response), time::now());
    let focus = Datum::Node(Node { value: focus, extra: None, kind });
    let found = expression.evaluate(shapes, &environment, &[focus]).ok()?;
    Some(found.first().and_then(Datum::boolean))
}
