//! Findings about profiles and what they ask for. In Vietnamese a profile is a *hồ sơ mẫu*.

use serde_json::Value;

use super::structure::issue;
use super::value::shown;
use crate::fhir::issue::{Issue, IssueCode, Text};

pub(in crate::validation) fn unknown_asked(canonical: &str) -> Issue {
    let canonical = shown(canonical);
    issue(
        IssueCode::NotFound,
        format!("Không biết hồ sơ mẫu {canonical}, nên không kiểm tra được theo hồ sơ mẫu này."),
        format!(
            "The profile {canonical} is not known, so the resource cannot be checked against it."
        ),
    )
}

pub(in crate::validation) fn unknown_claimed(canonical: &str) -> Issue {
    let canonical = shown(canonical);
    issue(
        IssueCode::NotFound,
        format!("Không biết hồ sơ mẫu {canonical} nêu trong meta.profile, nên chưa kiểm tra theo hồ sơ mẫu này."),
        format!("The profile {canonical} in meta.profile is not known, so it was not checked."),
    )
    .warning()
}

pub(in crate::validation) fn unknown_profile(canonical: &str) -> Issue {
    issue(
        IssueCode::NotFound,
        format!(
            "Không biết hồ sơ mẫu {canonical} mà giá trị này phải tuân theo, nên chưa kiểm tra được."
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
        format!("Hồ sơ mẫu {canonical} dành cho {wanted}, không phải cho {found}."),
        format!("The profile {canonical} is for {wanted}, not for {found}."),
    )
}

pub(in crate::validation) fn none_of_profiles(profiles: &[&str]) -> Issue {
    let profiles = profiles.join(", ");
    issue(
        IssueCode::Structure,
        format!("Giá trị này không tuân theo hồ sơ mẫu nào trong số: {profiles}."),
        format!("This value conforms to none of the profiles: {profiles}."),
    )
}

pub(in crate::validation) fn other_type(found: &str, allowed: &[&str]) -> Issue {
    let allowed = allowed.join(", ");
    issue(
        IssueCode::Structure,
        format!("Hồ sơ mẫu không cho phép kiểu {found} ở đây. Cho phép: {allowed}."),
        format!("The profile does not allow the type {found} here. Allowed: {allowed}."),
    )
}

pub(in crate::validation) fn too_few(path: &str, found: usize, least: usize) -> Issue {
    issue(
        IssueCode::Required,
        format!("{path}: có {found} giá trị, nhưng hồ sơ mẫu đòi hỏi ít nhất {least}."),
        format!("{path}: there are {found} values, but the profile asks for at least {least}."),
    )
}

pub(in crate::validation) fn too_many(path: &str, found: usize, most: usize) -> Issue {
    issue(
        IssueCode::Structure,
        format!("{path}: có {found} giá trị, nhưng hồ sơ mẫu cho phép nhiều nhất {most}."),
        format!("{path}: there are {found} values, but the profile allows at most {most}."),
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
        format!("Giá trị là {found}, nhưng hồ sơ mẫu đòi hỏi đúng {fixed}."),
        format!("The value is {found}, but the profile fixes it to {fixed}."),
    )
}

pub(in crate::validation) fn fixed_with_extension() -> Issue {
    issue(
        IssueCode::Value,
        "Hồ sơ mẫu quy định giá trị cố định không có extension, nên không được thêm extension."
            .into(),
        "The profile fixes the value without extensions, so it may have none.".into(),
    )
}

pub(in crate::validation) fn not_of_pattern(found: &Value, pattern: &Value) -> Issue {
    let (found, pattern) = (written(found), written(pattern));
    issue(
        IssueCode::Value,
        format!("Giá trị {found} không có đủ những gì hồ sơ mẫu đòi hỏi: {pattern}."),
        format!("The value {found} does not have all that the profile asks for: {pattern}."),
    )
}

pub(in crate::validation) fn out_of_range(limit: &str) -> Issue {
    issue(
        IssueCode::Value,
        format!("Giá trị nằm ngoài giới hạn của hồ sơ mẫu: phải {limit}."),
        format!("The value is beyond the limit of the profile: it must be {limit}."),
    )
}

pub(in crate::validation) fn too_long(found: usize, most: usize) -> Issue {
    issue(
        IssueCode::TooLong,
        format!("Chuỗi có {found} ký tự, nhưng hồ sơ mẫu cho phép nhiều nhất {most}."),
        format!("The text has {found} characters, but the profile allows at most {most}."),
    )
}

pub(in crate::validation) fn too_short(found: usize, least: usize) -> Issue {
    issue(
        IssueCode::Invalid,
        format!("Chuỗi có {found} ký tự, nhưng hồ sơ mẫu đòi hỏi ít nhất {least}."),
        format!("The text has {found} characters, but the profile asks for at least {least}."),
    )
}

pub(in crate::validation) fn not_matching(found: &str, expression: &str) -> Issue {
    let (found, expression) = (shown(found), shown(expression));
    issue(
        IssueCode::Value,
        format!("“{found}” không khớp với biểu thức chính quy của hồ sơ mẫu: {expression}."),
        format!("“{found}” does not match the profile's regular expression: {expression}."),
    )
}

pub(in crate::validation) fn needs_value() -> Issue {
    issue(
        IssueCode::Required,
        "Hồ sơ mẫu đòi hỏi phần tử này có giá trị, không chỉ có extension.".into(),
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
