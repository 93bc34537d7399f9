//! The constraints of an element, <https://hl7.org/fhir/R4/conformance-rules.html#constraints>.

use std::sync::Arc;

use serde_json::Value;

use super::guard::Guard;
use crate::definitions::shape::Shapes;
use crate::fhir::issue::{Severity, Text};
use crate::fhirpath::expression::Expression;
use crate::fhirpath::value::kind::{Dialect, Kind};

const BEST_PRACTICE: &str =
    "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice";

/// Conditions of R4 that say something else than its words, and what the words say.
///
/// `vs-1` is about dates and times that have a value; as it is written, no period meets it, although
/// <https://hl7.org/fhir/R4/observation-vitalsigns.html> allows periods.
const ERRATA: [(&str, &str); 1] = [(
    "($this as dateTime).toString().length() >= 8",
    "($this is dateTime and $this.hasValue()) implies $this.toString().length() >= 8",
)];
const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// A condition that holds for every value of an element.
#[derive(Debug)]
pub(in crate::validation) struct Constraint {
    pub(in crate::validation) key: Box<str>,
    pub(in crate::validation) severity: Severity,
    /// What it means, in the words of its author, and in those of its translations where there are.
    pub(in crate::validation) human: Text,
    /// The canonical of the definition it is in.
    pub(in crate::validation) source: Arc<str>,
    pub(in crate::validation) guard: Guard,
    /// Or why it cannot be evaluated.
    pub(in crate::validation) expression: Result<Expression, Box<str>>,
}

impl Constraint {
    /// Compiles a constraint for values of these types; none when it has no expression.
    pub(in crate::validation) fn new(
        shapes: &Shapes,
        focus: &[Kind],
        constraint: &Value,
        source: &Arc<str>,
    ) -> Option<Self> {
        let text = |key: &str| constraint.get(key).and_then(Value::as_str);
        let written = text("expression").map(meant)?;
        Some(Self {
            key: text("key").unwrap_or_default().into(),
            severity: severity(constraint),
            human: said(constraint),
            source: Arc::clone(source),
            guard: Guard::default(),
            expression: compile(shapes, focus, written),
        })
    }

    /// A condition that a definition states in another way.
    pub(super) fn of_text(shapes: &Shapes, focus: &[Kind], text: &str, human: &str) -> Self {
        Self {
            key: Box::default(),
            severity: Severity::Error,
            human: Text::new(human, human),
            source: Arc::from(""),
            guard: Guard::default(),
            expression: compile(shapes, focus, text),
        }
    }
}

/// What it is to break a constraint; best practice is only told.
pub(in crate::validation::profile) fn severity(constraint: &Value) -> Severity {
    let extensions = constraint.get("extension").and_then(Value::as_array);
    let is_practice = extensions.into_iter().flatten().any(|extension| {
        extension.get("url").and_then(Value::as_str) == Some(BEST_PRACTICE)
            && extension.get("valueBoolean").and_then(Value::as_bool) == Some(true)
    });
    let severity = constraint.get("severity").and_then(Value::as_str);
    let is_warning = is_practice || severity == Some("warning");
    if is_warning { Severity::Warning } else { Severity::Error }
}

/// The condition that the words of a constraint state.
fn meant(written: &str) -> &str {
    ERRATA.iter().find(|(wrong, _)| *wrong == written).map_or(written, |(_, right)| right)
}

/// What a constraint says, in both languages as far as its author has them,
/// <https://hl7.org/fhir/R4/extension-translation.html>.
fn said(constraint: &Value) -> Text {
    let plain = constraint.get("human").and_then(Value::as_str).unwrap_or_default();
    let extensions = constraint.get("_human").and_then(|extra| extra.get("extension")?.as_array());
    let translated = |language: &str| {
        extensions.into_iter().flatten().find_map(|extension| {
            let url = extension.get("url").and_then(Value::as_str);
            let parts = extension.get("extension").and_then(Value::as_array)?;
            let of = |name: &str| {
                parts.iter().find(|part| part.get("url").and_then(Value::as_str) == Some(name))
            };
            let is_it = url == Some(TRANSLATION)
                && of("lang").and_then(|part| part.get("valueCode")?.as_str()) == Some(language);
            let content = of("content").filter(|_| is_it)?;
            content.get("valueString").or_else(|| content.get("valueMarkdown"))?.as_str()
        })
    };
    Text::new(translated("vi").unwrap_or(plain), translated("en").unwrap_or(plain))
}

/// An expression that names what the types do not have is evaluated by names: a constraint may be
/// for one type of a choice, or be inherited by an element that it does not fit.
fn compile(shapes: &Shapes, focus: &[Kind], text: &str) -> Result<Expression, Box<str>> {
    let typed = (!focus.is_empty())
        .then(|| Expression::compile(shapes, Some(focus), Dialect::Definitions, text).ok());
    match typed.flatten() {
        Some(expression) => Ok(expression),
        None => Expression::compile(shapes, None, Dialect::Definitions, text)
            .map_err(|error| error.to_string().into()),
    }
}
