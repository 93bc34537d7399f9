//! Definitions of extensions, <https://hl7.org/fhir/R4/defining-extensions.html>: their URL and the
//! places where they may be.

use serde_json::Value;

use crate::definitions::shape::{Content, Shapes};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{member, members, text};
use crate::fhirpath::expression::Expression;
use crate::fhirpath::value::kind::Dialect;
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::walk::Walk;

/// Names that stand for many types.
const GENERAL: [&str; 9] = [
    "Element",
    "BackboneElement",
    "Resource",
    "DomainResource",
    "CanonicalResource",
    "MetadataResource",
    "DataType",
    "PrimitiveType",
    "BackboneType",
];

/// Checks the definition of an extension beside its snapshot.
pub(super) fn check(walk: &mut Walk<'_>, definition: &Value, snapshot: &Value, path: &Path<'_>) {
    if let Some(issue) = url(definition, snapshot) {
        walk.report(path, when_strict(walk, issue));
    }
    let shapes = &walk.registry.shapes;
    for (at, context) in members(definition, "context").iter().enumerate() {
        let Some(expression) = text(context, "expression") else { continue };
        let is_there = match text(context, "type") {
            Some("element") => is_element(shapes, expression),
            Some("fhirpath") => compiles(shapes, expression),
            _ => true,
        };
        if !is_there {
            let expression = shown(expression);
            let issue = error(
                IssueCode::Invalid,
                format!("Không có nơi nào là “{expression}” để dùng extension này."),
                format!("There is no place “{expression}” for this extension."),
            );
            walk.report(&path.item("context", at), when_strict(walk, issue));
        }
    }
    for (at, invariant) in members(definition, "contextInvariant").iter().enumerate() {
        let Some(expression) = invariant.as_str().filter(|text| !compiles(shapes, text)) else {
            continue;
        };
        let expression = shown(expression);
        let issue = error(
            IssueCode::Invalid,
            format!("Không đọc được biểu thức “{expression}”."),
            format!("The expression “{expression}” cannot be read."),
        );
        walk.report(&path.item("contextInvariant", at), when_strict(walk, issue));
    }
}

/// The URL that uses of the extension must have is that of the definition.
fn url(definition: &Value, snapshot: &Value) -> Option<Issue> {
    let own = text(definition, "url")?;
    let elements = members(member(snapshot, "snapshot")?, "element");
    let fixed = elements.iter().find(|element| text(element, "id") == Some("Extension.url"))?;
    let fixed = text(fixed, "fixedUri");
    (fixed != Some(own)).then(|| {
        let (own, fixed) = (shown(own), shown(fixed.unwrap_or("-")));
        error(
            IssueCode::BusinessRule,
            format!("Extension.url phải cố định là {own}, không phải {fixed}."),
            format!("Extension.url must be fixed to {own}, not {fixed}."),
        )
    })
}

fn compiles(shapes: &Shapes, expression: &str) -> bool {
    Expression::compile(shapes, None, Dialect::Definitions, expression).is_ok()
}

/// Whether a path leads to an element of R4; types of others are theirs.
fn is_element(shapes: &Shapes, path: &str) -> bool {
    if path.contains(':') {
        return true;
    }
    let mut steps = path.split('.');
    let Some(first) = steps.next() else { return false };
    // Primitive types begin with a small letter.
    let is_primitive = first.starts_with(|c: char| c.is_ascii_lowercase());
    if GENERAL.contains(&first) || is_primitive {
        return true;
    }
    let Some(mut shape) = shapes.named(first) else { return false };
    for step in steps {
        let step = step.trim_end_matches("[x]");
        let found = shape.elements.iter().find(|one| *one.name == *step || *one.key == *step);
        let Some(element) = found else { return false };
        let below = match element.content {
            Content::Complex(id) => shapes.shape(id),
            _ => shapes.named("Element"),
        };
        let Some(below) = below else { return true };
        shape = below;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::registry::Registry;

    #[test]
    fn places_are_types_and_elements_of_r4() {
        let shapes = Registry::r4().expect("R4").shapes;
        for good in [
            "Patient",
            "Patient.name",
            "Patient.contact.name.family",
            "Observation.value[x]",
            "Observation.valueQuantity",
            "string",
            "Element",
            "CanonicalResource.url",
            "http://example.org/Logical#Logical.a",
        ] {
            assert!(is_element(&shapes, good), "{good}");
        }
        for bad in ["Nope", "Patient.nope", "Patient.name.nope", ""] {
            assert!(!is_element(&shapes, bad), "{bad}");
        }
    }
}
