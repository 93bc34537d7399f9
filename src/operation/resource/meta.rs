//! `$meta`, `$meta-add` and `$meta-delete` of a resource,
//! <https://hl7.org/fhir/R4/resource-operation-meta.html>: profiles, security labels and tags are told,
//! added and taken away. What changes is a new version, as with any write.

use serde_json::{Map, Value, json};

use crate::fhir::id::ResourceId;
use crate::fhir::json::parse_own;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::search::labels::{is_same, labels};
use crate::interaction::single::patch::patch;
use crate::interaction::single::precondition::Tags;
use crate::interaction::single::read::read;
use crate::operation::call::Call;
use crate::operation::parameters::value_of;
use crate::patch::document::Patch;
use crate::store::row::Stored;

/// How often a change is tried again when another one came first.
const ATTEMPTS: usize = 10;

/// The lists that are told and changed.
const LISTS: [&str; 3] = ["profile", "security", "tag"];

/// Which way a list is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Add,
    Delete,
}

/// The metadata of a resource, or what resources of a type have of it, or all.
pub(in crate::operation) async fn meta(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Value, Failure> {
    if call.id.is_none() {
        return labels(ctx, call.kind).await.map(|meta| answer(&meta));
    }
    let (kind, id) = place(call)?;
    Ok(answer(&meta_of(&read(ctx, kind, id).await?)?))
}

pub(in crate::operation) async fn meta_add(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    change(ctx, call, Way::Add).await
}

pub(in crate::operation) async fn meta_delete(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    change(ctx, call, Way::Delete).await
}

async fn change(ctx: &Ctx<'_>, call: &Call<'_>, way: Way) -> Result<Value, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let (kind, id) = place(call)?;
    let given = call.parameters().all("meta").next().and_then(value_of).ok_or_else(no_meta)?;
    for _ in 0..ATTEMPTS {
        let stored = read(ctx, kind, id).await?;
        let meta = meta_of(&stored)?;
        let Some(changes) = changes(&meta, given, way) else { return Ok(answer(&meta)) };
        let changes = Patch::Merge(json!({ "meta": changes }));
        let tags = Tags::These(vec![stored.version]);
        match patch(ctx, kind, id, &changes, Some(&tags)).await {
            Ok(saved) => return Ok(answer(&meta_of(&saved.stored)?)),
            Err(failure) if failure.kind == Kind::PreconditionFailed => {}
            Err(failure) => return Err(failure),
        }
    }
    Err(Kind::Conflict.because(
        "Tài nguyên bị sửa liên tục. Không có gì được lưu; hãy thử lại.",
        "The resource kept being changed. Nothing was stored; try again.",
    ))
}

fn place<'c>(call: &Call<'c>) -> Result<(ResourceKind, &'c ResourceId), Failure> {
    call.kind
        .zip(call.id)
        .ok_or_else(|| Kind::NotFound.because("URL chưa đầy đủ.", "The URL is incomplete."))
}

fn no_meta() -> Failure {
    Kind::Malformed.because(
        "Thiếu tham số 'meta' (valueMeta) với profile, security hoặc tag.",
        "The parameter 'meta' (valueMeta) with profile, security or tag is missing.",
    )
}

fn meta_of(stored: &Stored) -> Result<Value, Failure> {
    let resource = parse_own(&stored.body).map_err(|issue| Kind::Exception.with(vec![issue]))?;
    Ok(resource.get("meta").cloned().unwrap_or_else(|| json!({})))
}

fn answer(meta: &Value) -> Value {
    json!({ "resourceType": "Parameters", "parameter": [{ "name": "return", "valueMeta": meta }] })
}

/// The members of `meta` that become others; none when nothing does. Null takes one away.
fn changes(meta: &Value, given: &Value, way: Way) -> Option<Map<String, Value>> {
    let mut changes = Map::new();
    for list in LISTS {
        let of = |value: &Value| value.get(list).and_then(Value::as_array).cloned();
        let (before, given) = (of(meta).unwrap_or_default(), of(given).unwrap_or_default());
        let has = |list: &[Value], one: &Value| list.iter().any(|known| is_same(known, one));
        let mut after = before.clone();
        match way {
            Way::Add => {
                for one in given {
                    if !has(&after, &one) {
                        after.push(one);
                    }
                }
            }
            Way::Delete => after.retain(|one| !has(&given, one)),
        }
        if after.len() != before.len() {
            let after = if after.is_empty() { Value::Null } else { Value::Array(after) };
            changes.insert(list.to_owned(), after);
        }
    }
    (!changes.is_empty()).then_some(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(way: Way, given: Value, expected: Option<Value>) {
        let meta = json!({ "versionId": "3", "profile": ["http://a"],
            "tag": [{ "system": "s", "code": "a" }, { "system": "s", "code": "b" }] });
        assert_eq!(changes(&meta, &given, way).map(Value::Object), expected, "{given}");
    }

    #[test]
    fn labels_are_added_and_taken_away_once() {
        let (a, c) =
            (json!({ "system": "s", "code": "a", "display": "A" }), json!({ "code": "c" }));
        let b = json!({ "system": "s", "code": "b" });
        let all = json!([{ "system": "s", "code": "a" }, b, c]);
        check(Way::Add, json!({ "tag": [a, c, c] }), Some(json!({ "tag": all })));
        check(Way::Add, json!({ "profile": ["http://a"], "tag": [a] }), None);
        check(Way::Delete, json!({ "tag": [a] }), Some(json!({ "tag": [b] })));
        check(Way::Delete, json!({ "profile": ["http://a"] }), Some(json!({ "profile": null })));
        check(Way::Delete, json!({ "security": [c], "versionId": "3" }), None);
    }
}
