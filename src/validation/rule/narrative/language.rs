//! The languages of a narrative, <https://hl7.org/fhir/R4/languages.html#xhtml>.

use super::reading::Reading;
use crate::fhir::issue::IssueCode;
use crate::fhir::member::text;
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{shown, warning};
use crate::validation::walk::Walk;

/// Checks that the languages agree.
pub(super) fn check(walk: &mut Walk<'_>, reading: &Reading, path: &Path<'_>) {
    let resource = text(walk.resource, "language");
    if let (Some(resource), Some(found)) = (resource, &reading.language)
        && !resource.eq_ignore_ascii_case(found)
    {
        let found = shown(found);
        let issue = warning(
            IssueCode::BusinessRule,
            format!("Tài nguyên có ngôn ngữ “{resource}”, nhưng phần tường thuật ghi “{found}”."),
            format!("The resource is in “{resource}”, but its narrative says “{found}”."),
        );
        walk.report(path, issue);
    }
    if !reading.sections.is_empty() && reading.has_other {
        let sections = shown(&reading.sections.join(", "));
        let issue = warning(
            IssueCode::BusinessRule,
            format!(
                "Phần tường thuật có các đoạn theo ngôn ngữ ({sections}), nhưng cũng có nội dung nằm ngoài các đoạn đó."
            ),
            format!(
                "The narrative has sections by language ({sections}), and content outside of them."
            ),
        );
        walk.report(path, issue);
    }
}
