//! Which types have rules of their own, <https://hl7.org/fhir/R4/validation.html>.
//!
//! Both functions are called after an object and everything below it was walked. They report with
//! `walk.report(path, issue)`; the walk's fields say what surrounds the object.

use super::{bundle, narrative, questionnaire, response};
use crate::validation::path::Path;
use crate::validation::walk::{Object, Walk};

/// Checks a resource: the one sent, one in an entry or a parameter, or a contained one.
pub(in crate::validation) fn resource<'a>(
    walk: &mut Walk<'a>,
    kind: &str,
    object: &'a Object,
    path: &Path<'_>,
) {
    match kind {
        "Bundle" => bundle::check::check(walk, path),
        "Questionnaire" => questionnaire::check(walk, path),
        "QuestionnaireResponse" => response::find::check(walk, object, path),
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
        "Narrative" => narrative::check::check(walk, object, path),
        _ => {}
    }
}
