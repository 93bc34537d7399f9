//! Search of one type, <https://hl7.org/fhir/R4/http.html#search>.

use crate::fhir::kind::ResourceKind;
use crate::search::page::{self, Page};
use crate::search::query::Query;
use crate::search::resolved::Resolved;

use super::conditional::resolved;
use super::engine::Ctx;
use super::failure::Failure;

/// Finds a page of matches.
pub async fn search(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    query: Query,
) -> Result<(Resolved, Page), Failure> {
    let search = resolved(ctx, kind, query)?;
    let page = page::page(&ctx.engine.store, &search).await?;
    Ok((search, page))
}
