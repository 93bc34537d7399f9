//! Update, <https://hl7.org/fhir/R4/http.html#update>; an unknown id is created.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::store::row::{Op, Stored};
use crate::store::write::{Expect, Premise, Written};

use super::precondition::{Conditions, Tags};
use super::shown::whole;
use crate::interaction::commit::{Valid, commit};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::turns::Tries;

/// A resource that was stored.
#[derive(Debug)]
pub struct Saved {
    pub stored: Stored,
    /// Whether there was none before.
    pub created: bool,
    /// Warnings and notes.
    pub issues: Vec<Issue>,
}

/// Stores a new version of a resource, or the first under this id; one that is there already stays as
/// it is.
pub async fn update(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: ResourceId,
    resource: Value,
    conditions: &Conditions,
) -> Result<Saved, Failure> {
    same_id(kind, &id, &resource)?;
    whole(kind, &resource)?;
    let mut valid = Valid::check(ctx, kind, resource).await?;
    let expect = Tags::expected(conditions.if_match.as_ref());
    let mut tries = ctx.engine.turns.begin();
    loop {
        tries.next()?;
        let mut premises = Vec::new();
        if conditions.is_new {
            premises.push(nothing_there(ctx, kind, &id).await?);
        }
        let target = (id.clone(), expect.clone());
        if let Some(saved) = attempt(ctx, &mut valid, target, premises, &mut tries).await? {
            return Ok(saved);
        }
    }
}

/// Tries once to store a resource under an id, as it rests on these premises and on the records around
/// it; none when all must be looked up again.
pub(in crate::interaction) async fn attempt(
    ctx: &Ctx<'_>,
    valid: &mut Valid,
    (id, expect): (ResourceId, Expect),
    mut premises: Vec<Premise>,
    tries: &mut Tries<'_>,
) -> Result<Option<Saved>, Failure> {
    premises.extend(valid.around(ctx, &id).await?);
    let write = valid.write(ctx.engine, id.clone(), expect);
    let kind = write.kind;
    match commit(ctx, vec![write], premises, tries).await? {
        Some(written) => saved(kind, id, written, std::mem::take(&mut valid.issues)).map(Some),
        None => Ok(None),
    }
}

/// The premise that there is no such resource; one that was deleted is none.
pub(in crate::interaction) async fn nothing_there(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &ResourceId,
) -> Result<Premise, Failure> {
    let (is_there, premise) = there(ctx, kind, id).await?;
    if is_there {
        return Err(Kind::PreconditionFailed.because(
            format!("{kind}/{id} đã có nên If-None-Match: * không đúng. Không có gì được lưu."),
            format!("{kind}/{id} is there already, so If-None-Match: * does not hold. Nothing was stored."),
        ));
    }
    Ok(premise)
}

/// Whether there is a resource, and the premise that it is still so.
pub(in crate::interaction) async fn there(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &ResourceId,
) -> Result<(bool, Premise), Failure> {
    let since = ctx.rows().seen();
    let current = ctx.rows().current(kind, id).await?;
    let version = current.as_ref().map(|stored| stored.version);
    let is_there = current.is_some_and(|stored| stored.op != Op::Deleted);
    Ok((is_there, Premise::Version { kind, id: id.clone(), version, since }))
}

/// The body of an update carries the id of its URL.
pub(in crate::interaction) fn same_id(
    kind: ResourceKind,
    id: &ResourceId,
    resource: &Value,
) -> Result<(), Failure> {
    let found = resource.get("id").and_then(Value::as_str);
    if found == Some(id.as_str()) {
        return Ok(());
    }
    let issue = Issue::error(IssueCode::Invalid, other_id(id, resource)).at(format!("{kind}.id"));
    Err(Kind::Malformed.with(vec![issue]))
}

/// Says that a body does not carry the id of its URL, and what to do.
pub fn other_id(id: &ResourceId, resource: &Value) -> Text {
    let found = match resource.get("id") {
        None | Some(Value::Null) => {
            return Text::new(
                format!(
                    "Tài nguyên gửi bằng PUT phải tự mang id của URL. Thêm \"id\": \"{id}\" vào tài nguyên; muốn máy chủ tự cho id thì dùng POST."
                ),
                format!(
                    "A resource sent by PUT carries the id of the URL itself. Add \"id\": \"{id}\" to it, or let the server choose an id by POST."
                ),
            );
        }
        Some(Value::String(found)) => found.clone(),
        Some(other) => other.to_string(),
    };
    let found: String = found.chars().take(64).collect();
    Text::new(
        format!("Tài nguyên phải có id '{id}' như trong URL, nhưng lại là '{found}'."),
        format!("The resource must carry the id '{id}' of the URL, but has '{found}'."),
    )
}

/// What one stored resource's client is told.
pub(in crate::interaction) fn saved(
    kind: ResourceKind,
    id: ResourceId,
    written: Vec<Written>,
    issues: Vec<Issue>,
) -> Result<Saved, Failure> {
    match written.into_iter().next() {
        Some(Written::Version { version, updated, before, body }) => {
            let created = before.is_none_or(|op| op == Op::Deleted);
            let op = if created { Op::CreatedByUpdate } else { Op::Updated };
            let stored = Stored { kind, id, version, updated, op, body };
            Ok(Saved { stored, created, issues })
        }
        Some(Written::Same { version, updated, op, body }) => {
            let stored = Stored { kind, id, version, updated, op, body };
            Ok(Saved { stored, created: false, issues })
        }
        Some(Written::Nothing { .. }) | None => Err(Kind::Exception.because(
            "Máy chủ không ghi được tài nguyên.",
            "The server did not write the resource.",
        )),
    }
}
