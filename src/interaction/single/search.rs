//! Search of one type, <https://hl7.org/fhir/R4/http.html#search>.

use std::sync::Arc;

use crate::definitions::library::Library;
use crate::definitions::library::provided::Provided;
use crate::fhir::kind::ResourceKind;
use crate::search::query::Query;
use crate::search::resolved::Resolved;
use crate::store::find::page::Page;
use crate::store::row::{Op, Stored};

use super::conditional::resolved;
use super::shown::show;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::provided;

/// Finds a page of matches.
pub async fn search(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    query: Query,
) -> Result<(Resolved, Page), Failure> {
    let search = resolved(ctx, kind, query)?;
    let stored = ctx.rows().search(&search.search).await?;
    let mut page = match Provided::has_kind(kind) {
        true => with_provided(ctx, &search, stored).await?,
        false => stored,
    };
    show(ctx, &search.view, page.hits.iter_mut().map(|hit| &mut hit.stored))?;
    Ok((search, page))
}

/// A page of stored resources with those definitions that come with the server and belong on it.
async fn with_provided(ctx: &Ctx<'_>, search: &Resolved, stored: Page) -> Result<Page, Failure> {
    let served = &ctx.engine.served;
    if let Some(wanted) = served.wanted(&search.search) {
        let served = Arc::clone(served);
        // Others are answered meanwhile. A search that was cut short finds it the next time.
        let made = tokio::task::spawn_blocking(move || served.prepare(wanted)).await;
        made.map_err(|_panicked| interrupted())?;
    }
    let page = served.join(&search.search, stored);
    if Library::keeps(search.search.kind) { Ok(page) } else { unhidden(ctx, page).await }
}

/// The page without what something stored takes the place of, where the library does not know.
async fn unhidden(ctx: &Ctx<'_>, page: Page) -> Result<Page, Failure> {
    let mut hits = Vec::with_capacity(page.hits.len());
    for hit in page.hits {
        let Stored { kind, id, .. } = &hit.stored;
        let is_hidden = provided::is_provided(&hit)
            && (ctx.rows().current(*kind, id).await?)
                .is_some_and(|stored| stored.op != Op::Deleted);
        hits.extend((!is_hidden).then_some(hit));
    }
    Ok(Page { hits, ..page })
}

fn interrupted() -> Failure {
    Kind::Exception.because(
        "Máy chủ không chuẩn bị được các định nghĩa đi kèm để tìm.",
        "The server could not prepare the definitions that come with it for searching.",
    )
}
