//! The definitions that `--package` names: archives, files in JSON or XML, or folders of these.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Faults, check, source};
use crate::app::packages;
use crate::definitions::library::Library;
use crate::definitions::npm::packages::Packages;
use crate::definitions::shape::Shapes;
use crate::fhir::kind::ResourceKind;

/// R4's definitions and those in these files and folders.
pub(super) fn read(paths: &[PathBuf], shapes: &Shapes) -> Result<Library, Faults> {
    let mut definitions = Vec::new();
    let mut packages = Packages::new(false);
    for path in paths {
        if packages::is_archive(path) {
            packages::take(&mut packages, path)?;
            continue;
        }
        for file in source::files(path)? {
            add(&mut definitions, &resource(&file, shapes)?);
        }
    }
    Ok(packages.library(&definitions))
}

/// The resource in a file.
pub(super) fn resource(file: &Path, shapes: &Shapes) -> Result<Value, Faults> {
    let named = |fault: &dyn std::fmt::Display| format!("{}: {fault}", file.display());
    let text = std::fs::read(file).map_err(|error| named(&error))?;
    let read = check::read(&text, shapes).map_err(|issue| named(&issue.text.en))?;
    Ok(read.resource)
}

/// Takes a definition, or those in the entries of a Bundle.
pub(super) fn add(definitions: &mut Vec<(ResourceKind, String)>, resource: &Value) {
    let kind = resource.get("resourceType").and_then(Value::as_str).and_then(ResourceKind::parse);
    let Some(kind) = kind else { return };
    if kind.name() != "Bundle" {
        return definitions.push((kind, resource.to_string()));
    }
    let entries = resource.get("entry").and_then(Value::as_array).into_iter().flatten();
    for inner in entries.filter_map(|entry| entry.get("resource")) {
        let is_bundle = inner.get("resourceType").is_some_and(|kind| kind == "Bundle");
        if !is_bundle {
            add(definitions, inner);
        }
    }
}
