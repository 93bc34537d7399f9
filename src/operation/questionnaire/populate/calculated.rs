//! Answers that follow from others,
//! <https://hl7.org/fhir/uv/sdc/behavior.html#calculatedExpression>.

use std::cell::RefCell;
use std::pin::Pin;

use serde_json::{Value, json};

use super::Filling;
use super::items::place;
use crate::budget;
use crate::fhir::member::{members, text};
use crate::interaction::failure::Failure;
use crate::operation::questionnaire::answer::answer;
use crate::operation::questionnaire::evaluation::{Evaluation, Variables};
use crate::operation::questionnaire::held::Held;
use crate::operation::questionnaire::options::Options;
use crate::operation::questionnaire::sdc;

/// How often answers that rest on each other are worked out.
const ROUNDS: usize = 4;

/// Works out what is calculated, until nothing changes any more.
pub(super) async fn calculate(
    filling: &Filling<'_, '_>,
    scope: &Variables,
    response: &mut Value,
) -> Result<(), Failure> {
    let questionnaire = filling.evaluation.questionnaire;
    if !has_any(questionnaire) {
        return Ok(());
    }
    for _ in 0..ROUNDS {
        let before = response.clone();
        budget::take(before.to_string().len())?;
        let evaluation = Evaluation { response: Some(&before), ..filling.evaluation };
        let issues = RefCell::default();
        let round = Filling { evaluation, about: filling.about, issues };
        let mut scope = scope.clone();
        again(&round, questionnaire, &mut scope).await?;
        below(&round, members(questionnaire, "item"), response, &scope).await?;
        if *response == before {
            filling.issues.borrow_mut().extend(round.issues.into_inner());
            return Ok(());
        }
    }
    Ok(())
}

/// Works out the variables of the form that look at its answers.
async fn again(
    round: &Filling<'_, '_>,
    questionnaire: &Value,
    scope: &mut Variables,
) -> Result<(), Failure> {
    for variable in sdc::of_r4(questionnaire, "variable") {
        let formula = sdc::formula(variable);
        let Some(formula) = formula.filter(|it| it.text.contains("%resource")) else { continue };
        let Some(name) = formula.name else { continue };
        let values = round.value(&formula, &[], scope, "Questionnaire").await?;
        scope.retain(|(known, _)| &**known != name);
        scope.push((name.into(), values.into()));
    }
    Ok(())
}

fn has_any(element: &Value) -> bool {
    let is_calculated = |item: &Value| sdc::one(item, "calculatedExpression").is_some();
    members(element, "item").iter().any(|item| is_calculated(item) || has_any(item))
}

/// Works out the answers below a part of the response.
fn below<'a>(
    round: &'a Filling<'_, '_>,
    items: &'a [Value],
    parent: &'a mut Value,
    scope: &'a Variables,
) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>> {
    Box::pin(async move {
        let Some(Value::Array(filled)) = parent.get_mut("item") else { return Ok(()) };
        for one in filled {
            let link = text(one, "linkId");
            let Some(item) = items.iter().find(|item| text(item, "linkId") == link) else {
                continue;
            };
            budget::spend(1)?;
            let formula = sdc::one(item, "calculatedExpression").and_then(sdc::formula);
            if let Some(formula) = formula {
                let shapes = &round.evaluation.ctx.engine.registry.shapes;
                let focus = Held::element(one, "QuestionnaireResponse.item", shapes)?;
                let values = round.value(&formula, &[focus], scope, &place(item)).await?;
                let options =
                    Options::of(round.evaluation.ctx, round.evaluation.questionnaire, item);
                let mut answers: Vec<Value> =
                    values.iter().filter_map(|held| answer(item, held, &options)).collect();
                if item.get("repeats") != Some(&Value::Bool(true)) {
                    answers.truncate(1);
                }
                set(one, answers);
            }
            let inside = members(item, "item");
            below(round, inside, one, scope).await?;
            if let Some(Value::Array(answers)) = one.get_mut("answer") {
                for answer in answers {
                    below(round, inside, answer, scope).await?;
                }
            }
        }
        Ok(())
    })
}

fn set(item: &mut Value, answers: Vec<Value>) {
    let Some(object) = item.as_object_mut() else { return };
    match answers.is_empty() {
        true => {
            object.shift_remove("answer");
        }
        false => {
            object.insert("answer".into(), json!(answers));
        }
    }
}
