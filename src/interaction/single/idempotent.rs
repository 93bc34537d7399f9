//! `Idempotency-Key`: a change that is asked for once more is not made once more, the first answer comes
//! again, <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>.
//!
//! What was done is kept in the commit that does it, so neither is there without the other, and of any
//! number of equal requests at once one is carried out.

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::bundle::entries::{Answered, BundleKind};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::respond::Answer;
use crate::interaction::single::update::Saved;
use crate::store::row::{Op, Stored};
use crate::store::write::{Done, Keep, Kept};

/// Characters that a key may have.
const LONGEST: usize = 255;

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// What a request is kept as; `asked` is all that makes it another one.
pub fn keep(ctx: &Ctx<'_>, key: &str, asked: &[&[u8]]) -> Result<Keep, Failure> {
    let seconds = ctx.engine.rest.idempotency_seconds;
    if seconds == 0 {
        return Err(Kind::NotSupported.because(
            "Máy chủ không dùng Idempotency-Key (cài đặt idempotency_seconds là 0).",
            "This server does not use Idempotency-Key (setting idempotency_seconds is 0).",
        ));
    }
    let is_visible = |byte: u8| (0x20..0x7f).contains(&byte);
    if key.is_empty() || key.len() > LONGEST || !key.bytes().all(is_visible) {
        return Err(Kind::Malformed.because(
            format!("Idempotency-Key có 1 đến {LONGEST} ký tự ASCII."),
            format!("An Idempotency-Key has 1 to {LONGEST} characters of ASCII."),
        ));
    }
    let key = digest(&[ctx.who().as_bytes(), key.as_bytes()]);
    let until = ctx.now.saturating_add(seconds.saturating_mul(SECOND));
    Ok(Keep { key, asked: digest(asked), about: String::new(), until })
}

/// A number for some texts, in their order.
fn digest(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        digest.update(part);
    }
    digest.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// The answer to an equal request of before, if there was one.
pub async fn answered(ctx: &Ctx<'_>, keep: &Keep) -> Result<Option<Answer>, Failure> {
    let Some(kept) = ctx.engine.rows.kept(&keep.key).await? else { return Ok(None) };
    if kept.asked != keep.asked {
        return Err(Kind::Unprocessable.because(
            "Idempotency-Key này đã dùng cho một yêu cầu khác. Không có gì được lưu; yêu cầu mới cần khóa mới.",
            "This Idempotency-Key was used for another request. Nothing was stored; a new request needs a new key.",
        ));
    }
    let answer = match serde_json::from_str(&kept.about) {
        Ok(Value::Object(layout)) => of_transaction(ctx, &kept, &Value::Object(layout)).await?,
        _ => of_one(ctx, &kept).await?,
    };
    Ok(Some(Answer::Kept(Box::new(answer))))
}

async fn of_one(ctx: &Ctx<'_>, kept: &Kept) -> Result<Answer, Failure> {
    match kept.writes.as_slice() {
        [only] => of_write(ctx, only).await,
        several => {
            let kind = several.first().map_or(ResourceKind::BUNDLE, |done| done.kind);
            Ok(Answer::deleted(ctx, kind, several.len(), None))
        }
    }
}

async fn of_write(ctx: &Ctx<'_>, done: &Done) -> Result<Answer, Failure> {
    let Done { kind, id, version, op } = done;
    if *op == Some(Op::Deleted) {
        return Ok(Answer::Deleted { version: *version, issues: Vec::new() });
    }
    let stored = there(ctx, (*kind, id, version.unwrap_or_default())).await?;
    let created = matches!(op, Some(Op::Created | Op::CreatedByUpdate));
    Ok(Answer::Saved(Saved { stored, created, issues: Vec::new() }))
}

async fn there(
    ctx: &Ctx<'_>,
    (kind, id, version): (ResourceKind, &ResourceId, i64),
) -> Result<Stored, Failure> {
    let stored = ctx.rows().version(kind, id, version).await?;
    stored.ok_or_else(|| {
        Kind::Gone.because(
            format!("Yêu cầu này đã được thực hiện, nhưng phiên bản {version} của {kind}/{id} không còn."),
            format!("This request was carried out, but version {version} of {kind}/{id} is no more."),
        )
    })
}

/// What is remembered of a transaction: how many entries it has, of which of them each write is, what some
/// found that was there, and which are the same as others.
pub(in crate::interaction) fn layout(
    entries: usize,
    origins: &[usize],
    there: &[(usize, &Stored)],
    same: &[(usize, usize)],
) -> String {
    let found = there.iter().map(|(number, stored)| {
        json!([number, stored.kind.name(), stored.id.as_str(), stored.version])
    });
    let found: Vec<Value> = found.collect();
    json!({ "entries": entries, "of": origins, "there": found, "same": same }).to_string()
}

async fn of_transaction(ctx: &Ctx<'_>, kept: &Kept, layout: &Value) -> Result<Answer, Failure> {
    let list = |key: &str| layout.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let number = |value: Option<&Value>| value?.as_u64().and_then(|it| usize::try_from(it).ok());
    let count = number(layout.get("entries")).unwrap_or_default().min(ctx.engine.bundle_entries);
    // What only read is not read again.
    let mut entries: Vec<Result<Answer, Failure>> =
        std::iter::repeat_with(|| Ok(Answer::Capabilities)).take(count).collect();
    let mut put = |at: Option<usize>, answer: Answer| {
        if let Some(slot) = at.and_then(|at| entries.get_mut(at)) {
            *slot = Ok(answer);
        }
    };
    for (origin, done) in list("of").iter().zip(&kept.writes) {
        put(number(Some(origin)), of_write(ctx, done).await?);
    }
    for found in list("there") {
        let text = |at: usize| found.get(at).and_then(Value::as_str);
        let place = text(1).and_then(ResourceKind::parse).zip(text(2).and_then(ResourceId::parse));
        let version = found.get(3).and_then(Value::as_i64).unwrap_or_default();
        if let Some((kind, id)) = place {
            let stored = there(ctx, (kind, &id, version)).await?;
            let saved = Saved { stored, created: false, issues: Vec::new() };
            put(number(found.get(0)), Answer::Saved(saved));
        }
    }
    for pair in list("same") {
        let (at, other) = (number(pair.get(0)), number(pair.get(1)));
        let of = list("of").iter().position(|origin| number(Some(origin)) == other);
        if let Some(done) = of.and_then(|place| kept.writes.get(place)) {
            let done = Done { op: None, ..done.clone() };
            put(at, of_write(ctx, &done).await?);
        }
    }
    Ok(Answer::Bundle(Answered { kind: BundleKind::Transaction, entries, issues: Vec::new() }))
}
