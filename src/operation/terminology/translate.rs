//! `$translate`, <https://hl7.org/fhir/R4/conceptmap-operation-translate.html>.
//!
//! Maps that come with the call, as `conceptMap` or `tx-resource`, are asked and not kept.

use std::sync::Arc;

use serde_json::Value;

use super::translate_answer::answer;
use super::translate_question::{Coding, Question};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::operation::call::Call;
use crate::operation::parameters::Parameters;
use crate::terminology::map::concept_map::ConceptMap;
use crate::terminology::map::translate::Translation;
use crate::terminology::map::translate::TranslationRequest;
use crate::terminology::map::translate::translate;
use crate::terminology::service::CodeRef;

/// Translates a code.
pub(in crate::operation) fn run(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    instance: Option<&Value>,
) -> Result<Value, Failure> {
    let parameters = call.parameters();
    let question = Question::read(&parameters)?;
    let maps = maps(ctx, &parameters, &question, instance)?;
    let engine = ctx.engine;
    let other = |url: &str| engine.concept_maps.find(url);
    let mut found = Translation::default();
    let mut from = Vec::new();
    for coding in &question.codings {
        let Coding { code, system, version } = *coding;
        let code = engine.terminology.as_written(CodeRef { system, version, code, display: None });
        let asked = TranslationRequest {
            code: &code,
            system: coding.system,
            version: coding.version,
            target_system: question.target_system,
            dependencies: &question.dependencies,
            is_reverse: question.is_reverse,
        };
        for map in maps.iter().filter(|map| question.is_about(map)) {
            let translation = translate(map, &asked, &other);
            for one in translation.matches {
                if question.is_wanted(ctx, map, &one) && !found.matches.contains(&one) {
                    found.add(one);
                    from.push(*coding);
                }
            }
            found.needs.extend(translation.needs);
        }
    }
    Ok(answer(&question, &found, &from, call.language))
}

/// The maps to ask.
fn maps(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    question: &Question<'_>,
    instance: Option<&Value>,
) -> Result<Vec<Arc<ConceptMap>>, Failure> {
    let sent = parameters.resource("conceptMap");
    if let Some(resource) = instance.or(sent) {
        return Ok(vec![Arc::new(ConceptMap::read(resource))]);
    }
    let along = parameters.all("tx-resource").filter_map(|part| part.get("resource"));
    let is_map = |resource: &&Value| {
        resource.get("resourceType").and_then(Value::as_str) == Some("ConceptMap")
    };
    let along: Vec<_> =
        along.filter(is_map).map(|resource| Arc::new(ConceptMap::read(resource))).collect();
    if let Some(url) = parameters.text("url") {
        let version = parameters.text("conceptMapVersion").filter(|_| !url.contains('|'));
        let canonical =
            version.map_or_else(|| url.to_owned(), |version| format!("{url}|{version}"));
        let is_it = |map: &&Arc<ConceptMap>| {
            map.url.as_deref() == Some(url) || map.canonical().as_deref() == Some(&canonical)
        };
        let found = along.iter().find(is_it).cloned();
        let found = found.or_else(|| ctx.engine.concept_maps.find(&canonical));
        return found.map(|map| vec![map]).ok_or_else(|| no_map(&canonical));
    }
    let systems = |coding: &Coding<'_>| match question.is_reverse {
        false => ctx.engine.concept_maps.between(coding.system, question.target_system),
        true => ctx.engine.concept_maps.between(question.target_system, coding.system),
    };
    let mut maps = along;
    for map in question.codings.iter().flat_map(systems) {
        if !maps.iter().any(|known| known.canonical() == map.canonical()) {
            maps.push(map);
        }
    }
    Ok(maps)
}

fn no_map(canonical: &str) -> Failure {
    Kind::NotFound.because(
        format!("Không có ConceptMap nào là {canonical}."),
        format!("No ConceptMap is known as {canonical}."),
    )
}
