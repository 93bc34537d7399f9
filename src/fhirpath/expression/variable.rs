//! The variables of an expression, <https://hl7.org/fhir/R4/fhirpath.html#variables>.

use super::evaluation_error::EvaluationError;
use super::evaluator::Evaluator;
use super::outcome::{Outcome, only, only_item};
use super::plan::Define;
use super::scope::{Defined, Scope};
use crate::fhirpath::value::datum::{Collection, Datum, Text};

/// How many variables an expression may define within each other.
const MOST: usize = 32;

/// Whether a variable is there without anyone giving it.
pub(super) fn is_constant(name: &str) -> bool {
    let is_fixed =
        matches!(name, "resource" | "rootResource" | "context" | "ucum" | "sct" | "loinc");
    is_fixed || name.starts_with("vs-") || name.starts_with("ext-")
}

/// Makes a variable of what is here, <https://build.fhir.org/ig/HL7/FHIRPath/#definevariable>.
pub(super) fn define<'s, 'a>(
    run: &Evaluator<'_, 'a>,
    define: &'a Define,
    input: &Collection<'a>,
    scope: &Scope<'s, 'a>,
) -> Result<Defined<'s, 'a>, EvaluationError> {
    let what = || "`defineVariable()`".to_owned();
    let found = run.plan(&define.name, scope)?;
    let name = match only_item(&found, what)? {
        Some(item) => {
            item.text().ok_or_else(|| run.wrong_type(what(), "a string as its name", item))?
        }
        None => return Err(EvaluationError::NotOne { what: what(), count: 0 }),
    };
    let is_given = run.environment.variables.iter().any(|(given, _)| **given == *name);
    let is_defined = scope.defined.is_some_and(|defined| defined.find(name).is_some());
    if is_constant(name) || is_given || is_defined {
        return Err(EvaluationError::DefinedVariable(name.to_owned()));
    }
    let count = scope.defined.map_or(0, |defined| defined.count) + 1;
    if count > MOST {
        return Err(EvaluationError::TooManyVariables(MOST));
    }
    let items = match &define.value {
        Some(value) => run.plan(value, &Scope { focus: input, ..*scope })?,
        None => input.clone(),
    };
    run.spend(items.len())?;
    Ok(Defined { name: name.to_owned(), items, before: scope.defined, count })
}

/// An error where a variable that only the caller can give is not there.
pub(super) fn require(run: &Evaluator<'_, '_>, names: &[Box<str>]) -> Result<(), EvaluationError> {
    let given = &run.environment.variables;
    match names.iter().find(|name| !given.iter().any(|(given, _)| given == *name)) {
        Some(name) => Err(EvaluationError::UnknownVariable(name.to_string())),
        None => Ok(()),
    }
}

/// What `%name` stands for.
pub(super) fn variable<'a>(
    run: &Evaluator<'_, 'a>,
    name: &'a str,
    scope: &Scope<'_, 'a>,
) -> Outcome<'a> {
    let environment = run.environment;
    if let Some(defined) = scope.defined.and_then(|defined| defined.find(name)) {
        return run.copied(&defined.items);
    }
    if let Some((_, items)) = environment.variables.iter().find(|(given, _)| **given == *name) {
        return run.copied(items);
    }
    let text = |text: Text<'a>| Ok(only(Datum::String(text)));
    match name {
        "resource" => Ok(environment.resource.clone().into_iter().collect()),
        "rootResource" => Ok(environment.root_resource.clone().into_iter().collect()),
        "context" => run.copied(run.context),
        "ucum" => text(Text::Of("http://unitsofmeasure.org")),
        "sct" => text(Text::Of("http://snomed.info/sct")),
        "loinc" => text(Text::Of("http://loinc.org")),
        name => match (name.strip_prefix("vs-"), name.strip_prefix("ext-")) {
            (Some(set), _) => text(format!("http://hl7.org/fhir/ValueSet/{set}").into()),
            (_, Some(url)) => text(format!("http://hl7.org/fhir/StructureDefinition/{url}").into()),
            _ => Err(EvaluationError::UnknownVariable(name.to_owned())),
        },
    }
}
