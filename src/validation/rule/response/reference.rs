//! Answers that refer to a resource: to which types,
//! <https://hl7.org/fhir/R4/extension-questionnaire-referenceresource.html>.

use serde_json::Value;

use super::check::Check;
use super::enable::value;
use crate::fhir::issue::IssueCode;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::fhir::reference;
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown};

const TYPES: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-referenceResource";

/// Checks the type that a reference says.
pub(super) fn check(
    check: &mut Check<'_, '_, '_>,
    question: &Value,
    found: &Value,
    path: &Path<'_>,
) {
    let extensions = members(question, "extension").iter();
    let types = extensions.filter(|extension| text(extension, "url") == Some(TYPES));
    let types: Vec<&str> =
        types.filter_map(|extension| value(extension, "value")?.1.as_str()).collect();
    let said = text(found, "reference").and_then(reference::kind);
    let said = said.or_else(|| text(found, "type").and_then(ResourceKind::parse));
    if let Some(said) = said.filter(|said| !types.is_empty() && !types.contains(&said.name())) {
        let types = shown(&types.join(", "));
        let issue = error(
            IssueCode::Invariant,
            format!("Câu trả lời tham chiếu đến {said}, nhưng bộ câu hỏi chỉ cho phép: {types}."),
            format!("The answer refers to {said}, but the questionnaire allows: {types}."),
        );
        check.walk.report(path, issue);
    }
}
