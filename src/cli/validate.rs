//! `mebe validate`: checks files, for people and for pipelines.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | everything could be read, and nothing is as bad as `--fail-on` says |
//! | 1 | there are such findings |
//! | 2 | a file or a package cannot be read, or the command line is wrong |

mod check;
mod definitions;
mod human;
mod lines;
mod others;
mod report;
mod sarif;
mod source;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::fhir::issue::{Language, Severity};
use crate::fhir::kind::ResourceKind;

use check::Check;
use others::Others;
use report::{Checked, Report};

use super::log::complain;

/// What to check, and how to tell what was found.
#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Files, folders, or - for standard input. Resources in JSON or XML, or one a line in .ndjson.
    #[arg(required_unless_present = "lines")]
    files: Vec<PathBuf>,
    /// Definitions to check against: a FHIR package (.tgz), a folder, a file; may be repeated.
    #[arg(long, value_name = "PATH")]
    package: Vec<PathBuf>,
    /// The canonical of a profile that every resource must meet; may be repeated.
    #[arg(long, value_name = "URL")]
    profile: Vec<String>,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language of the findings.
    #[arg(long, value_enum, default_value_t = Tongue::Vi)]
    language: Tongue,
    /// From which severity on findings make the command fail.
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// Read JSON lines {id, file, supporting, profile} and write {id, outcome}: the supporting
    /// files are definitions for that line alone.
    #[arg(long, conflicts_with_all = ["files", "profile", "format", "fail_on"])]
    lines: bool,
}

/// How findings are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Grouped by file, with line and column.
    Human,
    /// An `OperationOutcome` a line.
    Json,
    /// SARIF 2.1.0, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
    Sarif,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tongue {
    Vi,
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
}

/// Files and folders that are named as skipped; of more their number is told.
const MOST_SKIPPED: usize = 20;

type Faults = Box<dyn std::error::Error>;

/// Checks everything; files that cannot be read are told of, and the others still checked.
pub(super) fn run(arguments: &Validate) -> Result<ExitCode, Faults> {
    let registry = definitions::read(&arguments.package)?;
    let kind = ResourceKind::STRUCTURE_DEFINITION;
    for profile in &arguments.profile {
        if registry.library.find(kind, profile).is_none() {
            return Err(format!("the profile {profile} is not known; add its --package").into());
        }
    }
    let registry = Arc::new(registry);
    let check = Check::new(Arc::clone(&registry));
    let language = match arguments.language {
        Tongue::Vi => Language::Vietnamese,
        Tongue::En => Language::English,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if arguments.lines {
        lines::run(&check, &registry, language, &mut out)?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let profiles: Vec<&str> = arguments.profile.iter().map(String::as_str).collect();
    let mut report = Report::new(arguments.format, language);
    let (mut failed, mut unread) = (false, false);
    let source::Named { files, skipped } = source::files(&arguments.files);
    tell_skipped(language, &skipped);
    let others = Others::new(&registry.shapes, files.iter().flatten().cloned().collect());
    for document in source::documents(files) {
        let document = match document {
            Ok(document) => document,
            Err(fault) => {
                complain(&*fault);
                unread = true;
                continue;
            }
        };
        let reachable = others.of(Path::new(&document.name));
        let issues = check.document(&document, &profiles, &reachable);
        failed |= issues.iter().any(|issue| arguments.fail_on.fails(issue.severity));
        report.add(&mut out, Checked { name: &document.name, issues })?;
    }
    report.end(&mut out)?;
    out.flush()?;
    Ok(match (unread, failed) {
        (true, _) => ExitCode::from(2),
        (false, true) => ExitCode::FAILURE,
        (false, false) => ExitCode::SUCCESS,
    })
}

/// Names what lies in the folders and is not read; standard output is for the findings.
fn tell_skipped(language: Language, skipped: &[PathBuf]) {
    let mut out = std::io::stderr().lock();
    let (word, more) = match language {
        Language::Vietnamese => ("bỏ qua", "mục khác"),
        Language::English => ("skipped", "more"),
    };
    for path in skipped.iter().take(MOST_SKIPPED) {
        let _nowhere_else_to_tell = writeln!(out, "mebe: {word} {}", path.display());
    }
    let rest = skipped.len().saturating_sub(MOST_SKIPPED);
    if rest > 0 {
        let _nowhere_else_to_tell = writeln!(out, "mebe: {word} {rest} {more}");
    }
}

impl FailOn {
    fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity.refuses(),
            Self::Warning => severity <= Severity::Warning,
        }
    }
}
