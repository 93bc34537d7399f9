//! Update, <https://hl7.org/fhir/R4/http.html#update>; an unknown id is created.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::store::row::{Op, Stored};
use crate::store::write::Written;

use super::conditional::{ATTEMPTS, contended};
use super::precondition::Tags;
use super::shown::whole;
use crate::interaction::commit::{Valid, commit};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

/// A resource that was stored.
#[derive(Debug)]
pub struct Saved {
    pub stored: Stored,
    /// Whether there was none before.
    pub created: bool,
    /// Warnings and notes.
    pub issues: Vec<Issue>,
}

/// Stores a new version of a resource, or the first under this id.
pub async fn update(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: ResourceId,
    resource: Value,
    if_match: Option<&Tags>,
) -> Result<Saved, Failure> {
    same_id(kind, &id, &resource)?;
    whole(kind, &resource)?;
    let mut valid = Valid::check(ctx, kind, resource).await?;
    let expect = Tags::expected(if_match);
    for _ in 0..ATTEMPTS {
        let premises = valid.around(ctx, &id).await?;
        let write = valid.put(ctx.engine, id.clone(), expect.clone());
        if let Some(written) = commit(ctx, vec![write], premises).await? {
            return saved(kind, id, written, valid.issues);
        }
    }
    Err(contended())
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
        Some(Written::Nothing { .. }) | None => Err(Kind::Exception.because(
            "Máy chủ không ghi được tài nguyên.",
            "The server did not write the resource.",
        )),
    }
}
