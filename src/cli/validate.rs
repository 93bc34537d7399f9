//! `mebe validate`: checks files, for people and for pipelines.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | everything could be read, and nothing is as bad as `--fail-on` says |
//! | 1 | there are such findings |
//! | 2 | a file or a package cannot be read, or the command line is wrong |

mod definitions;
mod human;
mod report;
mod sarif;
mod source;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::definitions::registry::Registry;
use crate::fhir::issue::{Issue, Language, Severity};
use crate::fhir::json;
use crate::fhir::kind::ResourceKind;
use crate::fhir::position::locate;
use crate::validation::validator::{Request, Validator};

use report::{Checked, Report};
use source::Document;

use super::log::complain;

/// What to check, and how to tell what was found.
#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Files, folders, or - for standard input. Resources in JSON, or one a line in .ndjson.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Definitions to check against: a file or a folder; may be repeated.
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

type Faults = Box<dyn std::error::Error>;

/// Checks everything; files that cannot be read are told of, and the others still checked.
pub(super) fn run(arguments: &Validate) -> Result<ExitCode, Faults> {
    let mut registry = Registry::r4()?;
    registry.library = definitions::read(&arguments.package)?;
    let known = ResourceKind::parse("StructureDefinition");
    for profile in &arguments.profile {
        if known.and_then(|kind| registry.library.find(kind, profile)).is_none() {
            return Err(format!("the profile {profile} is not known; add its --package").into());
        }
    }
    let validator = Validator::new(Arc::new(registry));
    let profiles: Vec<&str> = arguments.profile.iter().map(String::as_str).collect();
    let language = match arguments.language {
        Tongue::Vi => Language::Vietnamese,
        Tongue::En => Language::English,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut report = Report::new(arguments.format, language);
    let (mut failed, mut unread) = (false, false);
    for document in source::documents(&arguments.files) {
        let document = match document {
            Ok(document) => document,
            Err(fault) => {
                complain(&*fault);
                unread = true;
                continue;
            }
        };
        let issues = check(&validator, &profiles, &document);
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

/// Every finding about a document, with its place.
fn check(validator: &Validator, profiles: &[&str], document: &Document) -> Vec<Issue> {
    let mut issues = match json::parse(&document.text) {
        Ok(resource) => {
            let request = Request { profiles, ..Request::default() };
            validator.check(&resource, &request)
        }
        Err(issue) => vec![issue],
    };
    locate(&document.text, &mut issues);
    for position in issues.iter_mut().filter_map(|issue| issue.position.as_mut()) {
        position.line += document.lines_before;
    }
    issues
}

impl FailOn {
    fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity.refuses(),
            Self::Warning => severity <= Severity::Warning,
        }
    }
}
