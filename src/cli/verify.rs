//! `mebe verify`

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use crate::config::settings::Settings;
use crate::definitions::registry::Registry;
use crate::index::indexer::Indexer;
use crate::store::database::Location;
use crate::store::revision;
use crate::store::verify::verify;

/// Checks a database and reports; the exit code is 1 when something is wrong.
pub(super) fn run(settings: &Settings) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let registry = Arc::new(Registry::r4()?);
    let location = Location::parse(&settings.database)?;
    location.exists()?;
    let work = async {
        // The database knows for which server its index was made.
        let made_for = revision::made_for(&location).await?;
        let (zone, base) = made_for.unwrap_or_else(|| (settings.zone(), settings.base()));
        verify(&location, &Indexer::new(&registry, zone, &base)).await
    };
    let report = actix_web::rt::System::new().block_on(work)?;
    let mut out = std::io::stdout().lock();
    for fault in &report.faults {
        writeln!(out, "{fault}")?;
    }
    let (resources, versions, rows) = (report.resources, report.versions, report.index_rows);
    let count = report.faults.len();
    writeln!(out, "{resources} resources, {versions} versions, {rows} index rows: {count} faults")?;
    Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
