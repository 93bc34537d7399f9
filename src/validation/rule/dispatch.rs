//! Which types have rules of their own, <https://hl7.org/fhir/R4/validation.html>.
//!
//! Both functions are called after an object and everything below it was walked. They report with
//! `walk.report(path, issue)`; the walk's fields say what surrounds the object.

use super::definition::{
    capability_statement, code_system, concept_map, cost, measure, questionnaire, search_parameter,
    structure_definition, value_set,
};
use super::{
    attachment, bundle, canonical, identifier, ids, measure_report, narrative, quantity, response,
    snomed, system,
};
use crate::definitions::library::Library;
use crate::fhir::kind::ResourceKind;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::walk::Walk;

/// Checks a resource: the one sent, one in an entry or a parameter, or a contained one.
pub(in crate::validation) fn resource<'a>(
    walk: &mut Walk<'a>,
    kind: &str,
    object: &'a Object,
    path: &Path<'_>,
) {
    canonical::check(walk, kind, object, path);
    ids::check(walk, object, path);
    if ResourceKind::parse(kind).is_some_and(Library::keeps) {
        cost::check(walk, path);
    }
    match kind {
        "Bundle" => bundle::check::check(walk, path),
        "CapabilityStatement" => capability_statement::check(walk, path),
        "CodeSystem" => code_system::check(walk, path),
        "ConceptMap" => concept_map::check(walk, path),
        "Measure" => measure::check(walk, path),
        "MeasureReport" => measure_report::check::check(walk, path),
        "Questionnaire" => questionnaire::check(walk, path),
        "QuestionnaireResponse" => response::find::check(walk, object, path),
        "SearchParameter" => search_parameter::check(walk, path),
        "StructureDefinition" => structure_definition::check(walk, path),
        "ValueSet" => value_set::check(walk, path),
        _ => {}
    }
}

/// Checks a data type or a backbone element: `Attachment`, `Bundle.entry`.
pub(in crate::validation) fn datatype<'a>(
    walk: &mut Walk<'a>,
    name: &str,
    object: &'a Object,
    path: &Path<'_>,
) {
    match name {
        "Attachment" => attachment::check(walk, object, path),
        "Age" | "Count" | "Distance" | "Duration" | "Quantity" => {
            quantity::check(walk, object, path);
            system::check(walk, object, path);
        }
        "Coding" => {
            snomed::check(walk, object, path);
            identifier::check(walk, object, "code", path);
            system::check(walk, object, path);
        }
        "Identifier" => {
            identifier::check(walk, object, "value", path);
            system::check(walk, object, path);
        }
        "Narrative" => narrative::check::check(walk, object, path),
        _ => {}
    }
}
