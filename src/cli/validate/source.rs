//! The documents of `mebe validate`: files, folders, standard input; one resource a line of ndjson.
//!
//! In a folder, files that end in `.json`, `.xml` or `.ndjson` are read, in the order of their names; names
//! that start with a dot and `package.json` are left out.

use std::ffi::OsStr;
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
    /// Lines of the file that come before the text.
    pub(super) lines_before: usize,
}

/// Every file that the paths name.
pub(super) fn files(paths: &[PathBuf]) -> Vec<Result<PathBuf, Faults>> {
    let mut found = Vec::new();
    for path in paths {
        walk(path, DEPTH, &mut found);
    }
    found
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

fn walk(path: &Path, depth: usize, found: &mut Vec<Result<PathBuf, Faults>>) {
    if !path.is_dir() {
        return found.push(Ok(path.to_owned()));
    }
    let Some(depth) = depth.checked_sub(1) else {
        return found.push(Err(format!("{}: folders lie too deep", path.display()).into()));
    };
    let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => return found.push(Err(named(path, &error))),
    };
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths.into_iter().filter(|path| path.is_dir() || is_meant(path)) {
        walk(&path, depth, found);
    }
}

fn is_meant(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let is_read = name.ends_with(".json") || name.ends_with(".xml") || is_lines(path);
    is_read && !name.starts_with('.') && name != "package.json"
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
        return Ok(vec![Document { name, text, lines_before: 0 }]);
    }
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    let filled = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    let documents = filled.map(|(lines_before, line)| Document {
        name: name.clone(),
        text: line.to_vec(),
        lines_before,
    });
    Ok(documents.collect())
}

fn named(path: &Path, error: &std::io::Error) -> Faults {
    format!("{}: {error}", path.display()).into()
}
