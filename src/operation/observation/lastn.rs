//! `$lastn`, <https://hl7.org/fhir/R4/observation-operation-lastn.html>: the most recent observations
//! of each code that a search finds, of one patient or several.
//!
//! Codes are the same when they share a coding; without any, when their text is. What has no time comes
//! last, of what has the same time the one stored later first.

use serde_json::{Value, json};

use crate::fhir::member::{member, members, text};
use crate::fhir::text::fold::fold;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::operation::call::Call;
use crate::search::query::Parameter;

use super::found;

/// The observations of one code, the last first.
struct Group {
    names: Vec<String>,
    observations: Vec<Value>,
}

/// Finds them.
pub(in crate::operation) async fn lastn(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Value, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let parameters = call.parameters();
    let most = match parameters.number("max") {
        Ok(None) => 1,
        Ok(Some(most)) if most > 0 => most,
        Ok(Some(_)) | Err(_) => return Err(no_number()),
    };
    let mut query: Vec<Parameter> =
        found::texts(parameters.iter()).filter(|one| one.name != "max").collect();
    if !query.iter().any(|one| is_of_somebody(&one.name)) {
        return Err(of_nobody());
    }
    query.push(Parameter::new("_sort", "-date".to_owned()));
    let mut groups: Vec<Group> = Vec::new();
    found::each(ctx, query, |observation| {
        take(&mut groups, most, observation);
        Ok(())
    })
    .await?;
    Ok(bundle(ctx, groups))
}

/// Whether a parameter says whose observations they are.
fn is_of_somebody(name: &str) -> bool {
    let own = name.split(['.', ':']).next();
    matches!(own, Some("patient" | "subject"))
}

fn take(groups: &mut Vec<Group>, most: usize, observation: Value) {
    let names = names(&observation);
    let is_same = |group: &&mut Group| names.iter().any(|name| group.names.contains(name));
    match groups.iter_mut().find(is_same) {
        Some(group) => {
            let new = names.into_iter().filter(|name| !group.names.contains(name));
            let new: Vec<String> = new.collect();
            group.names.extend(new);
            if group.observations.len() < most {
                group.observations.push(observation);
            }
        }
        None => groups.push(Group { names, observations: vec![observation] }),
    }
}

/// What an observation is one of.
fn names(observation: &Value) -> Vec<String> {
    let Some(code) = member(observation, "code") else { return Vec::new() };
    let coded = |coding: &Value| {
        let system = text(coding, "system").unwrap_or_default();
        text(coding, "code").map(|code| format!("{system}|{code}"))
    };
    let codes: Vec<String> = members(code, "coding").iter().filter_map(coded).collect();
    match codes.is_empty() {
        true => text(code, "text").map(fold).into_iter().collect(),
        false => codes,
    }
}

fn bundle(ctx: &Ctx<'_>, groups: Vec<Group>) -> Value {
    let base = &ctx.engine.base;
    let all = groups.into_iter().flat_map(|group| group.observations);
    let entries: Vec<Value> = all
        .map(|observation| {
            let id = text(&observation, "id").unwrap_or_default();
            let url = format!("{base}/Observation/{id}");
            json!({ "fullUrl": url, "resource": observation, "search": { "mode": "match" } })
        })
        .collect();
    let mut bundle =
        json!({ "resourceType": "Bundle", "type": "searchset", "total": entries.len() });
    if let (Some(bundle), false) = (bundle.as_object_mut(), entries.is_empty()) {
        bundle.insert("entry".to_owned(), entries.into());
    }
    bundle
}

fn no_number() -> Failure {
    Kind::Malformed.because(
        "Tham số 'max' phải là một số nguyên dương.",
        "The parameter 'max' must be a positive whole number.",
    )
}

fn of_nobody() -> Failure {
    Kind::Malformed.because(
        "$lastn cần biết của ai: hãy thêm tham số 'patient' hoặc 'subject', như patient=Patient/123.",
        "$lastn has to know whose observations: add the parameter 'patient' or 'subject', such as patient=Patient/123.",
    )
}
