//! Observations of answers,
//! <https://hl7.org/fhir/uv/sdc/extraction.html#observation-based-extraction>.

use serde_json::{Map, Value, json};

use super::entry::{new_url, with_request};
use super::walk::{Here, Walk};
use crate::budget;
use crate::fhir::member::{members, text};
use crate::operation::questionnaire::answer::{unit, with_unit};
use crate::operation::questionnaire::evaluation::Fault;
use crate::operation::questionnaire::sdc;

/// Whether an Observation is made of an item.
pub(super) fn is_wanted(item: &Value, here: &Here<'_>) -> bool {
    let codes = members(item, "code");
    let is_marked = codes.iter().any(|code| told(code) == Some(&Value::Bool(true)));
    !codes.is_empty() && (here.is_observed || is_marked) && part_of_parent(item).is_none()
}

/// Whether an item is a group that is an Observation of its own: what is below it is a part of it.
pub(super) fn is_panel(item: &Value, here: &Here<'_>) -> bool {
    text(item, "type") == Some("group") && is_wanted(item, here)
}

/// What an item says of being an observation.
fn told(element: &Value) -> Option<&Value> {
    sdc::one(element, "observationExtract").and_then(sdc::value)
}

/// As what a part of the one above an item is told: `component`, `member`, `derived`.
fn part_of_parent(item: &Value) -> Option<&str> {
    told(item)?.as_str().filter(|part| *part == "component")
}

impl Walk<'_, '_> {
    /// An Observation for each answer of a question.
    pub(super) fn observe(
        &mut self,
        item: &Value,
        one: &Value,
        here: &Here<'_>,
    ) -> Result<(), Fault> {
        let link: Option<Box<str>> = text(item, "linkId").map(Into::into);
        for answer in members(one, "answer") {
            budget::spend(1)?;
            let Some((key, value)) = value(item, answer) else { continue };
            let mut observation = self.begun(item, here);
            observation.insert(key, value);
            self.derived(&mut observation);
            let made = with_request(Value::Object(observation), new_url(), Map::new());
            self.entries.push((made, link.clone()));
        }
        Ok(())
    }

    /// The Observation of a group: its parts are its components, or its members.
    pub(super) fn panel(
        &mut self,
        item: &Value,
        one: &Value,
        here: &Here<'_>,
        before: usize,
    ) -> Result<(), Fault> {
        let mut components = Vec::new();
        for question in members(item, "item") {
            let is_part =
                part_of_parent(question).is_some() && !members(question, "code").is_empty();
            let link = text(question, "linkId");
            let answered = members(one, "item").iter().filter(|it| text(it, "linkId") == link);
            for answer in answered.filter(|_| is_part).flat_map(|it| members(it, "answer")) {
                budget::spend(1)?;
                let Some((key, value)) = value(question, answer) else { continue };
                let mut component = Map::new();
                component.insert("code".into(), json!({ "coding": codings(question) }));
                component.insert(key, value);
                components.push(Value::Object(component));
            }
        }
        let added = self.entries.get(before..).unwrap_or_default().iter();
        let is_observation =
            |entry: &&Value| entry.pointer("/resource/resourceType") == Some(&"Observation".into());
        let added = added.map(|(entry, _)| entry).filter(is_observation);
        let references: Vec<Value> = added
            .filter_map(|entry| text(entry, "fullUrl"))
            .map(|url| json!({ "reference": url }))
            .collect();
        if components.is_empty() && references.is_empty() {
            return Ok(());
        }
        let mut observation = self.begun(item, here);
        if !references.is_empty() {
            observation.insert("hasMember".into(), Value::Array(references));
        }
        self.derived(&mut observation);
        if !components.is_empty() {
            observation.insert("component".into(), Value::Array(components));
        }
        let made = with_request(Value::Object(observation), new_url(), Map::new());
        self.entries.push((made, text(item, "linkId").map(Into::into)));
        Ok(())
    }

    /// What every Observation of a response has.
    fn begun(&self, item: &Value, here: &Here<'_>) -> Map<String, Value> {
        let mut made = Map::new();
        made.insert("resourceType".into(), json!("Observation"));
        let Some(response) = self.evaluation.response else { return made };
        let mut copy = |key: &str, from: &str, wrap: bool| {
            if let Some(value) = response.get(from) {
                let value = if wrap { json!([value]) } else { value.clone() };
                made.insert(key.to_owned(), value);
            }
        };
        copy("basedOn", "basedOn", false);
        copy("partOf", "partOf", false);
        made.insert("status".into(), json!("final"));
        if !here.categories.is_empty() {
            made.insert("category".into(), json!(here.categories));
        }
        made.insert("code".into(), json!({ "coding": codings(item) }));
        let mut copy = |key: &str, from: &str, wrap: bool| {
            if let Some(value) = response.get(from) {
                let value = if wrap { json!([value]) } else { value.clone() };
                made.insert(key.to_owned(), value);
            }
        };
        copy("subject", "subject", false);
        copy("encounter", "encounter", false);
        copy("effectiveDateTime", "authored", false);
        copy("issued", "authored", false);
        copy("performer", "author", true);
        made
    }

    /// Says which response an Observation is from, if that is stored.
    fn derived(&self, observation: &mut Map<String, Value>) {
        let id = self.evaluation.response.and_then(|response| text(response, "id"));
        if let Some(id) = id {
            let from = json!([{ "reference": format!("QuestionnaireResponse/{id}") }]);
            observation.insert("derivedFrom".into(), from);
        }
    }
}

/// The codes of an item: those that are marked, or all.
fn codings(item: &Value) -> Vec<Value> {
    let codes = members(item, "code");
    let marked: Vec<&Value> =
        codes.iter().filter(|code| told(code) == Some(&Value::Bool(true))).collect();
    let all = if marked.is_empty() { codes.iter().collect() } else { marked };
    let bare = |code: &Value| {
        let mut code = code.clone();
        if let Some(object) = code.as_object_mut() {
            object.shift_remove("extension");
        }
        code
    };
    all.into_iter().map(bare).collect()
}

/// The `value[x]` of an Observation that an answer is.
fn value(item: &Value, answer: &Value) -> Option<(String, Value)> {
    let answer = answer.as_object()?;
    let (key, value) = answer.iter().find(|(key, _)| key.starts_with("value"))?;
    Some(match (key.as_str(), unit(item)) {
        ("valueDecimal" | "valueInteger", Some(unit)) => {
            ("valueQuantity".to_owned(), with_unit(value.as_number()?, unit))
        }
        ("valueDecimal", None) => ("valueQuantity".to_owned(), json!({ "value": value })),
        ("valueCoding", _) => ("valueCodeableConcept".to_owned(), json!({ "coding": [value] })),
        ("valueDate", _) => ("valueDateTime".to_owned(), value.clone()),
        ("valueUri", _) => ("valueString".to_owned(), value.clone()),
        // An Observation of R4 has neither of them as its value.
        ("valueReference" | "valueAttachment", _) => return None,
        _ => (key.clone(), value.clone()),
    })
}
