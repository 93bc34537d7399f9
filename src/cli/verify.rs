//! `mebe verify`

use std::io::Write;
use std::process::ExitCode;

use crate::config::settings::Settings;
use crate::definitions::registry::Registry;
use crate::index::indexer::Indexer;
use crate::store::database::Location;
use crate::store::revision::{self, MadeFor};
use crate::store::verify::verify;

/// Checks a database and reports; the exit code is 1 when something is wrong.
pub(super) fn run(settings: &Settings) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let location = Location::parse(&settings.database)?;
    location.exists()?;
    let work = async {
        // The database knows for which server its index was made.
        let made_for = revision::made_for(&location).await?.unwrap_or_else(|| MadeFor {
            zone: settings.zone(),
            base: settings.base(),
            added: Vec::new(),
        });
        let registry = Registry::with_parameters(made_for.added)?;
        let indexer = Indexer::new(&registry, made_for.zone, &made_for.base);
        Ok::<_, Box<dyn std::error::Error>>(verify(&location, &indexer).await?)
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
