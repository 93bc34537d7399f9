//! The canonical URLs of definitions, <https://hl7.org/fhir/R4/references.html#canonical>: absolute,
//! unless nobody but the container refers to them; and what refers to them by it.

use serde_json::Value;

use super::absolute::is_absolute;
use super::finding::{error, shown, warning, when_strict};
use super::known;
use crate::definitions::shape::Element;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::text;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::walk::Walk;

/// The types that have a canonical URL.
pub(in crate::validation) const DEFINITIONS: [&str; 31] = [
    "ActivityDefinition",
    "CapabilityStatement",
    "ChargeItemDefinition",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "EffectEvidenceSynthesis",
    "EventDefinition",
    "Evidence",
    "EvidenceVariable",
    "ExampleScenario",
    "GraphDefinition",
    "ImplementationGuide",
    "Library",
    "Measure",
    "MessageDefinition",
    "NamingSystem",
    "OperationDefinition",
    "PlanDefinition",
    "Questionnaire",
    "ResearchDefinition",
    "ResearchElementDefinition",
    "RiskEvidenceSynthesis",
    "SearchParameter",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "TerminologyCapabilities",
    "TestScript",
    "ValueSet",
    "ObservationDefinition",
];

/// Checks a canonical that refers to a definition. R4's own examples have relative ones, so that it
/// is a warning only.
pub(in crate::validation) fn link(walk: &mut Walk<'_>, url: &str, path: &Path<'_>) {
    if let Some(id) = url.strip_prefix('#') {
        let has_id = |resource: &Value| text(resource, "id") == Some(id);
        if !walk.contained.iter().any(has_id) {
            let id = shown(id);
            let issue = error(
                IssueCode::NotFound,
                format!("Không có tài nguyên nào nằm trong (contained) có id “{id}”."),
                format!("No contained resource has the id “{id}”."),
            );
            walk.report(path, when_strict(walk, issue));
        }
    } else if !is_absolute(url) {
        let url = shown(url);
        let issue = warning(
            IssueCode::Value,
            format!("Tham chiếu canonical là URL tuyệt đối hoặc #id, không phải “{url}”."),
            format!("A canonical reference is an absolute URL or #id, not “{url}”."),
        );
        walk.report(path, issue);
    }
}

/// Checks that a canonical leads to a definition of a type that the element names: what is known by
/// it, near or in the library, may be of others only. What is not known is no fault. R4 itself binds
/// an element to a code system, so that it is a warning for who writes.
pub(in crate::validation) fn target(
    walk: &mut Walk<'_>,
    url: &str,
    element: &Element,
    path: &Path<'_>,
) {
    let allowed = &element.targets;
    let library = &walk.registry.library;
    if allowed.is_empty() || allowed.iter().any(|kind| library.has(*kind, url)) {
        return;
    }
    let found = known::kinds(walk, url);
    if found.is_empty() || found.iter().any(|kind| allowed.contains(kind)) {
        return;
    }
    let names = |kinds: &[ResourceKind]| {
        kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
    };
    let (url, found, allowed) = (shown(url), names(&found), names(allowed));
    let issue = error(
        IssueCode::BusinessRule,
        format!("“{url}” là một {found}, nhưng phần tử này trỏ tới: {allowed}."),
        format!("“{url}” is a {found}, but this element leads to: {allowed}."),
    );
    walk.report(path, when_strict(walk, issue));
}

/// Checks the URL of a definition.
pub(super) fn check(walk: &mut Walk<'_>, kind: &str, object: &Object, path: &Path<'_>) {
    if !DEFINITIONS.contains(&kind) {
        return;
    }
    let url = object.get("url").and_then(Value::as_str);
    if let Some(issue) = url.and_then(relative) {
        walk.report(&path.child("url"), when_strict(walk, issue));
    }
}

/// What is wrong with a canonical URL that does not say where it begins; one of the container is
/// short.
fn relative(url: &str) -> Option<Issue> {
    if is_absolute(url) || url.starts_with('#') {
        return None;
    }
    let url = shown(url);
    Some(error(
        IssueCode::Invalid,
        format!("URL chuẩn (canonical) phải là URL tuyệt đối, không phải “{url}”."),
        format!("A canonical URL must be absolute, not “{url}”."),
    ))
}
