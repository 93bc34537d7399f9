//! The extensions of SDC that a Questionnaire carries,
//! <https://hl7.org/fhir/uv/sdc/artifacts.html#structures-extension-definitions>.

use serde_json::Value;

use crate::fhir::member::{members, text};

/// How the URLs of SDC's extensions begin.
const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
/// How those of R4 begin.
const R4: &str = "http://hl7.org/fhir/StructureDefinition/";

/// The extensions of SDC with a name: `initialExpression`.
pub(crate) fn all<'v>(element: &'v Value, name: &'v str) -> impl Iterator<Item = &'v Value> + 'v {
    named(element, SDC, name)
}

/// The first of them.
pub(crate) fn one<'v>(element: &'v Value, name: &'v str) -> Option<&'v Value> {
    all(element, name).next()
}

/// The extensions of R4 with a name: `variable`.
pub(crate) fn of_r4<'v>(element: &'v Value, name: &'v str) -> impl Iterator<Item = &'v Value> + 'v {
    named(element, R4, name)
}

fn named<'v>(
    element: &'v Value,
    prefix: &'static str,
    name: &'v str,
) -> impl Iterator<Item = &'v Value> + 'v {
    let is_it = move |extension: &&Value| {
        let url = text(extension, "url").unwrap_or_default();
        url.strip_prefix(prefix) == Some(name)
    };
    members(element, "extension").iter().filter(is_it)
}

/// Whether an extension is one of SDC's for templates, which nothing that is extracted keeps.
pub(crate) fn is_of_template(extension: &Value) -> bool {
    let url = text(extension, "url").unwrap_or_default();
    url.strip_prefix(SDC).is_some_and(|name| name.starts_with("templateExtract"))
}

/// The part of an extension that is made of several.
pub(crate) fn part<'v>(extension: &'v Value, name: &str) -> Option<&'v Value> {
    members(extension, "extension").iter().find(|part| text(part, "url") == Some(name))
}

/// The `value[x]` of an extension.
pub(crate) fn value(extension: &Value) -> Option<&Value> {
    let object = extension.as_object()?;
    object.iter().find(|(key, _)| key.starts_with("value")).map(|(_, value)| value)
}

/// The text of an extension's value, if it is one.
pub(crate) fn text_of(extension: &Value) -> Option<&str> {
    value(extension)?.as_str()
}

/// Whether a question is for programs only.
pub(crate) fn is_hidden(item: &Value) -> bool {
    of_r4(item, "questionnaire-hidden").any(|one| value(one) == Some(&Value::Bool(true)))
}

/// In what an expression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    FhirPath,
    Query,
    /// CQL and what else there may be.
    Otherwise,
}

/// An expression of a Questionnaire.
#[derive(Debug, Clone, Copy)]
pub(super) struct Formula<'v> {
    pub(super) written: Written,
    pub(super) text: &'v str,
    /// The variable that its value is called by.
    pub(super) name: Option<&'v str>,
}

/// The expression that an extension holds; a text alone is `FHIRPath`.
pub(super) fn formula(extension: &Value) -> Option<Formula<'_>> {
    let value = value(extension)?;
    if let Some(text) = value.as_str() {
        return Some(Formula { written: Written::FhirPath, text, name: None });
    }
    let written = match text(value, "language")? {
        "text/fhirpath" => Written::FhirPath,
        "application/x-fhir-query" => Written::Query,
        _ => Written::Otherwise,
    };
    Some(Formula { written, text: text(value, "expression")?, name: text(value, "name") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn extensions_are_found_by_their_names() {
        let item = json!({ "extension": [
            { "url": format!("{SDC}initialExpression"), "valueExpression": {
                "language": "text/fhirpath", "expression": "%patient.birthDate", "name": "born" } },
            { "url": format!("{R4}questionnaire-hidden"), "valueBoolean": true },
            { "url": format!("{SDC}templateExtractValue"), "valueString": "answer.value" },
        ] });
        let formula = one(&item, "initialExpression").and_then(formula).expect("an expression");
        assert_eq!((formula.text, formula.name), ("%patient.birthDate", Some("born")));
        assert_eq!(formula.written, Written::FhirPath);
        assert!(is_hidden(&item) && one(&item, "templateExtractContext").is_none());
        let template = one(&item, "templateExtractValue").expect("a template");
        assert!(is_of_template(template) && text_of(template) == Some("answer.value"));
    }
}
