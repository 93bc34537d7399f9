//! Evaluates the expressions of a Questionnaire, <https://hl7.org/fhir/uv/sdc/expressions.html>.

use std::sync::Arc;

use serde_json::Value;

use super::held::Held;
use crate::budget::Spent;
use crate::fhir::issue::Text;
use crate::fhir::time::Instant;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::{Environment, Outside};
use crate::fhirpath::value::datum::Datum;
use crate::fhirpath::value::kind::Dialect;
use crate::interaction::engine::Ctx;
use crate::operation::fhirpath::outside::Answers;

/// Steps of one expression: about 50 ms.
const STEPS: u64 = 500_000;

/// Values by the names that expressions call them by, without `%`.
pub(super) type Variables = Vec<(Box<str>, Arc<[Held]>)>;

/// What stays the same for all expressions of a form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evaluation<'e, 'c> {
    pub(super) ctx: &'e Ctx<'c>,
    /// `%resource`: the answers.
    pub(super) response: Option<&'e Value>,
    /// `%questionnaire`.
    pub(super) questionnaire: &'e Value,
}

/// Why an expression gave nothing.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// What is wrong with it.
    Wrong(Text),
    /// The request may cost no more.
    Spent(Spent),
}

impl From<Spent> for Fault {
    fn from(spent: Spent) -> Self {
        Self::Spent(spent)
    }
}

impl Evaluation<'_, '_> {
    /// What an expression gives for a focus.
    pub(super) fn evaluate(
        &self,
        text: &str,
        focus: &[Held],
        variables: &Variables,
    ) -> Result<Vec<Held>, Fault> {
        let engine = self.ctx.engine;
        let shapes = &engine.registry.shapes;
        let compiled = Expression::compile(shapes, None, Dialect::Normative, text)
            .map_err(|error| wrong(text, &format!("{} (byte {})", error.fault, error.at)))?;
        let answers = Answers {
            registry: &engine.registry,
            terminology: &engine.terminology,
            validator: &engine.validator,
        };
        let is_member = |item: &Datum<'_>, url: &str| answers.is_member(item, url);
        let conforms = |item: &Datum<'_>, url: &str| answers.conforms(item, url);
        let subsumes = |above: &Datum<'_>, below: &Datum<'_>| answers.subsumes(above, below);
        let asked = variables.iter().filter(|(name, _)| text.contains(&**name));
        let mut known: Vec<(Box<str>, Vec<Datum<'_>>)> = asked
            .map(|(name, values)| (name.clone(), values.iter().map(Held::datum).collect()))
            .collect();
        if text.contains("%questionnaire") {
            known.push(("questionnaire".into(), vec![Datum::resource(self.questionnaire)]));
        }
        let environment = Environment {
            outside: Outside {
                member_of: Some(&is_member),
                conforms_to: Some(&conforms),
                subsumes: Some(&subsumes),
                ..Outside::default()
            },
            variables: known,
            zone: engine.zone,
            steps: STEPS,
            ..Environment::of(
                self.response.map(Datum::resource),
                Instant::from_micros(self.ctx.now),
            )
        };
        let focus: Vec<Datum<'_>> = focus.iter().map(Held::datum).collect();
        let found = compiled
            .evaluate(shapes, &environment, &focus)
            .map_err(|error| wrong(text, &error.to_string()))?;
        crate::budget::look()?;
        Ok(found.iter().map(|item| Held::keep(item, shapes)).collect::<Result<_, Spent>>()?)
    }
}

/// The fault of an expression, which is told shortened.
fn wrong(text: &str, why: &str) -> Fault {
    let text: String = text.chars().take(200).collect();
    Fault::Wrong(Text::new(
        format!("Biểu thức “{text}” không có kết quả: {why}."),
        format!("The expression “{text}” has no result: {why}."),
    ))
}
