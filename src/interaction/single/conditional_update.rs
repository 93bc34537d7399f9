//! Conditional update, <https://hl7.org/fhir/R4/http.html#cond-update>.
//!
//! | matches | without an id in the body | with one |
//! |---|---|---|
//! | none | created under a new id | created under it, when it is free; else 409 |
//! | one | updated | updated, when it is the same; else 400 |
//! | several | 412 | 412 |
//!
//! What was found is a premise of the write: of any number of equal requests at once, one creates.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::search::query::Query;
use crate::store::row::Stored;
use crate::store::write::{Expect, Premise};

use super::conditional::only;
use super::precondition::{Conditions, Tags};
use super::shown::whole;
use super::update::{Saved, attempt, there};
use crate::interaction::commit::{Valid, overtaken};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

/// Updates the resource that criteria find, or creates it.
pub async fn conditional_update(
    ctx: &Ctx<'_>,
    (kind, query): (ResourceKind, &Query),
    resource: Value,
    conditions: &Conditions,
) -> Result<Saved, Failure> {
    let own = own_id(kind, &resource)?;
    whole(kind, &resource)?;
    let mut valid = Valid::check(ctx, kind, resource).await?;
    let new = ResourceId::generate();
    let mut tries = ctx.engine.turns.begin();
    loop {
        tries.next()?;
        let (found, premise) = only(ctx, kind, query.clone()).await?;
        let mut premises = vec![premise];
        let (id, expect) = match (found, &own) {
            (Some(stored), own) => {
                allowed(&stored, own.as_ref(), conditions)?;
                (stored.id, Expect::Living)
            }
            (None, _) if conditions.if_match.is_some() => return Err(nothing_to_match(kind)),
            (None, None) => (new.clone(), Expect::New),
            (None, Some(id)) => {
                premises.push(free(ctx, kind, id).await?);
                (id.clone(), Expect::Any)
            }
        };
        let target = (id, expect);
        if let Some(saved) = attempt(ctx, &mut valid, target, premises, &mut tries).await? {
            return Ok(saved);
        }
    }
}

/// The id in a body that need not have one.
pub(in crate::interaction) fn own_id(
    kind: ResourceKind,
    resource: &Value,
) -> Result<Option<ResourceId>, Failure> {
    let Some(id) = resource.get("id") else { return Ok(None) };
    let parsed = id.as_str().and_then(ResourceId::parse);
    let refused = || {
        let text = Text::new(
            "id của tài nguyên phải gồm 1 đến 64 ký tự A-Z, a-z, 0-9, '-' và '.'.",
            "The id of the resource must be 1 to 64 of the characters A-Z, a-z, 0-9, '-' and '.'.",
        );
        Kind::Malformed.with(vec![Issue::error(IssueCode::Value, text).at(format!("{kind}.id"))])
    };
    parsed.map(Some).ok_or_else(refused)
}

/// Refuses to update a match that the request does not mean.
pub(in crate::interaction) fn allowed(
    stored: &Stored,
    own: Option<&ResourceId>,
    conditions: &Conditions,
) -> Result<(), Failure> {
    let (kind, id) = (stored.kind, &stored.id);
    if conditions.is_new {
        return Err(Kind::PreconditionFailed.because(
            format!("{kind}/{id} đã khớp điều kiện nên If-None-Match: * không đúng. Không có gì được lưu."),
            format!("{kind}/{id} matches the criteria, so If-None-Match: * does not hold. Nothing was stored."),
        ));
    }
    if let Some(own) = own.filter(|own| *own != id) {
        let text = Text::new(
            format!(
                "Điều kiện tìm thấy {kind}/{id}, nhưng tài nguyên gửi lên có id '{own}'. Hãy bỏ id hoặc sửa cho đúng."
            ),
            format!(
                "The criteria find {kind}/{id}, but the resource that was sent has the id '{own}'. Leave the id out, or set it right."
            ),
        );
        let issue = Issue::error(IssueCode::Invalid, text).at(format!("{kind}.id"));
        return Err(Kind::Malformed.with(vec![issue]));
    }
    is_current(stored, conditions.if_match.as_ref())
}

/// Refuses when the version that was found is not one of those that `If-Match` names.
pub(in crate::interaction) fn is_current(
    stored: &Stored,
    if_match: Option<&Tags>,
) -> Result<(), Failure> {
    if if_match.is_none_or(|tags| tags.contain(stored.version)) {
        return Ok(());
    }
    Err(overtaken(Some(&(stored.kind, stored.id.clone())), Some(stored.version)))
}

/// There is nothing that `If-Match` could be about.
pub(in crate::interaction) fn nothing_to_match(kind: ResourceKind) -> Failure {
    Kind::PreconditionFailed.because(
        format!("Không có {kind} nào khớp điều kiện, nên If-Match không thể đúng."),
        format!("No {kind} matches the criteria, so If-Match cannot hold."),
    )
}

/// The premise that nothing has an id yet.
pub(in crate::interaction) async fn free(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &ResourceId,
) -> Result<Premise, Failure> {
    let (is_there, premise) = there(ctx, kind, id).await?;
    if is_there {
        let text = Text::new(
            format!(
                "Không có {kind} nào khớp điều kiện, nhưng {kind}/{id} đã có và không khớp. Hãy bỏ id, hoặc gửi PUT tới {kind}/{id}."
            ),
            format!(
                "No {kind} matches the criteria, but {kind}/{id} is there and does not match. Leave the id out, or send PUT to {kind}/{id}."
            ),
        );
        let issue = Issue::error(IssueCode::Conflict, text).at(format!("{kind}.id"));
        return Err(Kind::Conflict.with(vec![issue]));
    }
    Ok(premise)
}
