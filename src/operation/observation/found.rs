//! All observations that a search finds, page by page.

use serde_json::Value;

use crate::budget;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::search::scope::Scope;
use crate::interaction::search::{Results, search};
use crate::search::cursor::fingerprint;
use crate::search::query::{Parameter, Query};
use crate::store::find::search::Turn;

/// Steps of a request's budget that an observation takes.
const OBSERVATION: usize = 20;

/// Gives them to somebody, in the order of the search, until there are no more.
pub(super) async fn each(
    ctx: &Ctx<'_>,
    mut parameters: Vec<Parameter>,
    mut give: impl FnMut(Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let kind = ResourceKind::parse("Observation").ok_or_else(none)?;
    parameters.push(Parameter::new("_count", ctx.engine.page.most.to_string()));
    let mut cursor = None;
    loop {
        let mut query = Query { parameters: parameters.clone() };
        query.parameters.extend(cursor.take());
        let found: Results = Box::pin(search(ctx, Scope::Type(kind), query)).await?;
        for hit in &found.page.hits {
            budget::spend(OBSERVATION)?;
            give(serde_json::from_str(&hit.stored.body).unwrap_or_default())?;
        }
        let Some(next) = found.page.next else { return Ok(()) };
        let fingerprint = fingerprint(&found.path, &found.used);
        let sealed = ctx.engine.cursor_key.seal(&Turn::Behind(next), fingerprint);
        cursor = Some(Parameter::new("_cursor", sealed));
    }
}

/// The parameters of a search among those of a call: a text, a number or a truth each.
pub(super) fn texts<'a>(
    all: impl Iterator<Item = (&'a str, &'a Value)>,
) -> impl Iterator<Item = Parameter> {
    all.filter_map(|(name, part)| {
        let text = match super::super::parameters::value_of(part)? {
            Value::String(text) => text.clone(),
            value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
            _ => return None,
        };
        Some(Parameter::new(name, text))
    })
}

fn none() -> Failure {
    Kind::NotFound.because("Không có Observation.", "There is no Observation.")
}
