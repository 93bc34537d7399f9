//! Finds the Questionnaire that a call is about.

use serde_json::Value;

use super::query::body;
use crate::definitions::library::Library;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::text;
use crate::fhir::reference::Target;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::search::scope::Scope;
use crate::interaction::search::search;
use crate::interaction::single::read::read;
use crate::search::query::{Parameter, Query};

const KIND: ResourceKind = ResourceKind::QUESTIONNAIRE;

/// The one with an id.
pub(super) async fn by_id(ctx: &Ctx<'_>, id: &ResourceId) -> Result<Value, Failure> {
    body(&read(ctx, KIND, id).await?.body)
}

/// The one with a URL, and a version behind `|`.
pub(super) async fn by_canonical(ctx: &Ctx<'_>, canonical: &str) -> Result<Value, Failure> {
    let library: &Library = &ctx.engine.registry.library;
    let known = library.find(KIND, canonical);
    let Some(known) = known else { return Err(unknown(canonical)) };
    match text(&known, "id").and_then(ResourceId::parse) {
        // Whoever may not read it is told so.
        Some(id) => match read(ctx, KIND, &id).await {
            Ok(stored) => {
                let stored = body(&stored.body)?;
                let is_it = text(&stored, "url") == text(&known, "url");
                Ok(if is_it { stored } else { (*known).clone() })
            }
            Err(failure) if failure.status() == 404 => Err(unknown(canonical)),
            Err(failure) => Err(failure),
        },
        None => Ok((*known).clone()),
    }
}

/// The one with a business identifier.
pub(super) async fn by_identifier(ctx: &Ctx<'_>, identifier: &Value) -> Result<Value, Failure> {
    let token = match (text(identifier, "system"), text(identifier, "value"), identifier.as_str()) {
        (_, _, Some(token)) => token.to_owned(),
        (Some(system), Some(value), _) => format!("{}|{}", quoted(system), quoted(value)),
        (None, Some(value), _) => quoted(value),
        _ => String::new(),
    };
    let query = Query { parameters: vec![Parameter::new("identifier", token.clone())] };
    let found = search(ctx, Scope::Type(KIND), query).await?;
    match found.page.hits.as_slice() {
        [only] => body(&only.stored.body),
        [] => Err(unknown(&token)),
        _ => Err(Kind::PreconditionFailed.because(
            format!("Có nhiều Questionnaire mang định danh '{token}'."),
            format!("Several Questionnaires have the identifier '{token}'."),
        )),
    }
}

/// The one that a reference leads to.
pub(super) async fn by_reference(ctx: &Ctx<'_>, reference: &str) -> Result<Value, Failure> {
    match Target::parse(reference, &ctx.engine.base) {
        Target::Local { kind, id, .. } if kind == KIND => match ResourceId::parse(id) {
            Some(id) => by_id(ctx, &id).await,
            None => Err(unknown(reference)),
        },
        _ => by_canonical(ctx, reference).await,
    }
}

fn quoted(text: &str) -> String {
    let special = |c: char| matches!(c, '\\' | ',' | '|' | '$');
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

fn unknown(name: &str) -> Failure {
    Kind::NotFound.because(
        format!("Không biết Questionnaire '{name}'."),
        format!("The Questionnaire '{name}' is not known."),
    )
}
