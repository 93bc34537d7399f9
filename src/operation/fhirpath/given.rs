//! What a call of `$fhirpath` gives,
//! <https://github.com/brianpos/fhirpath-lab/blob/master/server-api.md#input-parameters-resource>.

use serde_json::Value;

use crate::definitions::shape::Shapes;
use crate::fhir::json;
use crate::fhirpath::value::datum::Datum;
use crate::interaction::failure::{Failure, Kind};
use crate::xml::read::read;

use super::part::{JSON_VALUE, XML_VALUE, value_of};

/// What is asked for.
pub(in crate::operation) struct Given<'p> {
    pub(in crate::operation) expression: &'p str,
    pub(super) context: Option<&'p str>,
    /// Whether the expression has to fit the types that the context may have.
    pub(in crate::operation) validate: bool,
    pub(in crate::operation) resource: Option<Value>,
    pub(super) variables: Vec<(Box<str>, Vec<Datum<'p>>)>,
    /// The parameter with the variables, as it came.
    pub(super) written_variables: Option<&'p Value>,
}

impl<'p> Given<'p> {
    pub(in crate::operation) fn read(
        shapes: &Shapes,
        parameters: &'p Value,
    ) -> Result<Self, Failure> {
        let given = parameters.get("parameter").and_then(Value::as_array);
        let given = given.map(Vec::as_slice).unwrap_or_default();
        let find = |name: &str| {
            given.iter().find(|part| part.get("name").and_then(Value::as_str) == Some(name))
        };
        let text = |name: &str| find(name)?.get("valueString")?.as_str();
        let expression = text("expression").ok_or_else(no_expression)?;
        let resource = find("resource").map(|part| resource(shapes, part)).transpose()?.flatten();
        let written_variables = find("variables");
        let parts = written_variables.and_then(|part| part.get("part"));
        let parts = parts.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let variable = |part: &'p Value| {
            let name = part.get("name")?.as_str()?;
            Some((name.into(), value_of(shapes, part).into_iter().collect()))
        };
        Ok(Self {
            expression,
            context: text("context").filter(|context| !context.is_empty()),
            validate: find("validate").and_then(|part| part.get("valueBoolean"))
                == Some(&Value::Bool(true)),
            resource,
            variables: parts.iter().filter_map(variable).collect(),
            written_variables,
        })
    }
}

/// The resource itself, or its JSON or XML as a text.
fn resource(shapes: &Shapes, part: &Value) -> Result<Option<Value>, Failure> {
    let wrong = |issue| Kind::Malformed.with(vec![issue]);
    let from_json = |text: &str| json::parse(text.as_bytes()).map(Some).map_err(wrong);
    if let Some(resource) = part.get("resource") {
        return Ok(Some(resource.clone()));
    }
    if let Some(text) = part.get("valueString").and_then(Value::as_str) {
        return from_json(text);
    }
    let extensions = part.get("extension").and_then(Value::as_array).into_iter().flatten();
    for extension in extensions {
        let text = extension.get("valueString").and_then(Value::as_str).unwrap_or_default();
        match extension.get("url").and_then(Value::as_str) {
            Some(JSON_VALUE) => return from_json(text),
            Some(XML_VALUE) => {
                let found = read(text.as_bytes(), shapes).map_err(wrong)?;
                return match found.issues.is_empty() {
                    true => Ok(Some(found.resource)),
                    false => Err(Kind::Malformed.with(found.issues)),
                };
            }
            _ => {}
        }
    }
    Ok(None)
}

fn no_expression() -> Failure {
    Kind::Malformed.because(
        "Hãy gửi Parameters với tham số 'expression' (valueString).",
        "Send Parameters with the parameter 'expression' (valueString).",
    )
}
