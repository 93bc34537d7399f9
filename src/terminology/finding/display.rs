//! What validating a code finds about its display.

use super::{CodePlace, Finding, finding};
use crate::fhir::issue::{IssueCode, Severity, Text};
use crate::terminology::language::Display;

/// The display is none of the code's.
pub(crate) fn wrong_display(
    place: CodePlace,
    given: &str,
    code: &str,
    displays: &[Display<'_>],
    is_lenient: bool,
) -> Finding {
    let show = |display: &Display<'_>| match display.language {
        Some(language) => format!("'{}' ({language})", display.text),
        None => format!("'{}'", display.text),
    };
    let known: Vec<String> = displays.iter().map(show).collect();
    let known = if known.is_empty() { "-".to_owned() } else { known.join(", ") };
    let text = Text::new(
        format!("'{given}' không phải là tên hiển thị của mã '{code}'. Tên đúng: {known}."),
        format!("'{given}' is not a display of the code '{code}'. Right ones: {known}."),
    );
    let severity = if is_lenient { Severity::Warning } else { Severity::Error };
    finding(
        severity,
        IssueCode::Invalid,
        "invalid-display",
        "Display_Name_for__should_be_one_of__instead_of",
        text,
    )
    .at(place, "display")
}

/// The display is right, but not in the language that is asked for, which has none.
pub(crate) fn other_language(
    place: CodePlace,
    given: &str,
    code: &str,
    languages: &str,
) -> Finding {
    let text = Text::new(
        format!(
            "Mã '{code}' không có tên hiển thị bằng '{languages}'; '{given}' là tên bằng ngôn ngữ gốc của hệ thống mã."
        ),
        format!(
            "The code '{code}' has no display in '{languages}'; '{given}' is one in the language of the code system."
        ),
    );
    finding(
        Severity::Information,
        IssueCode::Invalid,
        "invalid-display",
        "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK",
        text,
    )
    .at(place, "display")
}

/// The display is not to be used any more.
pub(crate) fn withdrawn_display(place: CodePlace, given: &str, code: &str) -> Finding {
    let text = Text::new(
        format!("Tên hiển thị '{given}' của mã '{code}' không còn được dùng."),
        format!("The display '{given}' of the code '{code}' is no longer used."),
    );
    finding(
        Severity::Warning,
        IssueCode::Invalid,
        "display-comment",
        "INACTIVE_DISPLAY_FOUND",
        text,
    )
    .at(place, "display")
}
