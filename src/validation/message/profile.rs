//! Findings about profiles and what they ask for. In Vietnamese a profile is a *khuôn dữ liệu*.

use std::sync::Arc;

use serde_json::Value;

use super::structure::issue;
use super::value::shown;
use crate::fhir::issue::{Issue, IssueCode, Text};

/// Causes that one finding tells.
const MOST_CAUSES: usize = 3;

pub(in crate::validation) fn unknown_asked(canonical: &str) -> Issue {
    let canonical = shown(canonical);
    issue(
        IssueCode::NotFound,
        format!(
            "Không biết khuôn dữ liệu {canonical}, nên không kiểm tra được theo khuôn dữ liệu này."
        ),
        format!(
            "The profile {canonical} is not known, so the resource cannot be checked against it."
        ),
    )
}

pub(in crate::validation) fn unknown_claimed(canonical: &str) -> Issue {
    let canonical = shown(canonical);
    issue(
        IssueCode::NotFound,
        format!("Không biết khuôn dữ liệu {canonical} nêu trong meta.profile, nên chưa kiểm tra theo khuôn dữ liệu này."),
        format!("The profile {canonical} in meta.profile is not known, so it was not checked."),
    )
    .warning()
}

pub(in crate::validation) fn unknown_profile(canonical: &str) -> Issue {
    issue(
        IssueCode::NotFound,
        format!(
            "Không biết khuôn dữ liệu {canonical} mà giá trị này phải tuân theo, nên chưa kiểm tra được."
        ),
        format!(
            "The profile {canonical} that this value must conform to is not known, so it was not checked."
        ),
    )
}

pub(in crate::validation) fn profile_of_other_type(
    canonical: &str,
    wanted: &str,
    found: &str,
) -> Issue {
    let canonical = shown(canonical);
    issue(
        IssueCode::Invalid,
        format!("Khuôn dữ liệu {canonical} dành cho {wanted}, không phải cho {found}."),
        format!("The profile {canonical} is for {wanted}, not for {found}."),
    )
}

/// Says of each profile what is wrong first.
pub(in crate::validation) fn none_of_profiles(
    profiles: &[&str],
    causes: &[(&str, Arc<Issue>)],
) -> Issue {
    let profiles = profiles.join(", ");
    let (mut vi, mut en) = (String::new(), String::new());
    for (profile, cause) in causes.iter().take(MOST_CAUSES) {
        let place = cause.expression.as_deref().unwrap_or_default();
        vi.push_str(&format!(" {profile}: {place}: {}", cause.text.vi));
        en.push_str(&format!(" {profile}: {place}: {}", cause.text.en));
    }
    issue(
        IssueCode::Structure,
        format!("Giá trị này không tuân theo khuôn dữ liệu nào trong số: {profiles}.{vi}"),
        format!("This value conforms to none of the profiles: {profiles}.{en}"),
    )
}

pub(in crate::validation) fn other_type(found: &str, allowed: &[&str]) -> Issue {
    let allowed = allowed.join(", ");
    issue(
        IssueCode::Structure,
        format!("Khuôn dữ liệu không cho phép kiểu {found} ở đây. Cho phép: {allowed}."),
        format!("The profile does not allow the type {found} here. Allowed: {allowed}."),
    )
}

/// What is missing may be sent in several forms: the keys of a choice, a code of a set.
pub(in crate::validation) fn too_few(path: &str, found: usize, least: usize, hint: &Text) -> Issue {
    let Text { vi: hint_vi, en: hint_en } = hint;
    let (vi, en) = match (found, least) {
        (0, 1) => (
            format!("Thiếu {path}: khuôn dữ liệu đòi hỏi phần tử này.{hint_vi}"),
            format!("{path} is missing: the profile asks for it.{hint_en}"),
        ),
        _ => (
            format!(
                "{path}: có {found} giá trị, nhưng khuôn dữ liệu đòi hỏi ít nhất {least}.{hint_vi}"
            ),
            format!(
                "{path}: there are {found} values, but the profile asks for at least {least}.{hint_en}"
            ),
        ),
    };
    issue(IssueCode::Required, vi, en).named("Validation_VAL_Profile_Minimum")
}

pub(in crate::validation) fn too_many(path: &str, found: usize, most: usize) -> Issue {
    let (vi, en) = match most {
        0 => (
            format!("Không được có {path}: khuôn dữ liệu không cho phép phần tử này."),
            format!("{path} is there, but the profile does not allow it."),
        ),
        _ => (
            format!("{path}: có {found} giá trị, nhưng khuôn dữ liệu cho phép nhiều nhất {most}."),
            format!("{path}: there are {found} values, but the profile allows at most {most}."),
        ),
    };
    issue(IssueCode::Structure, vi, en).named("Validation_VAL_Profile_Maximum")
}

