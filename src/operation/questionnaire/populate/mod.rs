//! `$populate`, <http://hl7.org/fhir/uv/sdc/OperationDefinition/Questionnaire-populate>: a form with
//! what is known filled in.
//!
//! [`given`] is what a call holds, [`items`] fills question by question, [`observed`] with what was
//! observed, [`calculated`] with what follows from other answers.

mod calculated;
mod given;
mod items;
mod observed;

use std::cell::RefCell;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::evaluation::{Evaluation, Fault, Variables};
use super::held::Held;
use super::query::asked;
use super::sdc::{self, Formula, Written};
use crate::budget;
use crate::fhir::issue::{Issue, IssueCode, Text, operation_outcome};
use crate::fhir::member::{members, text};
use crate::fhir::time::Instant;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::operation::call::Call;

/// A form that is filled as far as that goes.
#[derive(Debug)]
pub struct Populated {
    pub response: Value,
    /// What could not be filled, and why.
    pub issues: Vec<Issue>,
}

/// Whom a form is about, and what else is known.
#[derive(Debug, Default)]
pub struct About {
    /// A Reference.
    pub(super) subject: Option<Value>,
    pub(super) contexts: Variables,
    /// Whether what the server knows of the subject may be used.
    pub(super) local: bool,
}

impl About {
    /// Somebody of this server, with all that is known here.
    pub fn patient(patient: &Value) -> Self {
        let held = Held::resource(patient.clone());
        let subject = held.reference();
        let contexts = vec![(Box::from("patient"), Arc::from([held]))];
        Self { subject, contexts, local: true }
    }
}

/// Fills a form.
pub(in crate::operation) async fn populate(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    let given = given::read(ctx, call).await?;
    let made = populated(ctx, &given.questionnaire, &given.about).await?;
    let mut parameters = vec![json!({ "name": "response", "resource": made.response })];
    if !made.issues.is_empty() {
        let outcome = operation_outcome(&made.issues, call.language);
        parameters.push(json!({ "name": "issues", "resource": outcome }));
    }
    Ok(json!({ "resourceType": "Parameters", "parameter": parameters }))
}

/// The form with what is known of somebody.
pub async fn populated(
    ctx: &Ctx<'_>,
    questionnaire: &Value,
    about: &About,
) -> Result<Populated, Failure> {
    let evaluation = Evaluation { ctx, response: None, questionnaire };
    let filling = Filling { evaluation, about, issues: RefCell::default() };
    let mut scope = launched(questionnaire, about);
    filling.variables(questionnaire, &[], &mut scope, "Questionnaire").await?;
    let items = members(questionnaire, "item");
    let filled = filling.items(items, scope.clone(), None).await?;
    let mut response = head(ctx, questionnaire, about);
    response.insert("item".into(), Value::Array(filled));
    let mut response = Value::Object(response);
    calculated::calculate(&filling, &scope, &mut response).await?;
    if members(&response, "item").is_empty()
        && let Some(object) = response.as_object_mut()
    {
        object.shift_remove("item");
    }
    budget::look()?;
    Ok(Populated { response, issues: filling.issues.into_inner() })
}

fn head(ctx: &Ctx<'_>, questionnaire: &Value, about: &About) -> Map<String, Value> {
    let mut head = Map::new();
    head.insert("resourceType".into(), json!("QuestionnaireResponse"));
    if let Some(language) = text(questionnaire, "language") {
        head.insert("language".into(), json!(language));
    }
    if let Some(url) = text(questionnaire, "url") {
        let canonical = match text(questionnaire, "version") {
            Some(version) => format!("{url}|{version}"),
            None => url.to_owned(),
        };
        head.insert("questionnaire".into(), json!(canonical));
    } else if let Some(id) = text(questionnaire, "id") {
        head.insert("questionnaire".into(), json!(format!("Questionnaire/{id}")));
    }
    head.insert("status".into(), json!("in-progress"));
    head.extend(about.subject.clone().map(|subject| ("subject".to_owned(), subject)));
    let of = |name: &str| about.contexts.iter().find(|(known, _)| &**known == name);
    let reference = |name: &str| of(name)?.1.first()?.reference();
    head.extend(reference("encounter").map(|one| ("encounter".to_owned(), one)));
    let now = Instant::from_micros(ctx.now).format(ctx.engine.zone);
    head.insert("authored".into(), json!(now));
    head.extend(reference("user").map(|one| ("author".to_owned(), one)));
    head
}

/// The variables that a form is launched with; those it names and nobody gave are empty.
fn launched(questionnaire: &Value, about: &About) -> Variables {
    let mut scope = about.contexts.clone();
    for launch in sdc::all(questionnaire, "launchContext") {
        let Some(name) = sdc::part(launch, "name").and_then(sdc::value) else { continue };
        let name = name.as_str().or_else(|| text(name, "code")).unwrap_or_default();
        if !name.is_empty() && !scope.iter().any(|(known, _)| &**known == name) {
            scope.push((name.into(), Arc::from([])));
        }
    }
    scope
}

/// A form that is being filled.
pub(super) struct Filling<'f, 'c> {
    pub(super) evaluation: Evaluation<'f, 'c>,
    pub(super) about: &'f About,
    pub(super) issues: RefCell<Vec<Issue>>,
}

impl Filling<'_, '_> {
    /// What a formula gives; what is wrong with it is told, and it gives nothing.
    pub(super) async fn value(
        &self,
        formula: &Formula<'_>,
        focus: &[Held],
        scope: &Variables,
        place: &str,
    ) -> Result<Vec<Held>, Failure> {
        budget::spend(1)?;
        let found = match formula.written {
            Written::FhirPath => self.evaluation.evaluate(formula.text, focus, scope),
            // Nobody allowed to look up what is here.
            Written::Query if !self.about.local => Ok(Vec::new()),
            Written::Query => asked(&self.evaluation, formula.text, focus, scope).await,
            Written::Otherwise => Err(Fault::Wrong(Text::new(
                "Chỉ dùng được FHIRPath và x-fhir-query.",
                "Only FHIRPath and x-fhir-query can be used.",
            ))),
        };
        match found {
            Ok(found) => Ok(found),
            Err(Fault::Spent(spent)) => Err(Failure::from(spent)),
            Err(Fault::Wrong(text)) => {
                self.tell(text, place);
                Ok(Vec::new())
            }
        }
    }

    /// Tells why something was not filled.
    pub(super) fn tell(&self, text: Text, place: &str) {
        let issue = Issue::error(IssueCode::Processing, text).warning().at(place);
        self.issues.borrow_mut().push(issue);
    }

    /// Adds the variables that an element of the Questionnaire defines, in their order.
    pub(super) async fn variables(
        &self,
        element: &Value,
        focus: &[Held],
        scope: &mut Variables,
        place: &str,
    ) -> Result<(), Failure> {
        for variable in sdc::of_r4(element, "variable") {
            let Some(formula) = sdc::formula(variable) else { continue };
            let Some(name) = formula.name else { continue };
            let values = self.value(&formula, focus, scope, place).await?;
            scope.retain(|(known, _)| &**known != name);
            scope.push((name.into(), values.into()));
        }
        Ok(())
    }
}
