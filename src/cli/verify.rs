//! `mebe verify`

use std::io::Write;
use std::process::ExitCode;

use crate::config::settings::Settings;
use crate::definitions::registry::Registry;
use crate::index::indexer::Indexer;
use crate::index::patient::PatientKey;
use crate::store::database::Location;
use crate::store::revision::{MadeFor, Wanted};
use crate::store::verify::check::check;
use crate::store::verify::report::Report;
use crate::store::verify::source::Source;

/// Checks a database and reports; the exit code is 1 when something is wrong.
pub(super) fn run(settings: &Settings) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let location = Location::parse(&settings.database)?;
    location.exists()?;
    let report = actix_web::rt::System::new().block_on(checked(settings, &location))?;
    let mut out = std::io::stdout().lock();
    for fault in &report.faults {
        writeln!(out, "{fault}")?;
    }
    if report.records > 0 {
        // Noted elsewhere, it shows a chain that was made anew.
        let (records, chain) = (report.records, &report.chain);
        writeln!(out, "audit: {records} records, the chain ends with {chain}")?;
    }
    let (resources, versions, rows) = (report.resources, report.versions, report.index_rows);
    let count = report.count;
    writeln!(out, "{resources} resources, {versions} versions, {rows} index rows: {count} faults")?;
    Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn checked(
    settings: &Settings,
    location: &Location,
) -> Result<Report, Box<dyn std::error::Error>> {
    let mut source = match Source::open(location).await {
        Err(error) if error.is_damage() => return Ok(Report::of(&error)),
        opened => opened?,
    };
    // The database knows for which server its index was made.
    let made_for = source.made_for().await.unwrap_or_else(|| MadeFor {
        zone: settings.zone(),
        base: settings.base(),
        secret: Vec::new(),
        full_text: settings.full_text,
    });
    let registry = Registry::r4()?;
    let (zone, base) = (made_for.zone, made_for.base.as_str());
    let patients = &PatientKey::new(&made_for.secret);
    let indexer = Indexer::new(&registry, zone, base, patients.clone());
    let full_text = made_for.full_text;
    let indexer = indexer.with_words(full_text);
    let search = source.search(&registry).await;
    let indexer = indexer.renewed(&registry, search, 0);
    let wanted = Wanted { registry: &registry, zone, base, patients, full_text };
    Ok(check(&mut source, &wanted, &indexer).await?)
}
