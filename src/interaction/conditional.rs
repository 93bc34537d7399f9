//! Searches that decide about a write,
//! <https://hl7.org/fhir/R4/http.html#ccreate>.

use crate::fhir::kind::ResourceKind;
use crate::search::page;
use crate::search::query::Query;
use crate::search::resolve::{Context, resolve};
use crate::search::resolved::Resolved;
use crate::store::row::Stored;
use crate::store::write::Premise;

use super::engine::Ctx;
use super::failure::{Failure, Kind};

/// How often a write is prepared again when others changed what its search finds.
pub(super) const ATTEMPTS: usize = 8;

/// Reads a search.
pub(super) fn resolved(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    query: Query,
) -> Result<Resolved, Failure> {
    let engine = ctx.engine;
    let context = Context {
        registry: &engine.registry,
        kind,
        zone: engine.zone,
        base: &engine.base,
        now: ctx.now,
        page: engine.page,
        size: engine.size,
        lenient: ctx.prefer.lenient,
        key: &engine.cursor_key,
    };
    resolve(query, &context).map_err(|issues| Kind::Malformed.with(issues))
}

/// The only match of criteria, if there is one, and the premise that it is so; several are a
/// failure.
pub(super) async fn only(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    criteria: &str,
) -> Result<(Option<Stored>, Premise), Failure> {
    // A criterion that is left out would match more than was meant: never lenient.
    let strict = Ctx { prefer: super::engine::Prefer { lenient: false, ..ctx.prefer }, ..*ctx };
    let search = resolved(&strict, kind, Query::parse([criteria]))?;
    if search.predicates.is_empty() {
        return Err(Kind::PreconditionFailed.because(
            "Điều kiện tìm kiếm không chọn lọc tài nguyên nào.",
            "The criteria select nothing in particular.",
        ));
    }
    let (mut hits, premise) = page::matches(&ctx.engine.store, &search).await?;
    if hits.len() > 1 {
        return Err(Kind::PreconditionFailed.because(
            format!("Điều kiện khớp với nhiều {kind}; cần khớp nhiều nhất một."),
            format!("The criteria match several {kind} resources; one at most may match."),
        ));
    }
    Ok((hits.pop().map(|hit| hit.stored), premise))
}

/// Others kept changing what the search finds.
pub(super) fn contended() -> Failure {
    Kind::Conflict.because(
        "Dữ liệu mà điều kiện dựa vào thay đổi liên tục. Không có gì được lưu; hãy thử lại.",
        "What the criteria rest on kept changing. Nothing was stored; try again.",
    )
}
