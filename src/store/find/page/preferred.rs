//! A page of a search that prefers some of its matches: these in the order of `rid`, then the others.
//!
//! Each of the two parts is a search of its own; a cursor has the number of its part as its key.

use crate::criteria::tree::Criteria;
use crate::store::cell::Cell;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::row::Hit;

use super::Page;
use crate::store::find::search::{Cursor, Search, Total, Turn};

/// What is preferred, and what is not.
const PARTS: [i64; 2] = [0, 1];

pub(super) async fn page(
    store: &Store,
    search: &Search,
    first: &Criteria,
) -> Result<Page, StoreError> {
    let is_backward = search.turn.is_backward();
    let mut parts = PARTS;
    if is_backward {
        parts.reverse();
    }
    let at = search.turn.cursor().map(part_of);
    let (mut hits, mut has_more): (Vec<Hit>, bool) = (Vec::new(), false);
    for part in parts {
        let is_passed = at.is_some_and(|at| if is_backward { part > at } else { part < at });
        if is_passed || has_more {
            continue;
        }
        let inner = of_part(search, first, (part, at), hits.len());
        let mut page = Box::pin(store.whole(&inner)).await?;
        has_more = page.goes_on(&inner);
        page.hits.iter_mut().for_each(|hit| hit.keys = vec![Cell::Integer(part)]);
        match is_backward {
            true => drop(hits.splice(..0, page.hits)),
            false => hits.extend(page.hits),
        }
    }
    let mut page = Page::of(search, hits, has_more, None);
    let all_seen = search.turn.cursor().is_none() && !page.goes_on(search);
    page.total = match search.total {
        _ if all_seen => u64::try_from(page.hits.len()).ok(),
        Total::None => None,
        Total::Accurate => {
            let count = Search { count_only: true, prefer: None, ..search.clone() };
            Box::pin(store.whole(&count)).await?.total
        }
    };
    Ok(page)
}

fn part_of(cursor: &Cursor) -> i64 {
    match cursor.keys.first() {
        Some(Cell::Integer(part)) => *part,
        _ => 0,
    }
}

/// The search of one part, for what is left of the page; when nothing is, whether there is more.
fn of_part(
    search: &Search,
    first: &Criteria,
    (part, at): (i64, Option<i64>),
    found: usize,
) -> Search {
    let mut criteria = search.criteria.clone();
    criteria.push(match part {
        0 => first.clone(),
        _ => Criteria::Not(Box::new(first.clone())),
    });
    let own = |cursor: &Cursor| Cursor { rid: cursor.rid, keys: Vec::new() };
    let turn = match &search.turn {
        Turn::Behind(cursor) if at == Some(part) => Turn::Behind(own(cursor)),
        Turn::Before(cursor) if at == Some(part) => Turn::Before(own(cursor)),
        turn if turn.is_backward() => Turn::Last,
        _ => Turn::First,
    };
    let found = u64::try_from(found).unwrap_or(u64::MAX);
    let count = search.count.saturating_sub(found).max(1);
    Search { criteria, turn, count, prefer: None, total: Total::None, ..search.clone() }
}
