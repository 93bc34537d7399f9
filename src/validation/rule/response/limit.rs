//! Limits of answers that extensions of the question set,
//! <https://hl7.org/fhir/R4/questionnaire-profiles.html>.

use std::cmp::Ordering;

use regex::RegexBuilder;
use serde_json::Value;

use super::check::Check;
use super::enable::value;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{member, members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::amount::{compare, decimal};
use crate::validation::rule::finding::{error, shown, warning};

/// How large a compiled expression may be, in bytes.
const PATTERN: usize = 1 << 20;

/// Checks an answer against what limits its question.
pub(super) fn check(
    check: &mut Check<'_, '_, '_>,
    question: &Value,
    found: &Value,
    path: &Path<'_>,
) {
    let longest = member(question, "maxLength").and_then(Value::as_u64);
    if let (Some(longest), Value::String(text)) = (longest, found)
        && u64::try_from(text.chars().count()).is_ok_and(|length| length > longest)
    {
        let issue = error(
            IssueCode::TooLong,
            format!("Câu trả lời dài hơn {longest} ký tự mà bộ câu hỏi cho phép."),
            format!("The answer is longer than the {longest} characters the questionnaire allows."),
        );
        check.walk.report(path, issue);
    }
    let mut mime_types = Vec::new();
    for extension in members(question, "extension") {
        let (Some(url), Some((_, limit))) = (text(extension, "url"), value(extension, "value"))
        else {
            continue;
        };
        let Some(name) = url.strip_prefix("http://hl7.org/fhir/StructureDefinition/") else {
            continue;
        };
        if name == "mimeType" {
            mime_types.extend(limit.as_str());
        }
        if let Some(issue) = limited(name, limit, found, question) {
            check.walk.report(path, issue);
        }
    }
    if let Some(issue) = mime_type(&mime_types, found) {
        check.walk.report(path, issue);
    }
}

fn limited(name: &str, limit: &Value, found: &Value, question: &Value) -> Option<Issue> {
    match name {
        "minValue" => bound(found, limit, Ordering::Less),
        "maxValue" => bound(found, limit, Ordering::Greater),
        "maxDecimalPlaces" => decimal_places(found, limit),
        "minLength" => length(found, limit),
        "regex" => pattern(found, limit.as_str()?, question),
        "maxSize" => size(found, limit),
        _ => None,
    }
}

/// Below a minimum, or above a maximum.
pub(super) fn bound(found: &Value, limit: &Value, wrong: Ordering) -> Option<Issue> {
    (compare(found, limit)? == wrong).then(|| {
        let (found, limit) = (printed(found), printed(limit));
        let (vi, en) = match wrong {
            Ordering::Less => ("nhỏ hơn giá trị nhỏ nhất", "less than the smallest value"),
            _ => ("lớn hơn giá trị lớn nhất", "greater than the greatest value"),
        };
        error(
            IssueCode::Invariant,
            format!("{found} {vi} được phép, là {limit}."),
            format!("{found} is {en} allowed, which is {limit}."),
        )
    })
}

/// A value as people see it.
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => shown(text),
        Value::Object(_) => {
            let number = member(value, "value").map(ToString::to_string).unwrap_or_default();
            let unit = text(value, "unit").or_else(|| text(value, "code")).unwrap_or_default();
            shown(&format!("{number} {unit}"))
        }
        other => shown(&other.to_string()),
    }
}

fn decimal_places(found: &Value, limit: &Value) -> Option<Issue> {
    let most = limit.as_u64()?;
    let number = decimal(found).or_else(|| decimal(member(found, "value")?))?;
    let places = number.normalize().scale();
    (u64::from(places) > most).then(|| {
        error(
            IssueCode::Invariant,
            format!("{number} có quá nhiều chữ số sau dấu thập phân: nhiều nhất {most}."),
            format!("{number} has too many decimal places: at most {most} are allowed."),
        )
    })
}

fn length(found: &Value, limit: &Value) -> Option<Issue> {
    let shortest = limit.as_u64()?;
    let length = u64::try_from(found.as_str()?.chars().count()).ok()?;
    (length < shortest).then(|| {
        error(
            IssueCode::Invariant,
            format!("Câu trả lời ngắn hơn {shortest} ký tự mà bộ câu hỏi yêu cầu."),
            format!(
                "The answer is shorter than the {shortest} characters the questionnaire asks for."
            ),
        )
    })
}

fn pattern(found: &Value, pattern: &str, question: &Value) -> Option<Issue> {
    let text = found.as_str()?;
    let whole = format!("^(?:{pattern})$");
    let built = RegexBuilder::new(&whole).size_limit(PATTERN).dfa_size_limit(PATTERN).build();
    let Ok(expression) = built else {
        let pattern = shown(pattern);
        return Some(warning(
            IssueCode::NotSupported,
            format!(
                "Chưa kiểm tra được câu trả lời theo biểu thức chính quy “{pattern}” của bộ câu hỏi."
            ),
            format!(
                "The answer could not be checked against the questionnaire's expression “{pattern}”."
            ),
        ));
    };
    (!expression.is_match(text)).then(|| {
        let (found, wanted) = (shown(text), shown(&format(question).unwrap_or(pattern.to_owned())));
        error(
            IssueCode::Invariant,
            format!("“{found}” không đúng dạng mà câu hỏi yêu cầu: {wanted}."),
            format!("“{found}” does not have the form the question asks for: {wanted}."),
        )
    })
}

/// The form of answers, in words.
fn format(question: &Value) -> Option<String> {
    let url = "http://hl7.org/fhir/StructureDefinition/entryFormat";
    let mut extensions = members(question, "extension").iter();
    let format = extensions.find(|extension| text(extension, "url") == Some(url))?;
    text(format, "valueString").map(ToOwned::to_owned)
}

fn mime_type(allowed: &[&str], found: &Value) -> Option<Issue> {
    let kind = text(found, "contentType")?;
    let base = kind.split(';').next().unwrap_or(kind).trim();
    let fits = |allowed: &&str| match allowed.strip_suffix("/*") {
        Some(group) => base.split('/').next() == Some(group),
        None => allowed.eq_ignore_ascii_case(base),
    };
    (!allowed.is_empty() && !allowed.iter().any(fits)).then(|| {
        let (kind, allowed) = (shown(kind), shown(&allowed.join(", ")));
        error(
            IssueCode::Required,
            format!("Không nhận tệp loại {kind} ở đây. Cho phép: {allowed}."),
            format!("Files of type {kind} are not taken here. Allowed: {allowed}."),
        )
    })
}

/// More bytes than are allowed.
fn size(found: &Value, limit: &Value) -> Option<Issue> {
    let most = decimal(limit)?;
    let size = member(found, "size").and_then(decimal)?;
    (size > most).then(|| {
        error(
            IssueCode::Required,
            format!("Tệp đính kèm quá lớn: {size} byte, nhiều nhất {most}."),
            format!("The attachment is too large: {size} bytes, at most {most} are allowed."),
        )
    })
}
