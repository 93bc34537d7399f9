//! Patch, <https://hl7.org/fhir/R4/http.html#patch>, of an id or of what criteria find.
//!
//! The version that is patched is a premise of the write, so a patch is never done to another; who is
//! overtaken patches the new one, unless `If-Match` forbids it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::json::{parse, parse_own};
use crate::fhir::kind::ResourceKind;
use crate::fhir::time::Instant;
use crate::patch::document::{Patch, Surroundings, Syntax};
use crate::patch::fault::PatchFault;
use crate::search::query::Query;
use crate::store::row::{Op, Stored};
use crate::store::write::{Expect, Premise};

use super::conditional::only;
use super::conditional_update::is_current;
use super::precondition::Tags;
use super::read::{gone, unknown};
use super::update::{Saved, attempt};
use crate::interaction::commit::Valid;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::provided::read_only;
use crate::interaction::turns::Tries;

/// Patches a resource.
pub async fn patch(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &ResourceId,
    patch: &Patch,
    if_match: Option<&Tags>,
) -> Result<Saved, Failure> {
    let mut tries = ctx.engine.turns.begin();
    loop {
        tries.next()?;
        let (stored, premise) = current(ctx, kind, id).await?;
        is_current(&stored, if_match)?;
        if let Some(saved) = patch_once(ctx, &stored, patch, premise, &mut tries).await? {
            return Ok(saved);
        }
    }
}

/// Patches the only resource that criteria find.
pub async fn conditional_patch(
    ctx: &Ctx<'_>,
    (kind, query): (ResourceKind, &Query),
    patch: &Patch,
    if_match: Option<&Tags>,
) -> Result<Saved, Failure> {
    let mut tries = ctx.engine.turns.begin();
    loop {
        tries.next()?;
        let (found, premise) = only(ctx, kind, query.clone()).await?;
        let stored = found.ok_or_else(|| nothing_found(kind))?;
        is_current(&stored, if_match)?;
        if let Some(saved) = patch_once(ctx, &stored, patch, premise, &mut tries).await? {
            return Ok(saved);
        }
    }
}

/// Criteria of a patch match nothing.
pub(in crate::interaction) fn nothing_found(kind: ResourceKind) -> Failure {
    Kind::NotFound.because(
        format!("Không có {kind} nào khớp điều kiện."),
        format!("No {kind} matches the criteria."),
    )
}

/// What is there to be patched, and the premise that it is still so.
pub(in crate::interaction) async fn current(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &ResourceId,
) -> Result<(Stored, Premise), Failure> {
    let since = ctx.rows().seen();
    match ctx.rows().current(kind, id).await? {
        Some(stored) if stored.op != Op::Deleted => {
            let version = Some(stored.version);
            Ok((stored, Premise::Version { kind, id: id.clone(), version, since }))
        }
        _ if ctx.engine.served.has(kind, id) => Err(read_only(kind, id)),
        Some(_) => Err(gone(kind, id)),
        None => Err(unknown(kind, id)),
    }
}

async fn patch_once(
    ctx: &Ctx<'_>,
    stored: &Stored,
    patch: &Patch,
    premise: Premise,
    tries: &mut Tries<'_>,
) -> Result<Option<Saved>, Failure> {
    let mut valid = Valid::check(ctx, stored.kind, patched(ctx, stored, patch)?).await?;
    let target = (stored.id.clone(), Expect::Living);
    attempt(ctx, &mut valid, target, vec![premise], tries).await
}

/// What a patch makes of a version.
pub(in crate::interaction) fn patched(
    ctx: &Ctx<'_>,
    stored: &Stored,
    patch: &Patch,
) -> Result<Value, Failure> {
    let resource = parse_own(&stored.body).map_err(|issue| Kind::Exception.with(vec![issue]))?;
    let surroundings = Surroundings {
        shapes: &ctx.engine.registry.shapes,
        now: Instant::from_micros(ctx.now),
        zone: ctx.engine.zone,
    };
    Ok(patch.apply(&surroundings, &resource)?)
}

/// The patch of an entry of a Bundle: a `Parameters`, or a `Binary` with whatever a patch is sent as.
pub(in crate::interaction) fn patch_of(resource: Option<Value>) -> Result<Patch, Failure> {
    let text = |key: &str| resource.as_ref()?.get(key)?.as_str();
    match (text("resourceType"), &resource) {
        (Some("Parameters"), Some(parameters)) => Ok(Patch::of_parameters(parameters)?),
        (Some("Binary"), _) => {
            let kind = text("contentType").unwrap_or_default();
            let data = text("data").and_then(|data| STANDARD.decode(data).ok());
            let data = data.ok_or_else(|| {
                let text = Text::new(
                    "Binary.data phải là patch, mã hóa base64.",
                    "Binary.data must be the patch, in base64.",
                );
                Kind::Malformed.with(vec![Issue::error(IssueCode::Value, text).at("Binary.data")])
            })?;
            let document = parse(&data).map_err(|issue| Kind::Malformed.with(vec![issue]))?;
            match Syntax::of_media_type(kind) {
                Some(syntax) => Ok(Patch::read(syntax, document)?),
                None if kind.starts_with("application/fhir+json") => {
                    Ok(Patch::of_parameters(&document)?)
                }
                None => Err(strange(kind)),
            }
        }
        _ => Err(Kind::Malformed.because(
            "Mục PATCH cần resource là Parameters (FHIRPath Patch), hoặc Binary có contentType và data của patch.",
            "A PATCH entry needs a Parameters (FHIRPath Patch) as its resource, or a Binary with contentType and data of the patch.",
        )),
    }
}

fn strange(kind: &str) -> Failure {
    let text = Text::new(
        format!(
            "Máy chủ không đọc patch kiểu '{kind}' trong Binary. Hãy dùng application/json-patch+json, application/merge-patch+json hoặc application/fhir+json."
        ),
        format!(
            "This server does not read patches of type '{kind}' in a Binary. Use application/json-patch+json, application/merge-patch+json or application/fhir+json."
        ),
    );
    let issue = Issue::error(IssueCode::NotSupported, text).at("Binary.contentType");
    Kind::UnsupportedMediaType.with(vec![issue])
}

impl From<PatchFault> for Failure {
    fn from(fault: PatchFault) -> Self {
        match fault {
            PatchFault::Malformed(issue) => Kind::Malformed.with(vec![issue]),
            PatchFault::Unfit(issue) => Kind::Unprocessable.with(vec![issue]),
            PatchFault::Spent(spent) => spent.into(),
        }
    }
}
