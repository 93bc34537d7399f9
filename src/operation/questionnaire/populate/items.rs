//! Fills the items of a form, <https://hl7.org/fhir/uv/sdc/populate.html>.

use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Filling;
use crate::budget;
use crate::fhir::member::{members, text};
use crate::interaction::failure::Failure;
use crate::operation::questionnaire::answer::answer;
use crate::operation::questionnaire::evaluation::Variables;
use crate::operation::questionnaire::held::Held;
use crate::operation::questionnaire::options::Options;
use crate::operation::questionnaire::sdc;

/// What will be items.
type Filled<'a> = Pin<Box<dyn Future<Output = Result<Vec<Value>, Failure>> + 'a>>;

impl Filling<'_, '_> {
    /// The items of a response for those of a Questionnaire; `period` is how old what was observed may
    /// be, where an item above says so.
    pub(super) fn items<'a>(
        &'a self,
        items: &'a [Value],
        scope: Variables,
        period: Option<&'a Value>,
    ) -> Filled<'a> {
        Box::pin(async move {
            let mut filled = Vec::with_capacity(items.len());
            for item in items {
                budget::spend(1)?;
                match text(item, "type") {
                    Some("display") | None => {}
                    Some("group") => filled.extend(self.group(item, &scope, period).await?),
                    Some(_) => filled.push(self.question(item, &scope, period).await?),
                }
            }
            Ok(filled)
        })
    }

    /// A group, as often as its context is there.
    async fn group(
        &self,
        item: &Value,
        scope: &Variables,
        period: Option<&Value>,
    ) -> Result<Vec<Value>, Failure> {
        let place = place(item);
        let mut scope = scope.clone();
        self.variables(item, &[], &mut scope, &place).await?;
        let period = sdc::one(item, "observationLinkPeriod").and_then(sdc::value).or(period);
        let formula = sdc::one(item, "itemPopulationContext").and_then(sdc::formula);
        let mut contexts = match &formula {
            Some(formula) => spread(self.value(formula, &[], &scope, &place).await?),
            None => Vec::new(),
        };
        if item.get("repeats") != Some(&Value::Bool(true)) {
            contexts.truncate(1);
        }
        let mut scopes = Vec::new();
        let name = formula.and_then(|formula| formula.name);
        if contexts.is_empty() {
            let mut scope = scope.clone();
            scope.extend(name.map(|name| (Box::from(name), Arc::from([]))));
            scopes.push(scope);
        }
        for context in contexts {
            let mut scope = scope.clone();
            let value: Arc<[Held]> = Arc::from([context]);
            scope.extend(name.map(|name| (Box::from(name), value)));
            scopes.push(scope);
        }
        let mut made = Vec::with_capacity(scopes.len());
        for scope in scopes {
            let below = self.items(members(item, "item"), scope, period).await?;
            let mut group = head(item);
            if !below.is_empty() {
                group.insert("item".into(), Value::Array(below));
            }
            made.push(Value::Object(group));
        }
        Ok(made)
    }

    /// A question with its answers.
    async fn question(
        &self,
        item: &Value,
        scope: &Variables,
        period: Option<&Value>,
    ) -> Result<Value, Failure> {
        let place = place(item);
        let mut scope = scope.clone();
        self.variables(item, &[], &mut scope, &place).await?;
        let ctx = self.evaluation.ctx;
        let options = Options::of(ctx, self.evaluation.questionnaire, item);
        let initial = sdc::one(item, "initialExpression").and_then(sdc::formula);
        let mut values = match &initial {
            Some(formula) => self.value(formula, &[], &scope, &place).await?,
            None => Vec::new(),
        };
        let period = sdc::one(item, "observationLinkPeriod").and_then(sdc::value).or(period);
        if let (true, Some(period), true) = (values.is_empty(), period, self.about.local) {
            values = self.observed(item, period, &place).await?;
        }
        let mut answers: Vec<Value> =
            values.iter().filter_map(|held| answer(item, held, &options)).collect();
        if answers.is_empty() {
            let listed = members(item, "answerOption").iter();
            let chosen = listed.filter(|one| one.get("initialSelected") == Some(&true.into()));
            answers.extend(members(item, "initial").iter().chain(chosen).filter_map(only_value));
        }
        if item.get("repeats") != Some(&Value::Bool(true)) {
            answers.truncate(1);
        }
        let below = members(item, "item");
        let mut question = head(item);
        if answers.is_empty() {
            return Ok(Value::Object(question));
        }
        if !below.is_empty() {
            for answer in &mut answers {
                let inside = self.items(below, scope.clone(), period).await?;
                if let (Some(answer), false) = (answer.as_object_mut(), inside.is_empty()) {
                    answer.insert("item".into(), Value::Array(inside));
                }
            }
        }
        question.insert("answer".into(), Value::Array(answers));
        Ok(Value::Object(question))
    }
}

/// What stands at the beginning of an item.
fn head(item: &Value) -> Map<String, Value> {
    let mut head = Map::new();
    for key in ["linkId", "definition", "text"] {
        head.extend(item.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    head
}

/// The value of an element that holds one among others.
fn only_value(element: &Value) -> Option<Value> {
    let object = element.as_object()?;
    let (key, value) = object.iter().find(|(key, _)| key.starts_with("value"))?;
    Some(json!({ key.as_str(): value }))
}

/// Where an item of a Questionnaire is.
pub(super) fn place(item: &Value) -> String {
    let link = text(item, "linkId").unwrap_or_default();
    format!("Questionnaire.descendants().where(linkId = '{link}')")
}

/// The resources of the Bundle that a search gives, each a context of its own.
fn spread(found: Vec<Held>) -> Vec<Held> {
    let is_bundle = |held: &Held| text(&held.value, "resourceType") == Some("Bundle");
    let mut all = Vec::with_capacity(found.len());
    for held in found {
        if !is_bundle(&held) {
            all.push(held);
            continue;
        }
        let entries = members(&held.value, "entry").iter();
        let matches =
            entries.filter(|one| one.pointer("/search/mode").is_none_or(|mode| mode == "match"));
        all.extend(matches.filter_map(|one| one.get("resource").cloned()).map(Held::resource));
    }
    all
}
