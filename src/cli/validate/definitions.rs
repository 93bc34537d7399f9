//! The definitions that `--package` names: FHIR packages, folders, or files in JSON or XML.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Faults, check};
use crate::app::packages;
use crate::definitions::library::Library;
use crate::definitions::registry::Registry;
use crate::definitions::shape::Shapes;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

/// R4's definitions, those of packages (archives and folders) and those in single files.
pub(super) fn read(paths: &[PathBuf]) -> Result<Registry, Faults> {
    let (files, packages): (Vec<_>, Vec<_>) = paths.iter().partition(|path| is_resource(path));
    let packages: Vec<String> = packages.iter().map(|path| path.display().to_string()).collect();
    let registry = packages::load(&packages, false)?.registry;
    let mut definitions = Vec::new();
    for file in files {
        add(&mut definitions, &resource(file, &registry.shapes)?);
    }
    for (number, (kind, text)) in definitions.into_iter().enumerate() {
        let id = ResourceId::parse(&format!("definition-{number}"));
        if let Some(id) = id.filter(|_| Library::keeps(kind)) {
            registry.library.store(kind, &id, 1, Some(&text));
        }
    }
    Ok(registry)
}

fn is_resource(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|end| end == "json" || end == "xml")
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
    if kind != ResourceKind::BUNDLE {
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
