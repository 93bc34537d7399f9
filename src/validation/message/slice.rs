//! Findings about slices.

use super::structure::issue;
use crate::fhir::issue::{Issue, IssueCode, Text};

pub(in crate::validation) fn in_no_slice(path: &str, allowed: Option<&Text>) -> Issue {
    let (vi, en) = allowed.map_or_else(Default::default, |Text { vi, en }| {
        (format!(" Cho phép: {vi}."), format!(" Allowed: {en}."))
    });
    issue(
        IssueCode::Structure,
        format!(
            "Giá trị này không thuộc nhóm (slice) nào của {path}, mà khuôn dữ liệu không cho phép giá trị khác.{vi}"
        ),
        format!("This value is in no slice of {path}, and the profile allows no others.{en}"),
    )
    .named("Validation_VAL_Profile_NotSlice")
}

/// Names what the slice demands, not the slice.
pub(in crate::validation) fn too_few(demand: &Text, found: usize, least: usize) -> Issue {
    let (vi, en) = match (found, least) {
        (0, 1) => (String::new(), String::new()),
        _ => (
            format!(" (cần ít nhất {least}, có {found})"),
            format!(" (at least {least} needed, {found} found)"),
        ),
    };
    issue(
        IssueCode::Required,
        format!("Thiếu {}{vi}.", demand.vi),
        format!("The {} is missing{en}.", demand.en),
    )
    .named("Validation_VAL_Profile_Minimum_SLICE")
}

pub(in crate::validation) fn too_many(demand: &Text, found: usize, most: usize) -> Issue {
    let (vi, en) = (&demand.vi, &demand.en);
    let (vi, en) = match most {
        0 => (
            format!("Không được có {vi}: khuôn dữ liệu không cho phép."),
            format!("The {en} is there, but the profile does not allow it."),
        ),
        _ => (
            format!("{vi}: có {found}, nhưng khuôn dữ liệu cho phép nhiều nhất {most}."),
            format!("{en}: there are {found}, but the profile allows at most {most}."),
        ),
    };
    issue(IssueCode::Structure, vi, en).named("Validation_VAL_Profile_Maximum_SLICE")
}

pub(in crate::validation) fn in_two_slices(first: &str, second: &str) -> Issue {
    issue(
        IssueCode::Structure,
        format!(
            "Giá trị này thuộc cả hai nhóm (slice) “{first}” và “{second}”; chỉ được thuộc một."
        ),
        format!("This value is in both slices “{first}” and “{second}”; it may be in one only."),
    )
    .named("Validation_VAL_Profile_MatchMultiple")
}

pub(in crate::validation) fn out_of_order(path: &str) -> Issue {
    issue(
        IssueCode::Structure,
        format!("Sai thứ tự: các nhóm (slice) của {path} phải theo thứ tự trong khuôn dữ liệu."),
        format!("Wrong order: the slices of {path} must come in the order of the profile."),
    )
    .named("Validation_VAL_Profile_OutOfOrder")
}

pub(in crate::validation) fn after_the_end(path: &str) -> Issue {
    issue(
        IssueCode::Structure,
        format!("Giá trị không thuộc nhóm (slice) nào của {path} phải đứng sau tất cả các nhóm."),
        format!("Values that are in no slice of {path} must come after all slices."),
    )
    .named("Validation_VAL_Profile_NotSlice")
}

pub(in crate::validation) fn not_testable(path: &str) -> Issue {
    issue(
        IssueCode::NotSupported,
        format!(
            "Khuôn dữ liệu không nói rõ cách nhận ra nhóm (slice) {path}, nên chưa kiểm tra được."
        ),
        format!("The profile does not say how to tell the slice {path}, so it was not checked."),
    )
}
