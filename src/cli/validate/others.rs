//! The other files of a run, for references that lead to them: `Patient/1` is the resource of this
//! type and id in one of them, or in a file beside the one that is checked.
//!
//! Files are looked at when a reference is followed, never before: first those beside the document
//! that are named after what is referred to, then the types and ids of all files of the run, which
//! are read once. What was found lives as long as its document is checked.

use std::cell::{Cell, OnceCell};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{check, source};
use crate::definitions::shape::Shapes;
use crate::fhir::member::text;
use crate::fhirpath::expression::environment::Resolver;

/// How many references of a document are followed.
const MOST_FOLLOWED: usize = 64;
/// The largest file that is looked into.
const FILE_BYTES: u64 = 4 << 20;
/// How much of a run is read to know its types and ids.
const RUN_BYTES: u64 = 256 << 20;

/// The files of a run.
pub(super) struct Others<'r> {
    shapes: &'r Shapes,
    files: Vec<PathBuf>,
    /// Where `Type/id` is: the number of the file.
    places: OnceCell<FxHashMap<String, usize>>,
}

impl<'r> Others<'r> {
    /// Those of a run; none when only what lies beside a document counts.
    pub(super) fn new(shapes: &'r Shapes, files: Vec<PathBuf>) -> Self {
        Self { shapes, files, places: OnceCell::new() }
    }

    /// Those that a document may refer to.
    pub(super) fn of<'o>(&'o self, document: &'o Path) -> Reachable<'o> {
        Reachable { others: self, document, followed: Cell::new(0), first: OnceCell::new() }
    }

    fn find(&self, document: &Path, key: &str) -> Option<Value> {
        let (type_name, id) = key.split_once('/')?;
        let stems = [id.to_owned(), format!("{type_name}-{id}"), format!("{type_name}_{id}")];
        let endings = stems.iter().flat_map(|stem| [format!("{stem}.json"), format!("{stem}.xml")]);
        let mut beside = endings.map(|name| document.with_file_name(name));
        beside.find_map(|path| self.resource(&path, key)).or_else(|| self.in_run(key))
    }

    fn in_run(&self, key: &str) -> Option<Value> {
        let places = self.places.get_or_init(|| self.read_places());
        self.resource(self.files.get(*places.get(key)?)?, key)
    }

    fn read_places(&self) -> FxHashMap<String, usize> {
        let mut places = FxHashMap::default();
        let mut left = RUN_BYTES;
        for (number, file) in self.files.iter().enumerate() {
            let Some(rest) = size(file).and_then(|size| left.checked_sub(size)) else { continue };
            left = rest;
            for resource in self.read(file) {
                if let Some(key) = key_of(&resource) {
                    places.entry(key).or_insert(number);
                }
            }
        }
        places
    }

    fn resource(&self, file: &Path, key: &str) -> Option<Value> {
        let is_it = |resource: &Value| key_of(resource).is_some_and(|found| found == key);
        self.read(file).into_iter().find(is_it)
    }

    /// The resources of a file; what cannot be read holds none.
    fn read(&self, file: &Path) -> Vec<Value> {
        if size(file).is_none_or(|size| size > FILE_BYTES) {
            return Vec::new();
        }
        let documents = source::split(file).unwrap_or_default();
        let read = documents.iter().map(|document| check::read(&document.text, self.shapes));
        read.filter_map(|read| Some(read.ok()?.resource)).collect()
    }
}

/// The size of a file; none for what is no file.
fn size(file: &Path) -> Option<u64> {
    file.metadata().ok().filter(std::fs::Metadata::is_file).map(|about| about.len())
}

fn key_of(resource: &Value) -> Option<String> {
    Some(format!("{}/{}", text(resource, "resourceType")?, text(resource, "id")?))
}

/// What one document refers to, found so far.
pub(super) struct Reachable<'o> {
    others: &'o Others<'o>,
    document: &'o Path,
    followed: Cell<usize>,
    first: OnceCell<Box<Link>>,
}

/// A list that only grows, so that what is in it can be borrowed.
struct Link {
    key: Box<str>,
    found: Option<Value>,
    next: OnceCell<Box<Link>>,
}

impl Resolver for Reachable<'_> {
    fn resolve(&self, reference: &str) -> Option<&Value> {
        let key = key(reference)?;
        let mut end = &self.first;
        while let Some(link) = end.get() {
            if *link.key == *key {
                return link.found.as_ref();
            }
            end = &link.next;
        }
        self.followed.set(self.followed.get().saturating_add(1));
        if self.followed.get() > MOST_FOLLOWED {
            return None;
        }
        let found = self.others.find(self.document, key);
        let link = || Box::new(Link { key: key.into(), found, next: OnceCell::new() });
        end.get_or_init(link).found.as_ref()
    }
}

/// `Patient/1` of `Patient/1/_history/2`; absolute references lead elsewhere.
fn key(reference: &str) -> Option<&str> {
    let key = reference.split_once("/_history/").map_or(reference, |(current, _)| current);
    let (type_name, id) = key.split_once('/')?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let is_id = !id.is_empty() && id.len() <= 64 && id.bytes().all(legal);
    let is_type = !type_name.is_empty() && type_name.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_type && is_id).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_references_lead_to_files() {
        assert_eq!(key("Patient/1"), Some("Patient/1"));
        assert_eq!(key("Patient/a.b-c/_history/3"), Some("Patient/a.b-c"));
        for other in ["#a", "Patient", "Patient/", "../x", "Patient/../x", "http://a.b/Patient/1"] {
            assert_eq!(key(other), None, "{other}");
        }
    }
}