/// One of the forms of what is missing.
pub(in crate::validation) fn in_one_of(keys: &[String]) -> Text {
    let keys = keys.join(", ");
    Text::new(format!(" Gửi: {keys}."), format!(" Send: {keys}."))
}

pub(in crate::validation) fn with_code_of(value_set: &str) -> Text {
    Text::new(
        format!(" Dùng mã của bộ giá trị {value_set}."),
        format!(" Use a code of the value set {value_set}."),
    )
}

pub(in crate::validation) fn with_demand(demand: &Text) -> Text {
    Text::new(format!(" Gửi {}.", demand.vi), format!(" Send the {}.", demand.en))
}

/// The codes that a pattern or a fixed value asks for are not there.
pub(in crate::validation) fn missing_code(demand: &Text, found: &Value) -> Issue {
    let found = written(found);
    issue(
        IssueCode::Value,
        format!("Thiếu {}, mà khuôn dữ liệu đòi hỏi ở đây; nhận được {found}.", demand.vi),
        format!("The {} is missing, which the profile asks for here; found {found}.", demand.en),
    )
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => shown(text),
        value => shown(&value.to_string()),
    }
}

pub(in crate::validation) fn not_fixed(found: &Value, fixed: &Value) -> Issue {
    let (found, fixed) = (written(found), written(fixed));
    issue(
        IssueCode::Value,
        format!("Giá trị là {found}, nhưng khuôn dữ liệu đòi hỏi đúng {fixed}."),
        format!("The value is {found}, but the profile fixes it to {fixed}."),
    )
    .named("_DT_Fixed_Wrong")
}

pub(in crate::validation) fn fixed_with_extension() -> Issue {
    issue(
        IssueCode::Value,
        "Khuôn dữ liệu quy định giá trị cố định không có extension, nên không được thêm extension."
            .into(),
        "The profile fixes the value without extensions, so it may have none.".into(),
    )
}

pub(in crate::validation) fn not_of_pattern(found: &Value, pattern: &Value) -> Issue {
    let (found, pattern) = (written(found), written(pattern));
    issue(
        IssueCode::Value,
        format!("Giá trị {found} không có đủ những gì khuôn dữ liệu đòi hỏi: {pattern}."),
        format!("The value {found} does not have all that the profile asks for: {pattern}."),
    )
}

pub(in crate::validation) fn out_of_range(limit: &Text) -> Issue {
    let Text { vi, en } = limit;
    issue(
        IssueCode::Value,
        format!("Giá trị nằm ngoài giới hạn của khuôn dữ liệu: phải {vi}."),
        format!("The value is beyond the limit of the profile: it must be {en}."),
    )
}

pub(in crate::validation) fn too_long(found: usize, most: usize) -> Issue {
    issue(
        IssueCode::TooLong,
        format!("Chuỗi có {found} ký tự, nhưng khuôn dữ liệu cho phép nhiều nhất {most}."),
        format!("The text has {found} characters, but the profile allows at most {most}."),
    )
}

pub(in crate::validation) fn too_short(found: usize, least: usize) -> Issue {
    issue(
        IssueCode::Invalid,
        format!("Chuỗi có {found} ký tự, nhưng khuôn dữ liệu đòi hỏi ít nhất {least}."),
        format!("The text has {found} characters, but the profile asks for at least {least}."),
    )
}

pub(in crate::validation) fn not_matching(found: &str, expression: &str) -> Issue {
    let (found, expression) = (shown(found), shown(expression));
    issue(
        IssueCode::Value,
        format!("“{found}” không khớp với biểu thức chính quy của khuôn dữ liệu: {expression}."),
        format!("“{found}” does not match the profile's regular expression: {expression}."),
    )
}

pub(in crate::validation) fn needs_value() -> Issue {
    issue(
        IssueCode::Required,
        "Khuôn dữ liệu đòi hỏi phần tử này có giá trị, không chỉ có extension.".into(),
        "The profile asks for a value here, not only for extensions.".into(),
    )
}

pub(in crate::validation) fn needs_alternative(urls: &[Box<str>]) -> Issue {
    let urls = urls.join(", ");
    issue(
        IssueCode::Invalid,
        format!("Không có giá trị thì phải có một trong các extension: {urls}."),
        format!("Without a value there must be one of these extensions: {urls}."),
    )
}

pub(in crate::validation) fn not_met(key: &str, human: &Text) -> Issue {
    issue(
        IssueCode::Invariant,
        format!("{key}: không thỏa ràng buộc “{}”.", human.vi),
        format!("{key}: the constraint is not met: {}", human.en),
    )
}

pub(in crate::validation) fn not_evaluated(key: &str, reason: &str) -> Issue {
    let reason = shown(reason);
    issue(
        IssueCode::NotSupported,
        format!("{key}: chưa kiểm tra được ràng buộc này ({reason})."),
        format!("{key}: this constraint could not be checked ({reason})."),
    )
}
