//! What a call of `$populate` holds.

use std::sync::Arc;

use serde_json::{Value, json};

use super::About;
use crate::fhir::id::ResourceId;
use crate::fhir::member::{members, text};
use crate::fhir::reference::Target;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::read::read as read_resource;
use crate::operation::asked::{missing, place, take};
use crate::operation::call::Call;
use crate::operation::parameters::{Parameters, value_of};
use crate::operation::questionnaire::held::Held;
use crate::operation::questionnaire::{found, query, sdc};

const KNOWN: &[&str] = &[
    "identifier",
    "canonical",
    "questionnaire",
    "questionnaireRef",
    "subject",
    "context",
    "launchContext",
    "local",
];

pub(super) struct Given {
    pub(super) questionnaire: Value,
    pub(super) about: About,
}

/// Reads a call.
pub(super) async fn read(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Given, Failure> {
    take(call, KNOWN)?;
    let parameters = call.parameters();
    let questionnaire = questionnaire(ctx, call, parameters).await?;
    let subject = parameters.value("subject").and_then(reference).ok_or_else(|| {
        missing(
            "subject",
            "phiếu của ai, ví dụ Patient/1",
            "whom the form is about, such as Patient/1",
        )
    })?;
    let local = parameters.truth("local").unwrap_or(true);
    let mut about = About { subject: None, contexts: Vec::new(), local };
    for part in parameters.all("context").chain(parameters.all("launchContext")) {
        let (name, values) = context(ctx, part).await?;
        about.contexts.retain(|(known, _)| *known != name);
        about.contexts.push((name, values));
    }
    if local {
        launch(ctx, &questionnaire, &subject, &mut about).await?;
    }
    about.subject = Some(subject);
    Ok(Given { questionnaire, about })
}

async fn questionnaire(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    parameters: Parameters<'_>,
) -> Result<Value, Failure> {
    if let Some(id) = call.id {
        return found::by_id(ctx, id).await;
    }
    if let Some(given) = parameters.resource("questionnaire") {
        return match text(given, "resourceType") {
            Some("Questionnaire") => Ok(given.clone()),
            other => Err(Kind::Malformed
                .because(
                    format!(
                        "Tham số 'questionnaire' là một Questionnaire, không phải {}.",
                        other.unwrap_or_default()
                    ),
                    format!(
                        "The parameter 'questionnaire' is a Questionnaire, not a {}.",
                        other.unwrap_or_default()
                    ),
                )
                .of(&place("questionnaire"))),
        };
    }
    if let Some(identifier) = parameters.value("identifier") {
        return found::by_identifier(ctx, identifier).await;
    }
    for name in ["canonical", "questionnaire", "questionnaireRef"] {
        let Some(value) = parameters.value(name) else { continue };
        let told = value.as_str().or_else(|| text(value, "reference"));
        if let Some(told) = told {
            return found::by_reference(ctx, told).await;
        }
    }
    Err(missing(
        "questionnaire",
        "hãy gọi trên một Questionnaire, hoặc cho canonical, questionnaire, questionnaireRef hay identifier",
        "call it on a Questionnaire, or give canonical, questionnaire, questionnaireRef or identifier",
    ))
}

/// A Reference, or a text that is one.
fn reference(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(json!({ "reference": text })),
        value if text(value, "reference").is_some() || value.get("identifier").is_some() => {
            Some(value.clone())
        }
        _ => None,
    }
}

/// One context: its name, and the resources it holds.
async fn context(ctx: &Ctx<'_>, part: &Value) -> Result<(Box<str>, Arc<[Held]>), Failure> {
    if let Some(resource) = part.get("resource") {
        let kind = text(resource, "resourceType").unwrap_or_default().to_lowercase();
        return Ok((kind.into(), Arc::from([Held::resource(resource.clone())])));
    }
    let parts = Parameters::of_parts(part);
    let name = parts.value("name").and_then(|name| name.as_str().or_else(|| text(name, "code")));
    let name = name.ok_or_else(|| {
        missing(
            "context.name",
            "tên của ngữ cảnh, như patient",
            "the name of the context, such as patient",
        )
    })?;
    let mut values = Vec::new();
    for content in parts.all("content") {
        if let Some(resource) = content.get("resource") {
            values.push(Held::resource(resource.clone()));
        } else if let Some(told) = value_of(content).and_then(reference) {
            values.extend(stored(ctx, text(&told, "reference").unwrap_or_default()).await?);
        }
    }
    Ok((name.into(), values.into()))
}

/// What a reference to this server leads to.
async fn stored(ctx: &Ctx<'_>, reference: &str) -> Result<Option<Held>, Failure> {
    let Target::Local { kind, id, .. } = Target::parse(reference, &ctx.engine.base) else {
        return Ok(None);
    };
    let Some(id) = ResourceId::parse(id) else { return Ok(None) };
    let stored = read_resource(ctx, kind, &id).await?;
    Ok(Some(Held::resource(query::body(&stored.body)?)))
}

/// Gives the form the subject where it asks to be launched with somebody of that type.
async fn launch(
    ctx: &Ctx<'_>,
    questionnaire: &Value,
    subject: &Value,
    about: &mut About,
) -> Result<(), Failure> {
    let Some(told) = text(subject, "reference") else { return Ok(()) };
    let Some(held) = stored(ctx, told).await? else { return Ok(()) };
    let kind = text(&held.value, "resourceType").unwrap_or_default();
    let usual = kind.to_lowercase();
    for launch in sdc::all(questionnaire, "launchContext") {
        let Some(name) = sdc::part(launch, "name").and_then(sdc::value) else { continue };
        let name = name.as_str().or_else(|| text(name, "code")).unwrap_or_default();
        let types =
            members(launch, "extension").iter().filter(|one| text(one, "url") == Some("type"));
        let is_of_type = types.filter_map(sdc::text_of).any(|one| one == kind);
        let is_there = about.contexts.iter().any(|(known, _)| &**known == name);
        if name == usual && is_of_type && !is_there {
            about.contexts.push((name.into(), Arc::from([held.clone()])));
        }
    }
    Ok(())
}
