//! Findings about codes.

use super::structure::issue;
use super::value::shown;
use crate::definitions::code_set::CodeSet;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::text::suggestion::nearest;

/// A set of no more codes is listed whole.
const MOST_LISTED: usize = 12;

pub(in crate::validation) fn not_in_set(
    code: &str,
    value_set: &str,
    set: Option<&CodeSet>,
) -> Issue {
    let (vi, en) = listed(set);
    let meant = set.and_then(|set| nearest(code, set.codes()));
    let (meant_vi, meant_en) = match meant {
        Some(known) => {
            (format!(" Có phải ý bạn là “{known}”?"), format!(" Did you mean “{known}”?"))
        }
        None => (String::new(), String::new()),
    };
    let code = shown(code);
    issue(
        IssueCode::CodeInvalid,
        format!("Mã “{code}” không có trong bộ giá trị {value_set}.{meant_vi}{vi}"),
        format!("Code “{code}” is not in the value set {value_set}.{meant_en}{en}"),
    )
}

pub(in crate::validation) fn coding_not_in_set(
    value_set: &str,
    set: Option<&CodeSet>,
    meant: Option<&str>,
) -> Issue {
    let (vi, en) = listed(set);
    let (meant_vi, meant_en) = meant.map_or_else(Default::default, |meant| {
        (format!(" Có phải ý bạn là “{meant}”?"), format!(" Did you mean “{meant}”?"))
    });
    issue(
        IssueCode::CodeInvalid,
        format!("Phải có mã (cả system lẫn code) thuộc bộ giá trị {value_set}.{meant_vi}{vi}"),
        format!(
            "There must be a code, with its system, of the value set {value_set}.{meant_en}{en}"
        ),
    )
}

fn listed(set: Option<&CodeSet>) -> (String, String) {
    let mut codes: Vec<&str> = set.into_iter().flat_map(CodeSet::codes).collect();
    if codes.is_empty() || codes.len() > MOST_LISTED {
        return (String::new(), String::new());
    }
    codes.sort_unstable();
    let codes = codes.join(", ");
    (format!(" Cho phép: {codes}."), format!(" Allowed: {codes}."))
}

pub(in crate::validation) fn is_supplement(system: &str) -> Issue {
    let system = shown(system);
    issue(
        IssueCode::CodeInvalid,
        format!(
            "{system} là phần bổ sung (supplement) của một hệ mã: dùng URL của chính hệ mã ấy làm system."
        ),
        format!(
            "{system} is a supplement to a code system: give the URL of that system itself as the system."
        ),
    )
}

pub(in crate::validation) fn not_a_language(code: &str) -> Issue {
    let code = shown(code);
    issue(
        IssueCode::CodeInvalid,
        format!("“{code}” không phải là mã ngôn ngữ BCP 47: viết như vi, en hoặc en-US."),
        format!("“{code}” is not a BCP 47 language: write it like vi, en or en-US."),
    )
}

pub(in crate::validation) fn not_a_media_type(code: &str) -> Issue {
    let code = shown(code);
    issue(
        IssueCode::CodeInvalid,
        format!("“{code}” không phải là kiểu nội dung (BCP 13): viết như image/png."),
        format!("“{code}” is not a media type (BCP 13): write it like image/png."),
    )
}

pub(in crate::validation) fn unknown_set(value_set: &str) -> Issue {
    issue(
        IssueCode::NotFound,
        format!("Không có đủ nội dung của bộ giá trị {value_set}, nên chưa kiểm tra được mã này."),
        format!(
            "The content of the value set {value_set} is not known, so this code was not checked."
        ),
    )
}

pub(in crate::validation) fn unknown_system(system: &str) -> Issue {
    let system = shown(system);
    issue(
        IssueCode::NotFound,
        format!("Không có nội dung của hệ mã {system}, nên chưa kiểm tra được các mã của hệ này."),
        format!(
            "The content of the code system {system} is not known, so its codes were not checked."
        ),
    )
}

pub(in crate::validation) fn no_code_system(url: &str, kind: &str) -> Issue {
    let url = shown(url);
    issue(
        IssueCode::Invalid,
        format!("{url} là {kind}, không phải hệ mã."),
        format!("{url} is a {kind}, not a code system."),
    )
}

pub(in crate::validation) fn no_code(code: &str, system: &str, meant: Option<&str>) -> Issue {
    let (code, system) = (shown(code), shown(system));
    let (vi, en) = meant.map_or_else(Default::default, |known| {
        (format!(" Có phải ý bạn là “{known}”?"), format!(" Did you mean “{known}”?"))
    });
    issue(
        IssueCode::CodeInvalid,
        format!("Hệ mã {system} không có mã “{code}”.{vi}"),
        format!("The code system {system} has no code “{code}”.{en}"),
    )
}

pub(in crate::validation) fn inactive(code: &str, system: &str) -> Issue {
    let (code, system) = (shown(code), shown(system));
    issue(
        IssueCode::BusinessRule,
        format!("Mã “{code}” của hệ mã {system} không còn được dùng."),
        format!("The code “{code}” of the code system {system} is no longer in use."),
    )
}

pub(in crate::validation) fn wrong_display(found: &str, code: &str, known: &[Box<str>]) -> Issue {
    let (found, code) = (shown(found), shown(code));
    let known: Vec<&str> = known.iter().take(MOST_LISTED).map(|display| &**display).collect();
    let known = known.join(" | ");
    issue(
        IssueCode::Invalid,
        format!("“{found}” không phải là tên hiển thị của mã “{code}”. Tên đúng: {known}."),
        format!("“{found}” is not a display of the code “{code}”. It is: {known}."),
    )
}

pub(in crate::validation) fn display_of_other(
    found: &str,
    code: &str,
    other: &str,
    known: &[Box<str>],
) -> Issue {
    let (found, code, other) = (shown(found), shown(code), shown(other));
    let known: Vec<&str> = known.iter().take(MOST_LISTED).map(|display| &**display).collect();
    let known = known.join(" | ");
    issue(
        IssueCode::Invalid,
        format!(
            "“{found}” là tên hiển thị của mã “{other}”, nhưng mã gửi lên là “{code}” ({known}): không rõ mã nào là đúng. Sửa mã hoặc tên hiển thị."
        ),
        format!(
            "“{found}” is the display of the code “{other}”, but the code sent is “{code}” ({known}): it is not clear which of them is meant. Correct the code or the display."
        ),
    )
}

pub(in crate::validation) fn without_system(code: &str) -> Issue {
    let code = shown(code);
    issue(
        IssueCode::Invalid,
        format!(
            "Mã “{code}” không có hệ mã (system) nên không có nghĩa xác định và không kiểm tra được."
        ),
        format!(
            "The code “{code}” has no system, so it has no defined meaning and was not checked."
        ),
    )
}
