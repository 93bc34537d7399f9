//! Goes through a Questionnaire and its answers together, and makes the records that items ask for.

use std::sync::Arc;

use serde_json::Value;

use super::definition::Building;
use super::entry::{Entry, entry, new_url};
use super::observation;
use super::template::Template;
use crate::budget;
use crate::fhir::issue::Text;
use crate::fhir::member::{members, text};
use crate::operation::questionnaire::evaluation::{Evaluation, Fault, Variables};
use crate::operation::questionnaire::held::Held;
use crate::operation::questionnaire::sdc;

/// The walk.
pub(super) struct Walk<'w, 'c> {
    pub(super) evaluation: Evaluation<'w, 'c>,
    pub(super) entries: Vec<Entry>,
    /// Records that are put together by definitions, the innermost last.
    pub(super) building: Vec<Building>,
}

/// What holds at an item and below it.
#[derive(Clone, Default)]
pub(super) struct Here<'h> {
    pub(super) variables: Variables,
    /// Whether answers are observations.
    pub(super) is_observed: bool,
    pub(super) categories: Vec<&'h Value>,
}

impl<'w, 'c> Walk<'w, 'c> {
    pub(super) fn new(evaluation: Evaluation<'w, 'c>) -> Self {
        Self { evaluation, entries: Vec::new(), building: Vec::new() }
    }

    /// All records of the form.
    pub(super) fn whole(mut self) -> Result<Vec<Entry>, Fault> {
        let questionnaire = self.evaluation.questionnaire;
        let Some(response) = self.evaluation.response else { return Ok(Vec::new()) };
        let mut here = Here::default();
        allocate(questionnaire, &mut here.variables);
        here.observe(questionnaire);
        let focus = [Held::resource(response.clone())];
        self.templates(questionnaire, &focus, &here, None)?;
        let is_building = self.begin(questionnaire, None)?;
        self.values(questionnaire, &focus, &here)?;
        self.items(members(questionnaire, "item"), response, &here)?;
        if is_building {
            self.finish(questionnaire, &focus, &here)?;
        }
        Ok(self.entries)
    }

    /// The items of one level, in the order of the Questionnaire.
    fn items(&mut self, items: &'w [Value], parent: &Value, here: &Here<'w>) -> Result<(), Fault> {
        for item in items {
            let link = text(item, "linkId");
            for one in members(parent, "item").iter().filter(|one| text(one, "linkId") == link) {
                budget::spend(1)?;
                if is_answered(one) {
                    self.item(item, one, here.clone())?;
                }
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &'w Value, one: &Value, mut here: Here<'w>) -> Result<(), Fault> {
        let shapes = &self.evaluation.ctx.engine.registry.shapes;
        let focus = [Held::element(one, "QuestionnaireResponse.item", shapes)?];
        let link: Option<Box<str>> = text(item, "linkId").map(Into::into);
        allocate(item, &mut here.variables);
        here.observe(item);
        self.templates(item, &focus, &here, link.clone())?;
        let is_building = self.begin(item, link)?;
        let entered = self.answers(item, one)?;
        self.values(item, &focus, &here)?;
        let is_panel = observation::is_panel(item, &here);
        let before = self.entries.len();
        if observation::is_wanted(item, &here) && !is_panel {
            self.observe(item, one, &here)?;
        }
        let below = members(item, "item");
        self.items(below, one, &here)?;
        for answer in members(one, "answer") {
            self.items(below, answer, &here)?;
        }
        if is_panel {
            self.panel(item, one, &here, before)?;
        }
        self.leave(entered);
        if is_building {
            self.finish(item, &focus, &here)?;
        }
        Ok(())
    }

    /// What the templates of an item give.
    fn templates(
        &mut self,
        element: &Value,
        focus: &[Held],
        here: &Here<'_>,
        link: Option<Box<str>>,
    ) -> Result<(), Fault> {
        let evaluation = self.evaluation;
        let template = Template { evaluation: &evaluation, variables: &here.variables };
        for asks in sdc::all(element, "templateExtract") {
            let named = sdc::part(asks, "template").and_then(sdc::value);
            for (resource, _) in template.resources(self.contained(named)?, focus)? {
                let made = entry(&evaluation, resource, (asks, focus, &here.variables))?;
                self.entries.push((made, link.clone()));
            }
        }
        for asks in sdc::all(element, "templateExtractBundle") {
            let bundle = self.contained(sdc::value(asks))?;
            for (made, of) in template.entries(bundle, focus)? {
                self.entries.push((made, of.or_else(|| link.clone())));
            }
        }
        Ok(())
    }

    /// The contained resource that a Reference of the Questionnaire names.
    fn contained(&self, reference: Option<&Value>) -> Result<&'w Value, Fault> {
        let name = reference.and_then(|one| text(one, "reference")).unwrap_or_default();
        let id = name.trim_start_matches('#');
        let all = members(self.evaluation.questionnaire, "contained");
        all.iter().find(|one| text(one, "id") == Some(id)).ok_or_else(|| {
            Fault::Wrong(Text::new(
                format!("Questionnaire không chứa mẫu '{name}'."),
                format!("The Questionnaire contains no template '{name}'."),
            ))
        })
    }
}

impl<'h> Here<'h> {
    /// Takes over what an element says of observations.
    fn observe(&mut self, element: &'h Value) {
        let told = sdc::one(element, "observationExtract").and_then(sdc::value);
        if let Some(told) = told {
            self.is_observed = *told != Value::Bool(false);
        }
        let told: Vec<&Value> =
            sdc::all(element, "observation-extract-category").filter_map(sdc::value).collect();
        if !told.is_empty() {
            self.categories = told;
        }
    }
}

/// Gives out the names that an element asks for: `extractAllocateId`.
fn allocate(element: &Value, variables: &mut Variables) {
    for name in sdc::all(element, "extractAllocateId").filter_map(sdc::text_of) {
        variables.retain(|(known, _)| &**known != name);
        variables.push((name.into(), Arc::from([Held::text(new_url())])));
    }
}

/// Whether something is answered at an item or below it.
pub(super) fn is_answered(item: &Value) -> bool {
    let is_value = |answer: &Value| {
        let object = answer.as_object();
        object.is_some_and(|answer| answer.keys().any(|key| key.starts_with("value")))
            || members(answer, "item").iter().any(is_answered)
    };
    members(item, "answer").iter().any(is_value) || members(item, "item").iter().any(is_answered)
}
