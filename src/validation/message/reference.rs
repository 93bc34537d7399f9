//! Findings about references.

use super::structure::{issue, meant_type};
use super::value::shown;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::kind::ResourceKind;

pub(in crate::validation) fn malformed(reference: &str) -> Issue {
    let reference = shown(reference);
    issue(
        IssueCode::Value,
        format!(
            "“{reference}” không phải là tham chiếu: viết dạng Loại/id (ví dụ Patient/123), URL đầy đủ, urn:uuid:… hoặc #id."
        ),
        format!(
            "“{reference}” is not a reference: write Type/id (such as Patient/123), a full URL, urn:uuid:… or #id."
        ),
    )
}

pub(in crate::validation) fn unknown_type(name: &str) -> Issue {
    let (vi, en) = meant_type(name);
    let name = shown(name);
    issue(
        IssueCode::Value,
        format!("Tham chiếu đến “{name}”, không phải là loại tài nguyên của FHIR R4.{vi}"),
        format!("The reference is to “{name}”, which is not a resource type of FHIR R4.{en}"),
    )
}

pub(in crate::validation) fn not_allowed(found: ResourceKind, allowed: &[ResourceKind]) -> Issue {
    let names: Vec<&str> = allowed.iter().map(|kind| kind.name()).collect();
    let names = names.join(", ");
    issue(
        IssueCode::Structure,
        format!("Không được tham chiếu đến {found} ở đây. Cho phép: {names}."),
        format!("A reference to {found} is not allowed here. Allowed: {names}."),
    )
}

pub(in crate::validation) fn other_type(named: ResourceKind, found: ResourceKind) -> Issue {
    issue(
        IssueCode::Value,
        format!("“type” là {named}, nhưng tham chiếu trỏ đến {found}. Sửa hoặc bỏ “type”."),
        format!(
            "“type” is {named}, but the reference points at {found}. Correct or remove “type”."
        ),
    )
}

pub(in crate::validation) fn not_contained(id: &str) -> Issue {
    let id = shown(id);
    issue(
        IssueCode::NotFound,
        format!("“#{id}” không có trong “contained” của tài nguyên này."),
        format!("“#{id}” is not among the “contained” resources of this resource."),
    )
}
