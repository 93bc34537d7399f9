//! Search, <https://hl7.org/fhir/R4/http.html#search>.

use std::sync::Arc;

use crate::definitions::library::Library;
use crate::definitions::library::provided::Provided;
use crate::fhir::issue::Issue;
use crate::search::query::{Parameter, Query};
use crate::search::resolve::Place;
use crate::store::find::page::Page;
use crate::store::find::search::{Search, Turn};
use crate::store::row::{Hit, Op, Stored};

use super::engine::Ctx;
use super::failure::{Failure, Kind};
use super::provided;
use super::single::shown::show;

mod canonical;
mod common;
mod explain;
pub mod graphql;
mod include;
pub mod labels;
mod merged;
pub mod scope;

use self::common::Common;
use self::scope::Scope;

/// What a search found.
#[derive(Debug)]
pub struct Results {
    /// Where it was asked, below the base URL.
    pub path: String,
    /// The parameters that were used.
    pub used: Vec<Parameter>,
    /// Whether it is not the first page.
    pub is_further: bool,
    pub page: Page,
    /// What comes along with the page.
    pub included: Vec<Hit>,
    /// What is told beside them.
    pub notes: Vec<Issue>,
}

impl Results {
    /// Whether it is told how well matches match: full text was asked for, or the best first, and
    /// there is no other order.
    pub fn is_scored(&self) -> bool {
        let has =
            |names: &[&str]| self.used.iter().find(|used| names.contains(&used.name.as_str()));
        match has(&["_sort"]) {
            Some(sort) => sort.text.ends_with("_score"),
            None => has(&["_text", "_content"]).is_some(),
        }
    }
}

/// Finds a page of matches, and what comes along with them.
pub async fn search(ctx: &Ctx<'_>, scope: Scope, query: Query) -> Result<Results, Failure> {
    let (path, kinds) = (scope.path(), scope.kinds(ctx, &query)?);
    let place = Place { path: &path, kinds: &kinds, is_of_types: scope.is_of_types() };
    let Common { mut searches, includes, view, used, told, explain } =
        common::resolved(ctx, place, query)?;
    for search in &mut searches {
        search.criteria.extend(scope.criteria(ctx, search.kind));
    }
    let is_further = searches.iter().any(|search| search.turn != Turn::First);
    let mut page = Box::pin(merged::page(ctx, &searches)).await?;
    let included = Box::pin(include::include(ctx, &includes, &page)).await?;
    let mut notes = told;
    if explain {
        notes.extend(explain::explain(ctx, &searches).await?);
    }
    notes.extend(included.note(ctx.engine.size));
    let mut included = included.hits();
    let hits = page.hits.iter_mut().chain(&mut included);
    show(ctx, &view, hits.map(|hit| &mut hit.stored))?;
    Ok(Results { path, used, is_further, page, included, notes })
}

/// Finds a page of what is stored and of what comes with the server.
async fn find(ctx: &Ctx<'_>, search: &Search) -> Result<Page, Failure> {
    let stored = ctx.rows().search(search).await?;
    if !Provided::has_kind(search.kind) {
        return Ok(stored);
    }
    let narrowed = ctx.rows().narrowed(search);
    let search = narrowed.as_ref();
    let served = &ctx.engine.served;
    if let Some(wanted) = served.wanted(search) {
        let served = Arc::clone(served);
        // Others are answered meanwhile. A search that was cut short finds it the next time.
        let made = tokio::task::spawn_blocking(move || served.prepare(wanted)).await;
        made.map_err(|_panicked| interrupted())?;
    }
    let page = served.join(search, stored);
    if Library::keeps(search.kind) { Ok(page) } else { unhidden(ctx, page).await }
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
