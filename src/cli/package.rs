//! `mebe package`

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};

use crate::app::packages::{self, Loaded};
use crate::definitions::npm::check;
use crate::definitions::npm::finding::Finding;
use crate::definitions::npm::packages::Package as Read;
use crate::definitions::registry::Registry;
use crate::fhir::issue::Severity;
use crate::operation::guide_package;
use crate::snapshot::service::Snapshots;

/// What to do with packages.
#[derive(Debug, Subcommand)]
pub(super) enum Package {
    /// Read packages as `serve` does and say what is wrong with them.
    Check(Check),
    /// Write the guide of the booklet as a package, with snapshots and examples.
    Export(Export),
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Archives (`.tgz`) and folders; those that depend on each other belong together.
    #[arg(required = true)]
    files: Vec<String>,
    /// The language of the findings.
    #[arg(long, value_enum, default_value = "vi")]
    language: Language,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The file to write, such as `vn.mebe.mch-0.1.0.tgz`.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    Vi,
    En,
}

/// Reports; the exit code is 1 when something cannot be used, 2 when a package cannot be read.
pub(super) fn run(package: &Package) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Check { files, language } = match package {
        Package::Check(check) => check,
        Package::Export(Export { file }) => {
            let snapshots = Snapshots::new(Arc::new(Registry::r4()?));
            std::fs::write(file, guide_package::package(&snapshots)?)?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let Loaded { packages, registry } = packages::load(files, false)?;
    let checked = check::run::check(&registry.library, &packages);
    let mut out = std::io::stdout().lock();
    let mut has_errors = false;
    for (package, more) in packages.packages.iter().zip(&checked) {
        let findings: Vec<&Finding> = package.findings.iter().chain(more).collect();
        write(&mut out, package, &findings, *language)?;
        has_errors |= findings.iter().any(|finding| finding.severity.refuses());
    }
    Ok(if has_errors { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn write(
    out: &mut impl Write,
    package: &Read,
    findings: &[&Finding],
    language: Language,
) -> std::io::Result<()> {
    writeln!(out, "{} ({})", package.label(), package.source)?;
    let counts = package.counts.iter().map(|(name, count)| format!("{count} {name}"));
    let counts: Vec<String> = counts.chain([format!("{} examples", package.examples)]).collect();
    writeln!(out, "  {}", counts.join(", "))?;
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_file.entry(&finding.file).or_default().push(finding);
    }
    for (file, findings) in by_file {
        writeln!(out, "  {file}")?;
        for finding in findings {
            let text = match language {
                Language::Vi => &finding.text.vi,
                Language::En => &finding.text.en,
            };
            let severity = finding.severity.code();
            let element = finding.element.as_deref().map(|element| format!("{element}: "));
            writeln!(out, "    {severity}: {}{text}", element.unwrap_or_default())?;
        }
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    writeln!(out, "  {errors} errors, {warnings} warnings")
}
