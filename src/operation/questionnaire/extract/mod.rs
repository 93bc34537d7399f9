//! `$extract`, <http://hl7.org/fhir/uv/sdc/OperationDefinition/QuestionnaireResponse-extract>: the
//! records that a filled form is, as a transaction.
//!
//! [`walk`] goes through Questionnaire and answers together; what an item asks for is made by
//! [`template`], [`definition`] (which puts values in their [`place`]) or [`observation`]. An [`entry`]
//! is one record with its request.

mod definition;
mod entry;
mod fixed;
mod observation;
mod place;
mod template;
mod walk;

use serde_json::{Value, json};

use super::evaluation::{Evaluation, Fault};
use super::{found, query};
use crate::budget;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::read::read;
use crate::operation::call::Call;
use crate::operation::parameters::{Parameters, value_of};
use entry::Entry;
use walk::Walk;

/// What a form gives.
#[derive(Debug)]
pub struct Extracted {
    /// A transaction.
    pub bundle: Value,
    /// The item of the form that each entry is of; none where it is of the form as a whole.
    pub origins: Vec<Option<Box<str>>>,
}

/// Makes records of a form that was filled.
pub(in crate::operation) async fn extract(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let parameters = call.parameters();
    let response = response(ctx, call, parameters).await?;
    let questionnaire = questionnaire(ctx, parameters, &response).await?;
    Ok(extracted(ctx, &questionnaire, &response)?.bundle)
}

/// The records of a response.
pub fn extracted(
    ctx: &Ctx<'_>,
    questionnaire: &Value,
    response: &Value,
) -> Result<Extracted, Failure> {
    let evaluation = Evaluation { ctx, response: Some(response), questionnaire };
    let entries = Walk::new(evaluation).whole().map_err(|fault| match fault {
        Fault::Spent(spent) => Failure::from(spent),
        Fault::Wrong(text) => Kind::Unprocessable.because(text.vi, text.en),
    })?;
    budget::look()?;
    let most = ctx.engine.bundle_entries;
    if entries.len() > most {
        let number = entries.len();
        return Err(Kind::TooMuch.because(
            format!("Phiếu cho ra {number} bản ghi; nhiều nhất {most} (cài đặt bundle_entries)."),
            format!(
                "The form gives {number} records; {most} is the limit (setting bundle_entries)."
            ),
        ));
    }
    let entries = patched_once(entries);
    let (entries, origins): (Vec<Value>, Vec<Option<Box<str>>>) = entries.into_iter().unzip();
    let mut bundle = json!({ "resourceType": "Bundle", "type": "transaction" });
    if let (Some(object), false) = (bundle.as_object_mut(), entries.is_empty()) {
        object.insert("entry".into(), Value::Array(entries));
    }
    Ok(Extracted { bundle, origins })
}

/// The entries with one patch for each resource: a transaction may touch it once, and several items
/// may have something to say of it.
fn patched_once(entries: Vec<Entry>) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::with_capacity(entries.len());
    for (entry, link) in entries {
        let target = patched(&entry).map(str::to_owned);
        let same =
            |(other, _): &&mut Entry| target.is_some() && patched(other) == target.as_deref();
        let Some((first, _)) = all.iter_mut().find(same) else {
            all.push((entry, link));
            continue;
        };
        let more = members(entry.get("resource").unwrap_or(&Value::Null), "parameter").to_vec();
        if let Some(Value::Array(parameters)) = first.pointer_mut("/resource/parameter") {
            parameters.extend(more);
        }
    }
    all
}

/// The resource that an entry patches by `FHIRPath`.
fn patched(entry: &Value) -> Option<&str> {
    let request = entry.get("request")?;
    let is_path = entry.pointer("/resource/resourceType")? == "Parameters";
    (is_path && text(request, "method") == Some("PATCH")).then(|| text(request, "url"))?
}

/// The response of a call.
async fn response(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    parameters: Parameters<'_>,
) -> Result<Value, Failure> {
    let kind = ResourceKind::QUESTIONNAIRE_RESPONSE;
    let response = match call.id {
        Some(id) => query::body(&read(ctx, kind, id).await?.body)?,
        None => {
            let body = call.body();
            let is_one = |value: &&Value| text(value, "resourceType") == Some(kind.name());
            let given = parameters.resource("questionnaire-response");
            let given = given.or(Some(body)).filter(is_one).ok_or_else(|| {
                Kind::Malformed.because(
                    "Hãy gửi một QuestionnaireResponse, hay Parameters với tham số 'questionnaire-response'.",
                    "Send a QuestionnaireResponse, or Parameters with the parameter 'questionnaire-response'.",
                )
            })?;
            given.clone()
        }
    };
    if text(&response, "status") == Some("entered-in-error") {
        return Err(Kind::Unprocessable
            .because(
                "Phiếu này đã được đánh dấu là ghi nhầm: không trích gì từ nó.",
                "This response was entered in error: nothing is extracted from it.",
            )
            .of("QuestionnaireResponse.status"));
    }
    Ok(response)
}

/// The form of a response: given, contained, or known here.
async fn questionnaire(
    ctx: &Ctx<'_>,
    parameters: Parameters<'_>,
    response: &Value,
) -> Result<Value, Failure> {
    if let Some(given) = parameters.resource("questionnaire") {
        return Ok(given.clone());
    }
    let named = parameters.all("questionnaire").find_map(value_of);
    let named = named.and_then(|one| one.as_str().or_else(|| text(one, "reference")));
    let Some(name) = named.or_else(|| text(response, "questionnaire")) else {
        return Err(Kind::Unprocessable
            .because(
                "Phiếu không nói nó trả lời Questionnaire nào.",
                "The response does not say which Questionnaire it answers.",
            )
            .of("QuestionnaireResponse.questionnaire"));
    };
    if let Some(id) = name.strip_prefix('#') {
        let contained = members(response, "contained").iter();
        let mut contained = contained.filter(|one| text(one, "id") == Some(id));
        if let Some(found) = contained.next() {
            return Ok(found.clone());
        }
    }
    match ResourceId::parse(name) {
        Some(id) => found::by_id(ctx, &id).await,
        None => found::by_reference(ctx, name).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_patched_once() {
        let patch = |url: &str, name: &str| -> Entry {
            let resource = json!({ "resourceType": "Parameters", "parameter": [{ "name": name }] });
            let entry =
                json!({ "resource": resource, "request": { "method": "PATCH", "url": url } });
            (entry, None)
        };
        let made: Entry = (json!({ "request": { "method": "POST", "url": "Patient" } }), None);
        let all =
            vec![patch("Patient/1", "a"), made, patch("Patient/2", "b"), patch("Patient/1", "c")];
        let all = patched_once(all);
        let of = |at: usize| members(&all[at].0["resource"], "parameter").len();
        assert_eq!((all.len(), of(0), of(2)), (3, 2, 1));
    }
}
