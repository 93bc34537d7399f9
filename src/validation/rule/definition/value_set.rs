//! Value sets: the systems they include from, the codes and filters they use,
//! <https://hl7.org/fhir/R4/valueset.html#compositions>.

use serde_json::Value;

use super::value_set_parameter;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::terminology::ecl;
use crate::terminology::filter::Operator;
use crate::terminology::service::{CodeRef, Meaning};
use crate::validation::element::path::Path;
use crate::validation::rule::absolute::is_absolute;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::rule::snomed;
use crate::validation::walk::Walk;

/// Checks a value set.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let Some(compose) = member(walk.resource, "compose") else { return };
    let path = path.child("compose");
    for name in ["include", "exclude"] {
        for (at, include) in members(compose, name).iter().enumerate() {
            self::include(walk, include, &path.item(name, at));
        }
    }
}

fn include(walk: &mut Walk<'_>, include: &Value, path: &Path<'_>) {
    let Some(system) = text(include, "system") else { return };
    if let Some(issue) = no_system(walk, system) {
        return walk.report(&path.child("system"), when_strict(walk, issue));
    }
    let version = text(include, "version");
    for (at, concept) in members(include, "concept").iter().enumerate() {
        if walk.is_full() {
            return;
        }
        let Some(code) = text(concept, "code") else { continue };
        if let Some(issue) = unknown(walk, system, version, code) {
            let issue = when_strict(walk, issue);
            walk.report(&path.item("concept", at).child("code"), issue);
        }
    }
    for (at, filter) in members(include, "filter").iter().enumerate() {
        if let Some(issue) = constraint(system, filter)
            .or_else(|| value_set_parameter::check(&walk.registry.shapes, walk.resource, filter))
            .or_else(|| operand(walk, system, filter))
            .or_else(|| self::filter(walk, system, filter))
        {
            let issue = when_strict(walk, issue);
            walk.report(&path.item("filter", at), issue);
        }
    }
}

/// What a system is instead of the URL of a code system.
fn no_system(walk: &Walk<'_>, system: &str) -> Option<Issue> {
    let name = shown(system);
    let (vi, en) = if !is_absolute(system) {
        (
            format!(
                "system phải là URL tuyệt đối, không phải “{name}”. Với hệ mã nằm trong (contained), dùng URL của nó và phần mở rộng valueset-system."
            ),
            format!(
                "The system must be an absolute URL, not “{name}”. For a contained code system use its URL and the extension valueset-system."
            ),
        )
    } else if system.contains('|') {
        (
            format!("Phiên bản của hệ mã nằm ở “version”, không nằm trong system “{name}”."),
            format!(
                "The version of a code system stands in “version”, not in the system “{name}”."
            ),
        )
    } else if is_value_set(walk, system) {
        (
            format!(
                "{name} là một bộ giá trị, không phải hệ mã: dùng “valueSet” thay cho “system”."
            ),
            format!(
                "{name} is a value set, not a code system: use “valueSet” instead of “system”."
            ),
        )
    } else if is_supplement(walk, system) {
        (
            format!(
                "{name} là phần bổ sung (supplement), không phải hệ mã: nêu hệ mã gốc làm “system”."
            ),
            format!("{name} is a supplement, not a code system: name the system that it adds to."),
        )
    } else {
        return None;
    };
    Some(error(IssueCode::Invalid, vi, en))
}

/// Whether a URL is that of a supplement.
pub(super) fn is_supplement(walk: &Walk<'_>, url: &str) -> bool {
    let found = walk.registry.library.find(ResourceKind::CODE_SYSTEM, url);
    found.is_some_and(|system| text(&system, "content") == Some("supplement"))
}

/// Whether a URL is that of a value set, and of no code system.
pub(super) fn is_value_set(walk: &Walk<'_>, url: &str) -> bool {
    let is_known = |kind| walk.registry.library.has(kind, url);
    is_known(ResourceKind::VALUE_SET) && !is_known(ResourceKind::CODE_SYSTEM)
}

fn unknown(walk: &Walk<'_>, system: &str, version: Option<&str>, code: &str) -> Option<Issue> {
    let asked = CodeRef { system: Some(system), version, code, display: None };
    let is_unknown = snomed::is_impossible(system, code)
        || walk.engine.terminology.meaning(asked) == Meaning::NoCode;
    is_unknown.then(|| {
        let (code, system) = (shown(code), shown(system));
        error(
            IssueCode::BusinessRule,
            format!("Hệ mã {system} không có mã “{code}”."),
            format!("The code system {system} has no code “{code}”."),
        )
    })
}

