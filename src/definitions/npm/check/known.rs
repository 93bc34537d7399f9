//! What the definitions of packages may refer to.

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::definitions::library::Library;
use crate::definitions::npm::packages::{Definition, Packages};
use crate::fhir::kind::ResourceKind;

/// Every definition that is known.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) library: &'a Library,
    /// What the naming systems name, with the files that do.
    pub(super) named: FxHashMap<Box<str>, Vec<Box<str>>>,
    /// The folders of the URLs that packages define.
    folders: FxHashMap<Box<str>, ()>,
}

impl<'a> Known<'a> {
    pub(super) fn new(library: &'a Library, packages: &Packages) -> Self {
        let mut named: FxHashMap<Box<str>, Vec<Box<str>>> = FxHashMap::default();
        let mut folders = FxHashMap::default();
        for definition in packages.packages.iter().flat_map(|package| &package.definitions) {
            folders.insert(folder(&definition.url).into(), ());
            if definition.kind != ResourceKind::NAMING_SYSTEM {
                continue;
            }
            let Some(value) = library.find(definition.kind, &definition.canonical()) else {
                continue;
            };
            for id in value.get("uniqueId").and_then(Value::as_array).into_iter().flatten() {
                if let Some(value) = id.get("value").and_then(Value::as_str) {
                    named.entry(value.into()).or_default().push(definition.file.clone());
                }
            }
        }
        Self { library, named, folders }
    }

    /// Whether there is a definition of a type under a canonical.
    pub(super) fn has(&self, kind: &str, canonical: &str) -> bool {
        ResourceKind::parse(kind).is_some_and(|kind| self.library.has(kind, canonical))
    }

    /// Whether a package defines something next to this URL.
    pub(super) fn is_beside_ours(&self, url: &str) -> bool {
        url.starts_with("http") && self.folders.contains_key(folder(url))
    }

    /// Whether R4's own definition is used in place of a package's.
    pub(super) fn is_hidden(&self, definition: &Definition) -> bool {
        definition.kind == ResourceKind::STRUCTURE_DEFINITION
            && self.library.is_of_r4(definition.kind, &definition.url)
    }
}

fn folder(url: &str) -> &str {
    url.rsplit_once('/').map_or("", |(folder, _)| folder)
}
