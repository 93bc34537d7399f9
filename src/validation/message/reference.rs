//! Findings about references.

use super::structure::{issue, meant_type};
use super::value::shown;
use crate::fhir::issue::{Issue, IssueCode, Text};
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

pub(in crate::validation) fn type_as_url(written: &str) -> Issue {
    let written = shown(written);
    issue(
        IssueCode::Value,
        format!(
            "“type” là tên loại tài nguyên (ví dụ Patient), không phải “{written}”: chỉ mô hình logic mới dùng URL."
        ),
        format!(
            "“type” is the name of a type (such as Patient), not “{written}”: only logical models have URLs here."
        ),
    )
}

pub(in crate::validation) fn not_allowed(found: ResourceKind, allowed: &[ResourceKind]) -> Issue {
    let names = names(allowed);
    issue(
        IssueCode::Structure,
        format!("Không được tham chiếu đến {found} ở đây. Cho phép: {names}."),
        format!("A reference to {found} is not allowed here. Allowed: {names}."),
    )
}

pub(in crate::validation) fn no_such_type(name: &str, allowed: &[ResourceKind]) -> Issue {
    let (vi, en) = meant_type(name);
    let name = shown(name);
    let (allowed_vi, allowed_en) = match allowed {
        [] => ("mọi loại tài nguyên".to_owned(), "every type of resource".to_owned()),
        _ => (names(allowed), names(allowed)),
    };
    issue(
        IssueCode::Structure,
        format!(
            "“type” là “{name}”, không phải loại được tham chiếu ở đây. Cho phép: {allowed_vi}.{vi}"
        ),
        format!(
            "“type” is “{name}”, which is no type to refer to here. Allowed: {allowed_en}.{en}"
        ),
    )
}

fn names(kinds: &[ResourceKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    names.join(", ")
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

pub(in crate::validation) fn two_of_id(id: &str) -> Issue {
    let id = shown(id);
    issue(
        IssueCode::Duplicate,
        format!(
            "Hai tài nguyên trong “contained” cùng có id “{id}”: “#{id}” không rõ là tài nguyên nào."
        ),
        format!("Two resources in “contained” have the id “{id}”: “#{id}” does not tell which."),
    )
}

/// How a reference reaches its resource, in both languages.
fn mode_name(mode: &str) -> (&str, &str) {
    match mode {
        "contained" => ("nằm trong chính tài nguyên (contained)", "contained"),
        "bundled" => ("nằm trong cùng Bundle (bundled)", "bundled"),
        _ => ("nằm ngoài, chỉ được tham chiếu (referenced)", "referenced"),
    }
}

pub(in crate::validation) fn other_mode(found: &str, allowed: &[&str]) -> Issue {
    let (found_vi, found_en) = mode_name(found);
    let vi: Vec<&str> = allowed.iter().map(|mode| mode_name(mode).0).collect();
    let en: Vec<&str> = allowed.iter().map(|mode| mode_name(mode).1).collect();
    issue(
        IssueCode::Structure,
        format!(
            "Tài nguyên được tham chiếu {found_vi}. Khuôn dữ liệu chỉ cho phép: {}.",
            vi.join("; ")
        ),
        format!("The resource referred to is {found_en}. The profile allows: {}.", en.join(", ")),
    )
}

pub(in crate::validation) fn versioning(is_specific: bool) -> Issue {
    let (vi, en) = if is_specific {
        (
            "Tham chiếu phải chỉ rõ phiên bản: Loại/id/_history/phiên-bản.",
            "The reference must name a version: Type/id/_history/version.",
        )
    } else {
        (
            "Tham chiếu không được chỉ rõ phiên bản: bỏ /_history/….",
            "The reference must not name a version: remove /_history/….",
        )
    };
    issue(IssueCode::Structure, vi.into(), en.into())
}

pub(in crate::validation) fn unknown_target(profile: &str) -> Issue {
    issue(
        IssueCode::NotFound,
        format!(
            "Không biết khuôn dữ liệu {profile} mà tài nguyên được tham chiếu phải tuân theo, nên chưa kiểm tra được."
        ),
        format!(
            "The profile {profile} that the resource referred to must conform to is not known, so it was not checked."
        ),
    )
}

pub(in crate::validation) fn other_target(found: ResourceKind, allowed: &[&str]) -> Issue {
    let names = allowed.join(", ");
    issue(
        IssueCode::Structure,
        format!("Khuôn dữ liệu không cho phép tham chiếu đến {found} ở đây. Cho phép: {names}."),
        format!("The profile does not allow a reference to {found} here. Allowed: {names}."),
    )
    .named("Reference_REF_BadTargetType")
}

/// Says what is wrong first: that is what is to be mended.
pub(in crate::validation) fn target_does_not_conform(
    reference: &str,
    profiles: &[&str],
    cause: &Issue,
) -> Issue {
    let (reference, names) = (shown(reference), profiles.join(", "));
    let place = cause.expression.as_deref().unwrap_or_default();
    let Text { vi, en } = &cause.text;
    issue(
        IssueCode::Structure,
        format!(
            "Tài nguyên “{reference}” được tham chiếu không tuân theo khuôn dữ liệu nào trong số: {names}. {place}: {vi}"
        ),
        format!(
            "The resource “{reference}” referred to conforms to none of: {names}. {place}: {en}"
        ),
    )
    .named("Reference_REF_CantMatchChoice")
}

/// The finding about the first of several references to one resource.
pub(in crate::validation) fn with_others(issue: Issue, others: usize) -> Issue {
    if others == 0 {
        return issue;
    }
    let Text { vi, en } = &issue.text;
    let text = Text::new(
        format!("{vi} (Còn {others} tham chiếu khác đến tài nguyên này.)"),
        format!("{en} (Other references to this resource: {others}.)"),
    );
    Issue { text, ..issue }
}

pub(in crate::validation) fn not_referred_to(id: &str) -> Issue {
    let id = shown(id);
    issue(
        IssueCode::Invariant,
        format!(
            "dom-3: không có gì tham chiếu đến tài nguyên nằm trong (contained) “#{id}”, và nó cũng không tham chiếu đến tài nguyên chứa nó (“#”)."
        ),
        format!(
            "dom-3: nothing refers to the contained resource “#{id}”, and it does not refer to its container (“#”)."
        ),
    )
}
