//! Checks that other programs ask for, a JSON line each: `{id, file, supporting, profile}` in,
//! `{id, outcome}` out.
//!
//! The files in `supporting` are definitions for their line alone, and need no id.

use std::io::{self, BufRead, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::super::log::complain;
use super::check::Check;
use super::others::Others;
use super::{Faults, definitions, source};
use crate::definitions::library::Library;
use crate::definitions::registry::Registry;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Language, Text, operation_outcome};
use crate::fhir::kind::ResourceKind;

/// Answers every line of standard input.
pub(super) fn run(
    check: &Check,
    registry: &Registry,
    language: Language,
    out: &mut dyn Write,
) -> Result<(), Faults> {
    // Each line's definitions are versions of their own.
    let mut version = 0;
    // Only what lies beside a file belongs to it: the lines have nothing to do with each other.
    let others = Others::new(&registry.shapes, Vec::new());
    for line in io::stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let supporting = line.get("supporting").and_then(Value::as_array).into_iter().flatten();
        let mut supporting_definitions = Vec::new();
        for file in supporting.filter_map(Value::as_str) {
            match definitions::resource(Path::new(file), &registry.shapes) {
                Ok(resource) => definitions::add(&mut supporting_definitions, &resource),
                Err(fault) => complain(&*fault),
            }
        }
        let mut kept = Vec::new();
        for (number, (kind, text)) in supporting_definitions.into_iter().enumerate() {
            let id = ResourceId::parse(&format!("supporting-{number}"));
            let Some(id) = id.filter(|_| Library::keeps(kind)) else { continue };
            version += 1;
            registry.library.store(kind, &id, version, Some(&text));
            kept.push((kind, id));
        }
        let file = line.get("file").and_then(Value::as_str).unwrap_or_default();
        let profile = line.get("profile").and_then(Value::as_str);
        let mut issues = Vec::new();
        match source::split(Path::new(file)) {
            Ok(documents) => {
                for document in documents {
                    let reachable = others.of(Path::new(file));
                    issues.extend(check.document(&document, profile.as_slice(), &reachable));
                }
            }
            Err(fault) => issues.push(unread(&fault.to_string())),
        }
        forget(registry, &kept, &mut version);
        let outcome = operation_outcome(&issues, language);
        writeln!(out, "{}", json!({ "id": line.get("id"), "outcome": outcome }))?;
    }
    Ok(())
}

fn unread(fault: &str) -> Issue {
    let text = Text::new(format!("Không đọc được tệp: {fault}."), format!("Cannot read: {fault}."));
    Issue::error(IssueCode::NotFound, text)
}

fn forget(registry: &Registry, kept: &[(ResourceKind, ResourceId)], version: &mut i64) {
    for (kind, id) in kept {
        *version += 1;
        registry.library.store(*kind, id, *version, None);
    }
}
