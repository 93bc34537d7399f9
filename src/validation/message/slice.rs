//! Findings about slices.

use super::structure::issue;
use crate::fhir::issue::{Issue, IssueCode};

pub(in crate::validation) fn in_no_slice(path: &str) -> Issue {
    issue(
        IssueCode::Structure,
        format!(
            "Giá trị này không thuộc nhóm (slice) nào của {path}, mà hồ sơ mẫu không cho phép giá trị khác."
        ),
        format!("This value is in no slice of {path}, and the profile allows no others."),
    )
}

pub(in crate::validation) fn in_two_slices(first: &str, second: &str) -> Issue {
    issue(
        IssueCode::Structure,
        format!(
            "Giá trị này thuộc cả hai nhóm (slice) “{first}” và “{second}”; chỉ được thuộc một."
        ),
        format!("This value is in both slices “{first}” and “{second}”; it may be in one only."),
    )
}

pub(in crate::validation) fn out_of_order(path: &str) -> Issue {
    issue(
        IssueCode::Structure,
        format!("Sai thứ tự: các nhóm (slice) của {path} phải theo thứ tự trong hồ sơ mẫu."),
        format!("Wrong order: the slices of {path} must come in the order of the profile."),
    )
}

pub(in crate::validation) fn after_the_end(path: &str) -> Issue {
    issue(
        IssueCode::Structure,
        format!("Giá trị không thuộc nhóm (slice) nào của {path} phải đứng sau tất cả các nhóm."),
        format!("Values that are in no slice of {path} must come after all slices."),
    )
}

pub(in crate::validation) fn not_testable(path: &str) -> Issue {
    issue(
        IssueCode::NotSupported,
        format!("Hồ sơ mẫu không nói rõ cách nhận ra nhóm (slice) {path}, nên chưa kiểm tra được."),
        format!("The profile does not say how to tell the slice {path}, so it was not checked."),
    )
}
