//! A page of several types, made of a page of each.
//!
//! Each type is searched behind the same place: `rid` and keys say where that is, whatever type the
//! resource has that stands there.

use std::cmp::Ordering;

use crate::definitions::library::provided::Provided;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::interaction::provided::order;
use crate::store::find::page::Page;
use crate::store::find::search::Search;
use crate::store::row::Hit;

use super::find;

/// So many types are searched without a look at whether there is anything of them.
const FEW: usize = 4;

/// Finds a page of what the searches find, which differ in their types.
pub(super) async fn page(ctx: &Ctx<'_>, searches: &[Search]) -> Result<Page, Failure> {
    if let [only] = searches {
        return find(ctx, only).await;
    }
    let Some(first) = searches.first() else {
        return Ok(Page { hits: Vec::new(), next: None, previous: None, total: Some(0) });
    };
    let populated = populated(ctx, searches).await?;
    let mut pages = Vec::new();
    for search in searches.iter().filter(|search| populated.contains(&search.kind)) {
        pages.push(find(ctx, search).await?);
    }
    Ok(merge(first, pages))
}

/// The types of which there may be something.
async fn populated(ctx: &Ctx<'_>, searches: &[Search]) -> Result<Vec<ResourceKind>, Failure> {
    let kinds: Vec<ResourceKind> = searches.iter().map(|search| search.kind).collect();
    if kinds.len() <= FEW {
        return Ok(kinds);
    }
    let mut populated = ctx.rows().populated(&kinds).await?;
    populated.extend(kinds.into_iter().filter(|kind| Provided::has_kind(*kind)));
    Ok(populated)
}

/// Puts pages together. What comes beyond the end of a page that goes on is left for the next one:
/// something of that type may come before it.
fn merge(search: &Search, pages: Vec<Page>) -> Page {
    let totals: Option<Vec<u64>> = pages.iter().map(|page| page.total).collect();
    let behind = |a: &Hit, b: &Hit| order(search, (&a.keys, a.rid), (&b.keys, b.rid));
    let going_on = pages.iter().filter(|page| page.goes_on(search));
    let (end, beyond) = match search.turn.is_backward() {
        true => {
            let ends = going_on.filter_map(|page| page.hits.first());
            (ends.max_by(|a, b| behind(a, b)).cloned(), Ordering::Less)
        }
        false => {
            let ends = going_on.filter_map(|page| page.hits.last());
            (ends.min_by(|a, b| behind(a, b)).cloned(), Ordering::Greater)
        }
    };
    let mut hits: Vec<Hit> = pages.into_iter().flat_map(|page| page.hits).collect();
    hits.sort_by(behind);
    if let Some(end) = &end {
        hits.retain(|hit| behind(hit, end) != beyond);
    }
    Page::of(search, hits, end.is_some(), totals.map(|totals| totals.iter().sum()))
}
