//! The guide as a package,
//! <https://confluence.hl7.org/display/FHIR/NPM+Package+Specification>: its definitions with their
//! snapshots in `package/`, its good examples in `package/example/`, each folder with its
//! `.index.json`.
//!
//! The same guide gives the same bytes: files are sorted and carry no time.

use std::io::{self, Write};
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};
use tar::{Builder, Header};

use crate::definitions::guide;
use crate::snapshot::service::Snapshots;

/// The name that a client saves the package under: `vn.mebe.mch-0.1.0.tgz`.
pub fn file_name() -> io::Result<String> {
    let manifest = manifest()?;
    let text = |name: &str| manifest.get(name).and_then(Value::as_str).unwrap_or_default();
    Ok(format!("{}-{}.tgz", text("name"), text("version")))
}

/// The package, made when it is asked for the first time.
pub fn made(snapshots: &Snapshots) -> io::Result<&'static [u8]> {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made);
    }
    let package = package(snapshots)?;
    Ok(MADE.get_or_init(|| package))
}

/// Makes the package.
pub fn package(snapshots: &Snapshots) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    add(&mut archive, "package/package.json", &pretty(&manifest()?)?)?;
    let definitions = guide::definitions().map_err(io::Error::other)?;
    let definitions: Result<Vec<Value>, _> =
        definitions.lines().map(serde_json::from_str).collect();
    let definitions = definitions?.into_iter().map(|one| whole(snapshots, one));
    folder(&mut archive, "package", definitions.collect())?;
    folder(&mut archive, "package/example", good_examples()?)?;
    archive.into_inner()?.finish()
}

/// A definition with its snapshot.
fn whole(snapshots: &Snapshots, definition: Value) -> Value {
    if kind(&definition) != "StructureDefinition" {
        return definition;
    }
    match snapshots.generate(&definition) {
        Ok(made) => without_examples(Value::clone(&made.definition)),
        Err(issue) => {
            tracing::error!(why = issue.text.en, "a profile of the guide has no snapshot");
            definition
        }
    }
}

/// Without R4's examples of single values: one of them is not valid R4 (that of
/// `Consent.identifier`), and validators look at them in every profile that inherits them.
fn without_examples(mut definition: Value) -> Value {
    let elements = definition.pointer_mut("/snapshot/element").and_then(Value::as_array_mut);
    for element in elements.into_iter().flatten().filter_map(Value::as_object_mut) {
        element.remove("example");
    }
    definition
}

/// The examples that conform, each id once for its type.
fn good_examples() -> io::Result<Vec<Value>> {
    let text = guide::examples().map_err(io::Error::other)?;
    let mut good = Vec::new();
    for line in text.lines() {
        let mut row: Value = serde_json::from_str(line)?;
        if row.get("expect").is_some_and(Value::is_null)
            && let Some(resource) = row.get_mut("resource")
        {
            good.push(resource.take());
        }
    }
    Ok(good)
}

fn manifest() -> io::Result<Value> {
    let text = guide::catalogue().map_err(io::Error::other)?;
    let mut catalogue: Value = serde_json::from_str(&text)?;
    Ok(catalogue.get_mut("manifest").map(Value::take).unwrap_or_default())
}

fn kind(resource: &Value) -> &str {
    resource.get("resourceType").and_then(Value::as_str).unwrap_or_default()
}

/// Writes a folder of resources and its index.
fn folder<W: Write>(
    archive: &mut Builder<W>,
    folder: &str,
    resources: Vec<Value>,
) -> io::Result<()> {
    let name = |resource: &Value| {
        let id = resource.get("id").and_then(Value::as_str).unwrap_or_default();
        format!("{}-{id}.json", kind(resource))
    };
    let mut files: Vec<(String, Value)> =
        resources.into_iter().map(|resource| (name(&resource), resource)).collect();
    files.sort_by(|(left, _), (right, _)| left.cmp(right));
    files.dedup_by(|(left, _), (right, _)| left == right);
    let rows: Vec<Value> = files.iter().map(|(name, resource)| row(name, resource)).collect();
    let index = json!({ "index-version": 2, "files": rows });
    add(archive, &format!("{folder}/.index.json"), &pretty(&index)?)?;
    for (name, resource) in files {
        add(archive, &format!("{folder}/{name}"), &pretty(&resource)?)?;
    }
    Ok(())
}

/// A line of an index.
fn row(name: &str, resource: &Value) -> Value {
    let mut row = Map::new();
    row.insert("filename".into(), name.into());
    for key in ["resourceType", "id", "url", "version", "kind", "type", "supplements", "content"] {
        if let Some(Value::String(text)) = resource.get(key) {
            row.insert(key.into(), text.as_str().into());
        }
    }
    Value::Object(row)
}

fn pretty(value: &Value) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec_pretty(value)?)
}

fn add<W: Write>(archive: &mut Builder<W>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_size(u64::try_from(bytes.len()).map_err(io::Error::other)?);
    header.set_mode(0o644);
    header.set_mtime(0);
    archive.append_data(&mut header, name, bytes)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::definitions::npm::packages::Packages;
    use crate::definitions::registry::Registry;

    #[test]
    fn the_package_is_read_as_others_are() {
        let registry = Arc::new(Registry::r4().expect("R4"));
        let bytes = package(&Snapshots::new(registry)).expect("a package");
        let mut packages = Packages::new(true);
        packages.take_archive("guide", &*bytes).expect("an archive");
        packages.finish();
        let read = packages.packages.first().expect("a package");
        assert_eq!(file_name().expect("a name"), format!("{}.tgz", read.label().replace('#', "-")));
        let errors: Vec<_> = read.findings.iter().filter(|one| one.severity.refuses()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(read.counts["StructureDefinition"] >= 50, "{:?}", read.counts);
        assert!(packages.examples.len() > 500, "{}", packages.examples.len());
    }

    #[test]
    fn snapshots_come_without_examples_of_values() {
        let value = json!({ "path": "Consent.identifier", "example": [{ "label": "General" }] });
        let definition = json!({ "snapshot": { "element": [value] } });
        let left = json!({ "snapshot": { "element": [{ "path": "Consent.identifier" }] } });
        assert_eq!(without_examples(definition), left);
    }
}
