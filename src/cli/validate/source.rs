//! The documents of `mebe validate`: files, folders, standard input; one resource a line of ndjson.
//!
//! In a folder, files that end in `.json`, `.xml` or `.ndjson` are read, in the order of their
//! names, and its folders. What starts with a dot, a folder too, `package.json` and all else is left
//! out, and named.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Faults;

/// Folders in folders; a ring of links ends here.
const DEPTH: usize = 32;

/// A text that holds one resource.
#[derive(Debug)]
pub(super) struct Document {
    /// What people call it: its path.
    pub(super) name: String,
    pub(super) text: Vec<u8>,
    /// Of a text that is a line of a file: how many lines come before.
    pub(super) lines_before: Option<usize>,
}

/// What the paths name.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) files: Vec<Result<PathBuf, Faults>>,
    /// What lies in their folders and is not read.
    pub(super) skipped: Vec<PathBuf>,
}

/// Every file that the paths name; a path that is given is read whatever it is called.
pub(super) fn files(paths: &[PathBuf]) -> Named {
    let mut named = Named::default();
    for path in paths {
        walk(path, DEPTH, &mut named);
    }
    named
}

/// Every document in files.
pub(super) fn documents(
    files: Vec<Result<PathBuf, Faults>>,
) -> impl Iterator<Item = Result<Document, Faults>> {
    files.into_iter().flat_map(|file| match file.and_then(|path| split(&path)) {
        Ok(documents) => documents.into_iter().map(Ok).collect(),
        Err(fault) => vec![Err(fault)],
    })
}

fn walk(path: &Path, depth: usize, found: &mut Named) {
    if !path.is_dir() {
        return found.files.push(Ok(path.to_owned()));
    }
    let Some(depth) = depth.checked_sub(1) else {
        let fault = format!("{}: folders lie too deep", path.display());
        return found.files.push(Err(fault.into()));
    };
    let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => return found.files.push(Err(named(path, &error))),
    };
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if is_meant(&path) {
            walk(&path, depth, found);
        } else {
            found.skipped.push(path);
        }
    }
}

/// Whether something in a folder is read, or looked into.
fn is_meant(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    if name.as_encoded_bytes().starts_with(b".") {
        return false;
    }
    let ends = |end: &str| path.extension().is_some_and(|found| found == end);
    path.is_dir() || (ends("json") || ends("xml") || is_lines(path)) && name != "package.json"
}

fn is_lines(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "ndjson")
}

/// The documents in a file.
pub(super) fn split(path: &Path) -> Result<Vec<Document>, Faults> {
    let name = path.display().to_string();
    let mut text = Vec::new();
    if name == "-" {
        std::io::stdin().lock().read_to_end(&mut text).map_err(|error| named(path, &error))?;
    } else {
        text = fs::read(path).map_err(|error| named(path, &error))?;
    }
    if !is_lines(path) {
        return Ok(vec![Document { name, text, lines_before: None }]);
    }
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    let filled = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    let documents = filled.map(|(lines_before, line)| Document {
        name: name.clone(),
        text: line.to_vec(),
        lines_before: Some(lines_before),
    });
    Ok(documents.collect())
}

fn named(path: &Path, error: &std::io::Error) -> Faults {
    format!("{}: {error}", path.display()).into()
}
