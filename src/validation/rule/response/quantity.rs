//! Answers with a unit: which units, and between which amounts,
//! <https://hl7.org/fhir/R4/questionnaire-profiles.html>.

use std::cmp::Ordering;

use serde_json::Value;

use super::check::Check;
use super::enable::{equal, value};
use super::limit::{bound, printed};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{members, text};
use crate::terminology::service::{CodeRef, Membership};
use crate::validation::element::path::Path;
use crate::validation::rule::amount::compare;
use crate::validation::rule::coded;
use crate::validation::rule::finding::{error, shown};

const OPTION: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption";
const VALUE_SET: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitValueSet";
const LEAST: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-minQuantity";
const MOST: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-maxQuantity";

/// Checks a quantity.
pub(super) fn check(
    check: &mut Check<'_, '_, '_>,
    question: &Value,
    found: &Value,
    path: &Path<'_>,
) {
    let mut options = Vec::new();
    for extension in members(question, "extension") {
        let (Some(url), Some((_, limit))) = (text(extension, "url"), value(extension, "value"))
        else {
            continue;
        };
        let issue = match url {
            LEAST => amount(found, limit, Ordering::Less),
            MOST => amount(found, limit, Ordering::Greater),
            VALUE_SET => limit.as_str().and_then(|set| of_set(check, set, found)),
            OPTION => {
                options.push(limit);
                None
            }
            _ => None,
        };
        if let Some(issue) = issue {
            check.walk.report(path, issue);
        }
    }
    if !options.is_empty() && !options.iter().any(|option| equal(found_unit(found), option)) {
        let units: Vec<&str> = options.iter().filter_map(|option| text(option, "code")).collect();
        let (found, units) = (printed(found), shown(&units.join(", ")));
        let issue = error(
            IssueCode::Invariant,
            format!("Đơn vị của {found} không được phép ở đây. Cho phép: {units}."),
            format!("The unit of {found} is not allowed here. Allowed: {units}."),
        );
        check.walk.report(path, issue);
    }
}

/// A quantity's unit has the system and the code of a coding.
fn found_unit(found: &Value) -> &Value {
    found
}

fn amount(found: &Value, limit: &Value, wrong: Ordering) -> Option<Issue> {
    if compare(found, limit).is_some() {
        return bound(found, limit, wrong);
    }
    let (found, limit) = (printed(found), printed(limit));
    Some(error(
        IssueCode::Invariant,
        format!("Không so sánh được {found} với giới hạn {limit}: hai đơn vị khác loại."),
        format!(
            "{found} cannot be compared with the limit {limit}: their units have nothing in common."
        ),
    ))
}

fn of_set(check: &Check<'_, '_, '_>, set: &str, found: &Value) -> Option<Issue> {
    let code = CodeRef {
        system: text(found, "system"),
        version: None,
        code: text(found, "code").unwrap_or_default(),
        display: None,
    };
    let answer = coded::membership(check.walk, set, code);
    (answer == Membership::NotMember).then(|| {
        let (found, set) = (printed(found), shown(set));
        error(
            IssueCode::Invariant,
            format!("Đơn vị của {found} không có trong bộ giá trị {set} mà bộ câu hỏi quy định."),
            format!(
                "The unit of {found} is not in the value set {set} that the questionnaire names."
            ),
        )
    })
}
