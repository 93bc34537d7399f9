//! `_explain=true`, ours: how a search is answered, told beside what it finds.

use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::store::find::page::explain::Explained;
use crate::store::find::search::Search;

/// Searches of several types that are explained.
const MOST: usize = 5;

/// Tells of each type how it is searched.
pub(super) async fn explain(ctx: &Ctx<'_>, searches: &[Search]) -> Result<Vec<Issue>, Failure> {
    // Estimates and times tell of what whoever asks may not see.
    ctx.administers()?;
    let mut notes = Vec::new();
    for search in searches.iter().take(MOST) {
        let explained = Box::pin(ctx.rows().explain(search)).await?;
        notes.push(note(search, &explained));
    }
    Ok(notes)
}

fn note(search: &Search, told: &Explained) -> Issue {
    let (kind, strategy, sql) = (search.kind, &told.strategy, &told.sql);
    let (found, micros) = (told.found, told.micros);
    let parts = |rows: &str| {
        let part = |(at, part): (usize, &crate::store::find::page::explain::Part)| {
            let count = part.rows.map_or("–".to_owned(), |count| count.to_string());
            format!("\n{}. {}: {count} {rows}", at + 1, part.criteria)
        };
        told.parts.iter().enumerate().map(part).collect::<String>()
    };
    let text = Text::new(
        format!(
            "{kind}: cách tìm '{strategy}', tìm được {found} trong {micros} µs.{}\n{sql}",
            parts("hàng")
        ),
        format!(
            "{kind}: strategy '{strategy}', found {found} in {micros} µs.{}\n{sql}",
            parts("rows")
        ),
    );
    Issue::error(IssueCode::Informational, text).note().at("http._explain")
}
