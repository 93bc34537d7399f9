//! Checks everything, one thing after the other.

use crate::index::indexer::Indexer;
use crate::store::error::StoreError;
use crate::store::revision::Wanted;

use super::index::Spans;
use super::parameters::Made;
use super::report::Report;
use super::source::{Inner, Source};
use super::{audit, authority, file, index, listed, log, parameters, schema};

/// Checks a database whose index is made so.
pub async fn check(
    source: &mut Source,
    wanted: &Wanted<'_>,
    indexer: &Indexer,
) -> Result<Report, StoreError> {
    let mut report = Report::default();
    if let Inner::Sqlite { path, connection } = &source.inner {
        file::check(path, connection, &mut report)?;
    }
    schema::check(source, &mut report).await?;
    authority::check(source, &mut report).await?;
    let made = parameters::settings(source, wanted, &mut report).await?;
    let mut ever = Spans::default();
    let superseded = &mut |kind, body: &str| index::read(&mut ever, indexer, kind, body);
    log::check(source, (superseded, made), &mut report).await?;
    audit::check(source, &mut report).await?;
    let list = parameters::list(source, &mut report).await?;
    let now = index::check(source, (indexer, &list, made), &mut report).await?;
    if made != Made::Never {
        parameters::check(wanted, &list, (&now, &ever), &mut report);
    }
    if made == Made::AsWanted {
        listed::check(source, (wanted, &list), &mut report).await?;
    }
    Ok(report)
}
