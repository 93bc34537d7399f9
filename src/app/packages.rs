//! Loads the packages that a server is told to use: archives, folders of archives, and folders.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use serde_json::{Value, json};

use super::AppError;
use crate::criteria::access::Reason;
use crate::definitions::npm::finding::Finding;
use crate::definitions::npm::packages::{Example, Packages};
use crate::definitions::npm::{archive, check};
use crate::definitions::registry::Registry;
use crate::fhirpath::path::compiler::compile;
use crate::interaction::bundle::entries;
use crate::interaction::engine::{Ctx, Engine};

/// Findings of one package that the log tells one by one.
const TOLD: usize = 50;
/// Examples that are stored together.
const BATCH: usize = 200;

/// Packages, and the definitions of R4 with theirs.
#[derive(Debug)]
pub struct Loaded {
    pub packages: Packages,
    pub registry: Registry,
}

/// Reads packages; one that cannot be read at all is an error.
pub fn load(paths: &[String], wants_examples: bool) -> Result<Loaded, AppError> {
    let mut packages = Packages::new(wants_examples);
    for path in paths {
        take(&mut packages, Path::new(path))?;
    }
    packages.finish();
    let registry = Registry::with_packages(&mut packages, |shapes, kind, expression| {
        compile(shapes, kind, expression).map(drop).map_err(|error| error.to_string())
    })?;
    Ok(Loaded { packages, registry })
}

/// Whether a path is an archive, or a folder of archives.
pub fn is_archive(path: &Path) -> bool {
    match names(path) {
        Ok(names) => names.iter().any(|name| is_named(name)),
        Err(_no_folder) => path.to_str().is_some_and(is_named),
    }
}

fn is_named(name: &str) -> bool {
    name.ends_with(".tgz") || name.ends_with(".tar.gz")
}

/// Reads the package, or the packages, at a path.
pub fn take(packages: &mut Packages, path: &Path) -> Result<(), AppError> {
    let failed = |error| AppError::Package(path.display().to_string(), error);
    if !path.is_dir() {
        let file = File::open(path).map_err(failed)?;
        let source = path.display().to_string();
        return packages.take_archive(&source, BufReader::new(file)).map_err(failed);
    }
    let mut archives = names(path).map_err(failed)?;
    archives.retain(|name| is_named(name));
    if archives.is_empty() {
        return take_folder(packages, path).map_err(failed);
    }
    archives.iter().try_for_each(|name| take(packages, &path.join(name)))
}

fn take_folder(packages: &mut Packages, path: &Path) -> io::Result<()> {
    // A package that was unpacked has its files in a folder of this name.
    let inner = path.join("package");
    let top = if inner.is_dir() { inner.as_path() } else { path };
    let mut files = names(top)?;
    for folder in ["example", "examples"] {
        let below = top.join(folder);
        if below.is_dir() {
            files.extend(names(&below)?.into_iter().map(|name| format!("{folder}/{name}")));
        }
    }
    let json = files.into_iter().filter(|name| name.ends_with(".json"));
    packages.take_folder(
        &path.display().to_string(),
        json.map(|name| {
            let bytes = bytes(&top.join(&name));
            (name, bytes)
        }),
    );
    Ok(())
}

/// The names of the files of a folder, sorted.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if let (Ok(name), true) = (entry.file_name().into_string(), entry.path().is_file()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let (size, most) = (file.metadata()?.len(), archive::ENTRY_BYTES);
    if size > most {
        return Err(io::Error::other(format!("{size} bytes, {most} is the limit")));
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Logs what was loaded and what is wrong with it.
pub fn report(registry: &Registry, packages: &Packages) {
    let checked = check::run::check(&registry.library, packages);
    for (package, more) in packages.packages.iter().zip(checked) {
        let label = package.label();
        let definitions = package.definitions.len();
        let findings: Vec<&Finding> = package.findings.iter().chain(&more).collect();
        let count = findings.len();
        tracing::info!(package = label, definitions, findings = count, "package loaded");
        for finding in findings.iter().take(TOLD) {
            let (file, element) = (&*finding.file, finding.element.as_deref().unwrap_or_default());
            tracing::warn!(package = label, file, element, "{}", finding.text.en);
        }
        if count > TOLD {
            let more = count.saturating_sub(TOLD);
            tracing::warn!(package = label, more, "`mebe package check` tells the other findings");
        }
    }
}

/// Stores the examples that are not there yet; what is refused is logged.
pub async fn store_examples(engine: &Engine, examples: Vec<Example>) {
    let ctx = engine.begin_for(Reason::Examples);
    let mut stored = 0_usize;
    for batch in examples.chunks(BATCH) {
        let mut entries = Vec::with_capacity(batch.len());
        let mut sent = Vec::with_capacity(batch.len());
        for example in batch {
            match entry(&ctx, example).await {
                Ok(Some(entry)) => {
                    entries.push(entry);
                    sent.push(example);
                }
                Ok(None) => {}
                Err(why) => tracing::warn!(file = &*example.file, why, "example cannot be read"),
            }
        }
        let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
        let answers = match entries::run(&ctx, bundle).await {
            Ok(answered) => answered.entries,
            Err(failure) => {
                let why = failure.issues.first().map(|issue| issue.text.en.as_str());
                tracing::warn!(why, "examples cannot be stored");
                continue;
            }
        };
        for (example, answer) in sent.into_iter().zip(answers) {
            match answer {
                Ok(_) => stored = stored.saturating_add(1),
                Err(failure) => {
                    let why = failure.issues.iter().find(|issue| issue.severity.refuses());
                    let why = why.map(|issue| issue.text.en.as_str());
                    tracing::warn!(file = &*example.file, why, "example refused");
                }
            }
        }
    }
    if !examples.is_empty() {
        tracing::info!(stored, of = examples.len(), "examples of packages");
    }
}

/// The entry that stores an example; none when there is a resource with its id.
async fn entry(ctx: &Ctx<'_>, example: &Example) -> Result<Option<Value>, String> {
    let known = ctx.rows().current(example.kind, &example.id).await;
    if known.map_err(|error| error.to_string())?.is_some() {
        return Ok(None);
    }
    let text = example.text().map_err(|error| error.to_string())?;
    let resource = crate::fhir::json::parse(&text).map_err(|issue| issue.text.en)?;
    let url = format!("{}/{}", example.kind, example.id);
    Ok(Some(json!({ "resource": resource, "request": { "method": "PUT", "url": url } })))
}
