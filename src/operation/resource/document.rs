//! `$document` of a Composition, <https://hl7.org/fhir/R4/composition-operation-document.html>: a Bundle
//! of the Composition and of all it refers to, directly or by way of others.

use rustc_hash::FxHashSet;
use serde_json::{Value, json};

use crate::budget;
use crate::definitions::base::today_in;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::json::parse_own;
use crate::fhir::kind::ResourceKind;
use crate::fhir::reference::Target;
use crate::fhir::time::Instant;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::create::create;
use crate::interaction::single::read::read;
use crate::interaction::single::vread::vread;
use crate::operation::call::Call;

/// Bytes of memory that a byte of a resource takes as a tree.
const TREE: usize = 4;

/// What a reference means.
type Place = (ResourceKind, String, Option<String>);

/// Makes a document, and stores it when that is wanted.
pub(in crate::operation) async fn document(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let parameters = call.parameters();
    if parameters.value("graph").is_some() {
        return Err(Kind::NotSupported.because(
            "Máy chủ không dùng GraphDefinition ở đây (tham số 'graph'). Không có nó, tài liệu gồm mọi thứ Composition dẫn tới.",
            "This server uses no GraphDefinition here (parameter 'graph'). Without it, the document has all that the Composition leads to.",
        ));
    }
    let id = match (call.id, parameters.text("id")) {
        (Some(id), _) => id.clone(),
        (None, Some(text)) => composition(ctx, text)?,
        (None, None) => return Err(no_id()),
    };
    let kind = call.kind.ok_or_else(no_id)?;
    let bundle = gathered(ctx, (kind, id)).await?;
    if parameters.truth("persist") != Some(true) {
        return Ok(bundle);
    }
    let saved = create(ctx, ResourceKind::BUNDLE, bundle, None).await?;
    parse_own(&saved.stored.body).map_err(|issue| Kind::Exception.with(vec![issue]))
}

fn no_id() -> Failure {
    Kind::Malformed.because(
        "Hãy gọi ở một Composition: /Composition/[id]/$document, hoặc nêu tham số 'id'.",
        "Call it on a Composition: /Composition/[id]/$document, or name one by the parameter 'id'.",
    )
}

/// The Composition that a parameter names: by its id, or by a reference.
fn composition(ctx: &Ctx<'_>, text: &str) -> Result<ResourceId, Failure> {
    let id = match Target::parse(text, &ctx.engine.base) {
        Target::Local { kind, id, .. } if kind.name() == "Composition" => ResourceId::parse(id),
        _ => ResourceId::parse(text),
    };
    id.ok_or_else(no_id)
}

async fn gathered(ctx: &Ctx<'_>, (kind, id): (ResourceKind, ResourceId)) -> Result<Value, Failure> {
    let most = ctx.engine.size.includes;
    let composition = tree(&read(ctx, kind, &id).await?.body)?;
    let base = ctx.engine.base.as_str();
    let mut known: FxHashSet<Place> = FxHashSet::default();
    known.insert((kind, id.to_string(), None));
    let mut entries = vec![entry(base, &composition)];
    let mut waiting = Vec::new();
    links(&composition, base, &mut waiting);
    let direct = waiting.len();
    let mut at = 0;
    while let Some((place, path)) = waiting.get(at).cloned() {
        at += 1;
        if !known.insert(place.clone()) {
            continue;
        }
        let Some(found) = found(ctx, &place).await? else {
            // What the Composition itself names must be there.
            if at <= direct {
                return Err(not_there(&place, &path));
            }
            continue;
        };
        if entries.len() > most {
            return Err(too_many(most));
        }
        links(&found, base, &mut waiting);
        entries.push(entry(base, &found));
    }
    let timestamp = Instant::from_micros(ctx.now).format(ctx.engine.zone);
    let identifier = format!("urn:uuid:{}", uuid::Uuid::new_v4());
    Ok(json!({
        "resourceType": "Bundle",
        "identifier": { "system": "urn:ietf:rfc:3986", "value": identifier },
        "type": "document",
        "timestamp": timestamp,
        "entry": entries,
    }))
}

fn entry(base: &str, resource: &Value) -> Value {
    let text = |key: &str| resource.get(key).and_then(Value::as_str).unwrap_or_default();
    let url = format!("{base}/{}/{}", text("resourceType"), text("id"));
    json!({ "fullUrl": url, "resource": resource })
}

async fn found(ctx: &Ctx<'_>, (kind, id, version): &Place) -> Result<Option<Value>, Failure> {
    let Some(id) = ResourceId::parse(id) else { return Ok(None) };
    let stored = match version {
        Some(version) => vread(ctx, *kind, &id, version).await,
        None => read(ctx, *kind, &id).await,
    };
    match stored {
        Ok(stored) => tree(&stored.body).map(Some),
        Err(failure) if matches!(failure.kind, Kind::NotFound | Kind::Gone) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn tree(body: &str) -> Result<Value, Failure> {
    budget::spend(body.len() / TREE)?;
    budget::take(body.len() * TREE)?;
    let read = parse_own(body).map_err(|issue| Kind::Exception.with(vec![issue]))?;
    Ok(today_in(&read).into_owned())
}

/// The references of a resource to others of this server, each with the element that has it.
fn links(resource: &Value, base: &str, found: &mut Vec<(Place, String)>) {
    fn walk(value: &Value, path: &str, base: &str, found: &mut Vec<(Place, String)>) {
        match value {
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}[{at}]"), base, found);
                }
            }
            Value::Object(members) => {
                for (key, value) in members {
                    match value {
                        Value::String(text) if key == "reference" => {
                            if let Target::Local { kind, id, version } = Target::parse(text, base) {
                                let version = version.map(str::to_owned);
                                found.push(((kind, id.to_owned(), version), path.to_owned()));
                            }
                        }
                        value => walk(value, &format!("{path}.{key}"), base, found),
                    }
                }
            }
            _ => {}
        }
    }
    let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    walk(resource, kind, base, found);
}

fn not_there((kind, id, _): &Place, path: &str) -> Failure {
    let text = Text::new(
        format!(
            "Composition dẫn tới {kind}/{id} nhưng tài nguyên ấy không có ở đây, nên tài liệu sẽ thiếu. Hãy lưu nó, hoặc sửa Composition."
        ),
        format!(
            "The Composition refers to {kind}/{id}, which is not here, so the document would lack it. Send it first, or change the Composition."
        ),
    );
    Kind::Unprocessable.with(vec![Issue::error(IssueCode::NotFound, text).at(path)])
}

fn too_many(most: usize) -> Failure {
    Kind::TooMuch.because(
        format!("Tài liệu này cần hơn {most} tài nguyên (cài đặt search_includes)."),
        format!("This document needs more than {most} resources (setting search_includes)."),
    )
}