/// What is wrong with a constraint of SNOMED CT, <https://hl7.org/fhir/R4/snomedct.html>.
fn constraint(system: &str, filter: &Value) -> Option<Issue> {
    let is_one = system == snomed::SNOMED && text(filter, "property") == Some("constraint");
    let value = text(filter, "value").filter(|_| is_one)?;
    let ecl::EclFault { column } = ecl::check(value).err()?;
    let value = shown(value);
    Some(error(
        IssueCode::Invalid,
        format!("“{value}” không viết đúng ngôn ngữ ECL của SNOMED CT: sai từ ký tự thứ {column}."),
        format!(
            "“{value}” is not written in ECL of SNOMED CT: it is wrong from character {column} on."
        ),
    ))
}

/// What is wrong with the value of a filter, by its operator.
fn operand(walk: &Walk<'_>, system: &str, filter: &Value) -> Option<Issue> {
    let (property, value) = (text(filter, "property")?, text(filter, "value")?);
    let operator = Operator::parse(text(filter, "op")?)?;
    let (vi, en) = match operator {
        Operator::IsA
        | Operator::IsNotA
        | Operator::DescendentOf
        | Operator::Generalizes
        | Operator::ChildOf
        | Operator::DescendentLeaf => return unknown(walk, system, None, value),
        Operator::Equal if matches!(property, "concept" | "code") => {
            return unknown(walk, system, None, value);
        }
        Operator::Exists if !matches!(value, "true" | "false") => {
            ("cần true hoặc false", "it takes true or false")
        }
        Operator::Regex if regex::Regex::new(value).is_err() => {
            ("không phải là biểu thức chính quy", "it is no regular expression")
        }
        _ => return None,
    };
    let (operator, value) = (operator.code(), shown(value));
    Some(error(
        IssueCode::Invalid,
        format!("Giá trị “{value}” không dùng được với phép lọc “{operator}”: {vi}."),
        format!("The value “{value}” cannot be used with the filter “{operator}”: {en}."),
    ))
}

/// What is wrong with a filter on a declared property.
fn filter(walk: &Walk<'_>, system: &str, filter: &Value) -> Option<Issue> {
    let (property, value) = (text(filter, "property")?, text(filter, "value")?);
    let definition = walk.registry.library.find(ResourceKind::CODE_SYSTEM, system)?;
    let mut declared = members(&definition, "property").iter();
    let declared = declared.find(|one| text(one, "code") == Some(property))?;
    let wrong = |wanted_vi: &str, wanted_en: &str| {
        let (property, value) = (shown(property), shown(value));
        error(
            IssueCode::Invalid,
            format!(
                "Giá trị “{value}” không dùng được để lọc theo thuộc tính “{property}”: {wanted_vi}."
            ),
            format!("The value “{value}” cannot filter by the property “{property}”: {wanted_en}."),
        )
    };
    match text(declared, "type")? {
        "boolean" if !matches!(value, "true" | "false") => {
            Some(wrong("cần true hoặc false", "it takes true or false"))
        }
        "Coding" => {
            let Some((of, code)) = value.split_once('#') else {
                let issue = wrong("nên viết dạng system#code", "it should be written system#code");
                return Some(issue.warning());
            };
            let (of, version) = match of.split_once('|') {
                Some((of, version)) => (of, Some(version)),
                None => (of, None),
            };
            let issue = unknown(walk, of, version, code)?;
            Some(wrong(&issue.text.vi, &issue.text.en))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn constraints_of_snomed_are_written_in_ecl() {
        let filter = |property: &str, value: &str| json!({ "property": property, "op": "=", "value": value });
        let is_wrong = |system: &str, filter: &Value| constraint(system, filter).is_some();
        let wrong = filter("constraint", "404684003 << 404684003");
        assert!(is_wrong(snomed::SNOMED, &wrong));
        assert!(!is_wrong("http://loinc.org", &wrong));
        assert!(!is_wrong(snomed::SNOMED, &filter("concept", "404684003 << 404684003")));
        let right = filter("constraint", "<< 404684003 : 363698007 = << 39057004");
        assert!(!is_wrong(snomed::SNOMED, &right));
    }
}
