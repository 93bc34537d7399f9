//! The variables of an expression, <https://hl7.org/fhir/R4/fhirpath.html#variables>.

use std::borrow::Cow;

use super::datum::{Collection, Datum};
use super::evaluation_error::EvaluationError;
use super::function::signature::only;
use super::run::{Evaluator, Outcome};

/// What `%name` stands for.
pub(super) fn variable<'a>(run: &Evaluator<'_, 'a>, name: &'a str) -> Outcome<'a> {
    let environment = run.environment;
    if let Some((_, items)) = environment.variables.iter().find(|(given, _)| **given == *name) {
        return Ok(items.iter().cloned().collect());
    }
    let text = |text: Cow<'a, str>| Ok(only(Datum::String(text)));
    match name {
        "resource" => Ok(environment.resource.clone().into_iter().collect()),
        "rootResource" => Ok(environment.root_resource.clone().into_iter().collect()),
        "context" => Ok(Collection::from(run.context)),
        "ucum" => text("http://unitsofmeasure.org".into()),
        "sct" => text("http://snomed.info/sct".into()),
        "loinc" => text("http://loinc.org".into()),
        name => match (name.strip_prefix("vs-"), name.strip_prefix("ext-")) {
            (Some(set), _) => text(format!("http://hl7.org/fhir/ValueSet/{set}").into()),
            (_, Some(url)) => text(format!("http://hl7.org/fhir/StructureDefinition/{url}").into()),
            _ => Err(EvaluationError::UnknownVariable(name.to_owned())),
        },
    }
}
