//! Answers from a list: `answerOption` and `answerValueSet`,
//! <https://hl7.org/fhir/R4/questionnaire.html#2.38.4.8>.

use serde_json::Value;

use super::check::Check;
use super::enable::{equal, value};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{members, text};
use crate::terminology::service::{CodeRef, Membership};
use crate::validation::element::path::Path;
use crate::validation::rule::coded::{self, contained};
use crate::validation::rule::finding::{error, shown, warning};

/// Checks that an answer is one of those the question offers.
pub(super) fn check(
    check: &mut Check<'_, '_, '_>,
    question: &Value,
    kind: &str,
    found: &Value,
    path: &Path<'_>,
) {
    let is_open = text(question, "type") == Some("open-choice") && kind == "String";
    if is_open {
        return;
    }
    let options = members(question, "answerOption");
    if !options.is_empty() {
        if let Some(issue) = of_options(options, kind, found) {
            check.walk.report(path, issue);
        }
    } else if let Some(set) = text(question, "answerValueSet")
        && let Some(issue) = of_set(check, set, kind, found)
    {
        check.walk.report(path, issue);
    }
}

fn of_options(options: &[Value], kind: &str, found: &Value) -> Option<Issue> {
    let mut of_kind = options
        .iter()
        .filter_map(|option| value(option, "value"))
        .filter(|(offered, _)| *offered == kind)
        .map(|(_, option)| option)
        .peekable();
    if of_kind.peek().is_none() {
        return Some(error(
            IssueCode::Invariant,
            format!("Danh sách lựa chọn của câu hỏi không có giá trị kiểu {kind}."),
            format!("The question offers no options of type {kind}."),
        ));
    }
    let is_offered = of_kind.any(|option| equal(found, option));
    (!is_offered).then(|| {
        let found = name(found);
        error(
            IssueCode::Invariant,
            format!("“{found}” không phải là một trong các lựa chọn của câu hỏi."),
            format!("“{found}” is not one of the options of the question."),
        )
    })
}

fn of_set(check: &Check<'_, '_, '_>, set: &str, kind: &str, found: &Value) -> Option<Issue> {
    let code = match kind {
        "Coding" => CodeRef {
            system: text(found, "system"),
            version: text(found, "version"),
            // A coding without a code is in no set.
            code: text(found, "code").unwrap_or_default(),
            display: None,
        },
        "String" => CodeRef { system: None, version: None, code: found.as_str()?, display: None },
        _ => return None,
    };
    let answer = match set.strip_prefix('#') {
        Some(id) => {
            // What is contained contains nothing: its sets stand beside it.
            let own = members(check.questionnaire.resource, "contained");
            let within = if own.is_empty() { check.walk.contained } else { own };
            contained(check.walk, within, id, code)
        }
        None => coded::membership(check.walk, set, code),
    };
    let (found, set) = (name(found), shown(set));
    match answer {
        Membership::Member => None,
        Membership::NotMember => Some(error(
            IssueCode::CodeInvalid,
            format!("“{found}” không có trong bộ giá trị {set} mà bộ câu hỏi quy định."),
            format!("“{found}” is not in the value set {set} that the questionnaire names."),
        )),
        Membership::Unknown(_) => Some(warning(
            IssueCode::NotFound,
            format!("Chưa kiểm tra được “{found}” vì máy chủ không biết đủ về bộ giá trị {set}."),
            format!("“{found}” could not be checked: not enough is known of the value set {set}."),
        )),
    }
}

/// An answer as people see it.
fn name(found: &Value) -> String {
    match found {
        Value::String(text) => shown(text),
        Value::Object(_) => {
            let system = text(found, "system").unwrap_or_default();
            let code = text(found, "code").or_else(|| text(found, "reference"));
            shown(&format!("{system}#{}", code.unwrap_or_default()))
        }
        other => shown(&other.to_string()),
    }
}
