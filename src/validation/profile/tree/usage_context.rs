//! Where an extension may be used,
//! <https://hl7.org/fhir/R4/defining-extensions.html#context>.

use serde_json::Value;

use crate::definitions::shape::Shapes;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::value::kind::Dialect;

/// Where an extension may be used.
#[derive(Debug, Default)]
pub(in crate::validation) struct UsageContext {
    /// One of them must hold; none: anywhere.
    pub(in crate::validation) places: Vec<ExtensionPlace>,
    /// All of them must hold, of the element that is extended.
    pub(in crate::validation) invariants: Vec<(Box<str>, Option<Expression>)>,
    pub(in crate::validation) is_modifier: bool,
}

/// A place where an extension may be.
#[derive(Debug)]
pub(in crate::validation) enum ExtensionPlace {
    /// A type or the path of an element.
    Element(Box<str>),
    /// On an extension with this URL, or a part of it.
    Extension(Box<str>),
    /// On what this expression selects from the resource; none when it cannot be compiled.
    FhirPath(Box<str>, Option<Expression>),
}

impl UsageContext {
    /// Reads it from the definition of an extension.
    pub(in crate::validation::profile) fn read(shapes: &Shapes, definition: &Value) -> Self {
        let list = |key: &str| definition.get(key).and_then(Value::as_array).into_iter().flatten();
        let compile =
            |text: &str| Expression::compile(shapes, None, Dialect::Definitions, text).ok();
        let places = list("context").filter_map(|context| {
            let expression = context.get("expression")?.as_str()?;
            Some(match context.get("type")?.as_str()? {
                "element" => ExtensionPlace::Element(expression.into()),
                "extension" => ExtensionPlace::Extension(expression.into()),
                _ => ExtensionPlace::FhirPath(expression.into(), compile(expression)),
            })
        });
        let invariants = list("contextInvariant").filter_map(Value::as_str);
        let elements =
            ["snapshot", "differential"].into_iter().find_map(|list| definition.get(list));
        let root = elements.and_then(|list| list.get("element")?.get(0));
        let is_modifier = root.and_then(|root| root.get("isModifier")?.as_bool());
        Self {
            places: places.collect(),
            invariants: invariants.map(|text| (text.into(), compile(text))).collect(),
            is_modifier: is_modifier.unwrap_or_default(),
        }
    }
}
