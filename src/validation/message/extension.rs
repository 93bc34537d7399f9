//! Findings about extensions.

use super::structure::issue;
use super::value::shown;
use crate::fhir::issue::{Issue, IssueCode, Severity};

fn extension(vi: String, en: String) -> Issue {
    issue(IssueCode::Extension, vi, en)
}

pub(in crate::validation) fn not_absolute(url: &str) -> Issue {
    let url = shown(url);
    extension(
        format!(
            "URL “{url}” của extension phải là URL đầy đủ; chỉ extension con mới dùng tên ngắn."
        ),
        format!(
            "The extension's URL “{url}” must be absolute; only parts of an extension have short names."
        ),
    )
}

pub(in crate::validation) fn with_version(url: &str) -> Issue {
    let url = shown(url);
    extension(
        format!("URL “{url}” của extension không được có phiên bản: bỏ dấu | và phần sau."),
        format!(
            "The extension's URL “{url}” may not have a version: remove the | and what follows."
        ),
    )
}

pub(in crate::validation) fn unknown_part(url: &str, profile: &str) -> Issue {
    let url = shown(url);
    extension(
        format!("Extension {profile} không có phần “{url}”."),
        format!("The extension {profile} has no part “{url}”."),
    )
}

pub(in crate::validation) fn unknown(url: &str, is_modifier: bool) -> Issue {
    let url = shown(url);
    let issue = extension(
        format!("Không biết extension {url}, nên chưa kiểm tra được nội dung của nó."),
        format!("The extension {url} is not known, so its content was not checked."),
    );
    let severity = if is_modifier { Severity::Warning } else { Severity::Information };
    Issue { severity, ..issue }
}

pub(in crate::validation) fn not_an_extension(url: &str) -> Issue {
    let url = shown(url);
    extension(
        format!("{url} không phải là định nghĩa của một extension."),
        format!("{url} is not the definition of an extension."),
    )
}

pub(in crate::validation) fn is_modifier(url: &str) -> Issue {
    extension(
        format!("Extension {url} làm thay đổi ý nghĩa nên phải nằm trong “modifierExtension”."),
        format!("The extension {url} changes the meaning, so it must be a “modifierExtension”."),
    )
}

pub(in crate::validation) fn is_no_modifier(url: &str) -> Issue {
    extension(
        format!("Extension {url} không làm thay đổi ý nghĩa nên phải nằm trong “extension”."),
        format!("The extension {url} does not change the meaning, so it must be an “extension”."),
    )
}

pub(in crate::validation) fn not_here(url: &str, names: &[String], places: &[&str]) -> Issue {
    let (here, places) = (names.get(1).map_or("", String::as_str), places.join(", "));
    extension(
        format!("Không được dùng extension {url} ở {here}. Nơi được dùng: {places}."),
        format!("The extension {url} may not be used at {here}. It may be at: {places}."),
    )
}

pub(in crate::validation) fn invariant_of_place(url: &str, invariant: &str) -> Issue {
    extension(
        format!("Không được dùng extension {url} ở đây: điều kiện `{invariant}` không đúng."),
        format!(
            "The extension {url} may not be used here: the condition `{invariant}` does not hold."
        ),
    )
}
