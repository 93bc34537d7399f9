//! Findings about codes.

use super::structure::issue;
use super::value::shown;
use crate::definitions::code_set::CodeSet;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::suggestion::nearest;

/// A set of no more codes is listed whole.
const MOST_LISTED: usize = 12;

pub(in crate::validation) fn not_in_set(code: &str, value_set: &str, set: &CodeSet) -> Issue {
    let (vi, en) = listed(set);
    let (meant_vi, meant_en) = match nearest(code, set.codes()) {
        Some(known) => {
            (format!(" Có phải ý bạn là “{known}”?"), format!(" Did you mean “{known}”?"))
        }
        None => (String::new(), String::new()),
    };
    let code = shown(code);
    issue(
        IssueCode::CodeInvalid,
        format!("Mã “{code}” không có trong bộ giá trị bắt buộc {value_set}.{meant_vi}{vi}"),
        format!("Code “{code}” is not in the required value set {value_set}.{meant_en}{en}"),
    )
}

pub(in crate::validation) fn coding_not_in_set(value_set: &str, set: &CodeSet) -> Issue {
    let (vi, en) = listed(set);
    issue(
        IssueCode::CodeInvalid,
        format!("Phải có mã (cả system lẫn code) thuộc bộ giá trị bắt buộc {value_set}.{vi}"),
        format!(
            "There must be a code, with its system, of the required value set {value_set}.{en}"
        ),
    )
}

fn listed(set: &CodeSet) -> (String, String) {
    let mut codes: Vec<&str> = set.codes().collect();
    if codes.len() > MOST_LISTED {
        return (String::new(), String::new());
    }
    codes.sort_unstable();
    let codes = codes.join(", ");
    (format!(" Cho phép: {codes}."), format!(" Allowed: {codes}."))
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
