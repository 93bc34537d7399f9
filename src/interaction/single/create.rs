//! Create, <https://hl7.org/fhir/R4/http.html#create>, and conditional create.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::store::row::Stored;
use crate::store::write::Expect;

use super::conditional::{only, query_of};
use super::update::{Saved, attempt};
use crate::interaction::commit::Valid;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;

/// Stores a resource under a new id. With criteria, a resource that already matches them is
/// returned instead; of any number of equal requests at once, one creates.
pub async fn create(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    resource: Value,
    if_none_exist: Option<&str>,
) -> Result<Saved, Failure> {
    let mut valid = Valid::check(ctx, kind, resource).await?;
    let id = ResourceId::generate();
    let mut tries = ctx.engine.turns.begin();
    loop {
        tries.next()?;
        let mut premises = Vec::new();
        if let Some(criteria) = if_none_exist {
            let query = query_of(ctx, kind, criteria)?;
            let (found, premise) = only(ctx, kind, query).await?;
            if let Some(stored) = found {
                return Ok(existing(stored, valid.issues));
            }
            premises.push(premise);
        }
        let target = (id.clone(), Expect::New);
        if let Some(saved) = attempt(ctx, &mut valid, target, premises, &mut tries).await? {
            return Ok(saved);
        }
    }
}

fn existing(stored: Stored, issues: Vec<Issue>) -> Saved {
    Saved { stored, created: false, issues }
}
