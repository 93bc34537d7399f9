//! Definitions by canonical URL, <https://hl7.org/fhir/R4/references.html#canonical>: those of R4,
//! the extensions that HL7 published after it, those of the guide of the booklet, those of
//! packages, and those that clients store.
//!
//! Texts are kept, values are made when they are asked for and forgotten when others are asked for
//! more often. What is made of definitions (a compiled profile, an expansion) is made within
//! [`Library::watch`] and holds as long as [`Library::holds`] says so.
//!
//! A [`layer`] holds the definitions of one origin by [`name`], their texts [`packed`];
//! [`provided`] are those that come with the server, as resources. [`basis`] notes what was made of
//! which, [`version_order`] says which version is the later one.

pub mod basis;
mod embedded;
pub(crate) mod layer;
pub mod name;
mod packed;
pub mod prepared;
pub mod provided;
pub(crate) mod version_order;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use moka::sync::Cache;
use serde_json::Value;

use super::base;
use super::guide;
use super::package;
use crate::budget;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use basis::{Basis, Changes};
use layer::{Entry, Layer, parts};
use name::Name;
use packed::{Source, unpack};
use provided::Provided;

/// The values that are kept, in bytes of their texts.
const KEPT_BYTES: u64 = 32 << 20;

/// Bytes of a definition that are read in a step.
const READ: usize = 8;

/// Every definition the server knows.
#[derive(Debug)]
pub struct Library {
    core: OnceLock<Layer>,
    /// Extensions of HL7 that R4 has not, or has otherwise.
    extensions: OnceLock<Layer>,
    /// The guide of the booklet.
    guide: OnceLock<Layer>,
    packages: Layer,
    provided: OnceLock<Provided>,
    stored: RwLock<Layer>,
    changes: Changes,
    values: Cache<u64, (Arc<Value>, u32)>,
}

impl Default for Library {
    fn default() -> Self {
        let values =
            Cache::builder().max_capacity(KEPT_BYTES).weigher(|_, (_, size)| *size).build();
        Self {
            core: OnceLock::new(),
            extensions: OnceLock::new(),
            guide: OnceLock::new(),
            packages: Layer::default(),
            provided: OnceLock::new(),
            stored: RwLock::default(),
            changes: Changes::default(),
            values,
        }
    }
}

impl Library {
    /// The definitions of R4 and those of packages, each resource with its text.
    pub fn with_packages(definitions: Vec<(ResourceKind, String)>) -> Self {
        let mut packages = Layer::default();
        for (kind, text) in definitions {
            packages.insert(kind, &text);
        }
        Self::of(packages)
    }

    /// The definitions of R4 and those of packages.
    pub(crate) fn of(packages: Layer) -> Self {
        Self { packages, ..Self::default() }
    }

    /// Whether there is a definition of a type that a canonical names.
    pub fn has(&self, kind: ResourceKind, canonical: &str) -> bool {
        let canonical = &*base::today(canonical);
        let (url, version) = parts(canonical);
        basis::note(kind, url);
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        self.layers(&stored).any(|layer| layer.find(kind, url, version).is_some())
    }

    /// Whether R4 itself has a definition of this type and URL.
    pub fn is_of_r4(&self, kind: ResourceKind, url: &str) -> bool {
        self.core().find(kind, url, None).is_some()
    }

    /// The definition of a type that a canonical (`url` or `url|version`) names. Without a version
    /// it is the latest. What clients store comes before packages, these before the guide of the
    /// booklet and that before R4; only the types of R4, and what is named with the version it has in
    /// R4, cannot be replaced.
    pub fn find(&self, kind: ResourceKind, canonical: &str) -> Option<Arc<Value>> {
        let canonical = &*base::today(canonical);
        let (url, version) = parts(canonical);
        basis::note(kind, url);
        // A version that R4 was published in is what it was.
        if (kind == ResourceKind::STRUCTURE_DEFINITION || version.is_some())
            && let Some(found) = self.value(self.core().find(kind, url, version))
        {
            return Some(found);
        }
        // Read when the others may store again: a large one takes a while.
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        let packed = stored.find(kind, url, version).and_then(|found| found.packed());
        drop(stored);
        if let Some((number, packed)) = packed
            && let Some(found) = self.made(number, || unpack(&packed).map(Cow::Owned))
        {
            return Some(found);
        }
        self.value(self.packages.find(kind, url, version))
            .or_else(|| self.value(self.guide().find(kind, url, version)))
            .or_else(|| self.value(self.core().find(kind, url, version)))
            .or_else(|| self.value(self.extensions().find(kind, url, version)))
    }

    /// Whether a definition that a canonical names is one that a client stored or a package brought.
    pub fn is_added(&self, kind: ResourceKind, canonical: &str) -> bool {
        let canonical = &*base::today(canonical);
        let (url, version) = parts(canonical);
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        stored.find(kind, url, version).is_some()
            || self.packages.find(kind, url, version).is_some()
    }

    /// The definition of a URL that the server itself brings, whatever was stored since.
    pub fn embedded(&self, kind: ResourceKind, url: &str) -> Option<Arc<Value>> {
        let layers = [self.guide(), self.core(), self.extensions()];
        layers.into_iter().find_map(|layer| self.value(layer.find(kind, url, None)))
    }

    /// The version in which HL7 published an extension of R4 anew, saying something else.
    pub fn newer_extension(&self, url: &str) -> Option<&str> {
        let kind = ResourceKind::STRUCTURE_DEFINITION;
        self.core().find(kind, url, None)?;
        self.extensions().find(kind, url, None)?.version
    }

    /// What the definitions of a type are called, R4's first.
    pub fn names(&self, kind: ResourceKind) -> Vec<Name> {
        basis::note_all(kind);
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        self.layers(&stored).flat_map(|layer| layer.names(kind)).collect()
    }

    /// The versions of a definition, in no order.
    pub fn versions(&self, kind: ResourceKind, url: &str) -> Vec<Box<str>> {
        basis::note(kind, url);
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        self.layers(&stored).flat_map(|layer| layer.versions(kind, url)).collect()
    }

    /// The definitions that come with the server, as resources.
    pub fn provided(&self) -> &Provided {
        self.provided.get_or_init(|| Provided::gather(&self.packages))
    }

    /// What others call the definition with an id: what a client stored comes first.
    pub fn url_of(&self, kind: ResourceKind, id: &ResourceId) -> Option<Box<str>> {
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        if stored.is_there(kind, id) {
            return stored.url_of(kind, id);
        }
        drop(stored);
        self.provided().find(kind, id)?.url.clone()
    }

    /// Whether a client stored something in the place of a definition: with its id, or its URL.
    pub fn is_overridden(&self, kind: ResourceKind, id: &ResourceId, url: Option<&str>) -> bool {
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        stored.is_there(kind, id) || url.is_some_and(|url| stored.find(kind, url, None).is_some())
    }

    /// Whether a resource type holds definitions that the library keeps.
    pub fn keeps(kind: ResourceKind) -> bool {
        matches!(
            kind.name(),
            "StructureDefinition"
                | "ValueSet"
                | "CodeSystem"
                | "ConceptMap"
                | "NamingSystem"
                | "Questionnaire"
                | "ImplementationGuide"
                | "Measure"
                | "Library"
        )
    }

    /// Takes a version of a definition that a client stored, in place of the one before; without a
    /// text it was deleted. Versions may come in any order: the latest counts, and those with another
    /// business version are still found by it.
    pub fn store(&self, kind: ResourceKind, id: &ResourceId, version: i64, text: Option<&str>) {
        let read = text.and_then(|text| Entry::read(Some(id), &base::today(text)));
        let mut stored = self.stored.write().unwrap_or_else(PoisonError::into_inner);
        let before = stored.url_of(kind, id);
        if stored.replace(kind, id, version, read) {
            let urls = before.into_iter().chain(stored.url_of(kind, id));
            urls.for_each(|url| self.changes.changed(kind, &url));
            if text.is_none() {
                stored.deleted(kind, id);
            }
        }
    }

    /// Whether this is the newest version that is known of what a client stored or deleted.
    pub fn has_stored(&self, kind: ResourceKind, id: &ResourceId, version: i64) -> bool {
        let stored = self.stored.read().unwrap_or_else(PoisonError::into_inner);
        stored.newest(kind, id) == Some(version)
    }

    /// Makes something of definitions; which these are.
    pub fn watch<T>(&self, make: impl FnOnce() -> T) -> (T, Arc<Basis>) {
        let (made, basis) = self.changes.watch(make);
        (made, Arc::new(basis))
    }

    /// Whether none of the definitions has changed that something was made of.
    pub fn holds(&self, basis: &Basis) -> bool {
        self.changes.holds(basis)
    }

    /// How often definitions have changed.
    pub fn generation(&self) -> u64 {
        self.changes.count()
    }

    /// Unpacks the embedded definitions now, so that no request waits for it.
    pub fn warm(&self) {
        self.core();
        self.extensions();
        self.guide();
    }

    /// All of them, R4's first.
    fn layers<'l>(&'l self, stored: &'l Layer) -> impl Iterator<Item = &'l Layer> {
        [self.core(), self.extensions(), self.guide(), &self.packages, stored].into_iter()
    }

    fn value(&self, source: Option<Source<'_>>) -> Option<Arc<Value>> {
        let source = source?;
        self.made(source.number, || source.text())
    }

    fn made<'t>(
        &self,
        number: u64,
        text: impl FnOnce() -> Option<Cow<'t, str>>,
    ) -> Option<Arc<Value>> {
        let read = || {
            let text = text()?;
            // Who has spent its budget reads no more; nobody else reads it less.
            let _spent = budget::spend(text.len() / READ);
            let size = u32::try_from(text.len()).unwrap_or(u32::MAX);
            Some((Arc::new(serde_json::from_str(&text).ok()?), size))
        };
        self.values.optionally_get_with(number, read).map(|(value, _)| value)
    }

    fn core(&self) -> &Layer {
        let unpack = || {
            embedded::core().unwrap_or_else(|error| {
                tracing::error!(?error, "the embedded definitions cannot be read");
                Layer::default()
            })
        };
        self.core.get_or_init(unpack)
    }

    fn extensions(&self) -> &Layer {
        self.extensions.get_or_init(|| embedded::layer(package::unpack(package::EXTENSIONS)))
    }

    fn guide(&self) -> &Layer {
        self.guide.get_or_init(|| embedded::layer(guide::definitions()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://example.org/ValueSet/a";

    fn kind(name: &str) -> ResourceKind {
        ResourceKind::parse(name).expect(name)
    }

    fn value_set(version: &str) -> String {
        format!(r#"{{"resourceType":"ValueSet","url":"{URL}","version":"{version}"}}"#)
    }

    #[track_caller]
    fn finds(library: &Library, canonical: &str, version: Option<&str>) {
        let found = library.find(kind("ValueSet"), canonical);
        let found = found.as_ref().map(|value| value["version"].as_str().expect("a version"));
        assert_eq!(found, version, "{canonical}");
    }

    #[test]
    fn definitions_of_r4_are_there() {
        let library = Library::default();
        let gender = "http://hl7.org/fhir/ValueSet/administrative-gender";
        finds(&library, gender, Some("4.0.1"));
        finds(&library, &format!("{gender}|4.0.1"), Some("4.0.1"));
        finds(&library, &format!("{gender}|3.0"), None);
        let bmi = "http://hl7.org/fhir/StructureDefinition/bmi";
        assert!(library.find(kind("StructureDefinition"), bmi).is_some());
        assert!(library.names(kind("CodeSystem")).len() > 1000);
    }

    #[test]
    fn the_latest_version_is_found_and_stored_ones_come_first() {
        let library = Library::with_packages(vec![
            (kind("ValueSet"), value_set("1.10.0")),
            (kind("ValueSet"), value_set("1.9.0")),
        ]);
        finds(&library, URL, Some("1.10.0"));
        finds(&library, &format!("{URL}|1.9.0"), Some("1.9.0"));
        let id = ResourceId::parse("a").expect("an id");
        let before = library.generation();
        let store =
            |version, text: Option<&str>| library.store(kind("ValueSet"), &id, version, text);
        store(1, Some(&value_set("0.1")));
        assert!(library.generation() > before);
        finds(&library, URL, Some("0.1"));
        store(3, Some(&value_set("0.3")));
        store(2, Some(&value_set("0.2")));
        finds(&library, URL, Some("0.3"));
        for version in ["0.1", "0.2", "0.3"] {
            finds(&library, &format!("{URL}|{version}"), Some(version));
        }
        store(4, None);
        finds(&library, &format!("{URL}|0.3"), None);
        finds(&library, URL, Some("1.10.0"));
    }

    #[test]
    fn types_of_r4_cannot_be_replaced() {
        let library = Library::default();
        let patient = "http://hl7.org/fhir/StructureDefinition/Patient";
        let text =
            format!(r#"{{"resourceType":"StructureDefinition","url":"{patient}","version":"9"}}"#);
        let id = ResourceId::parse("a").expect("an id");
        library.store(kind("StructureDefinition"), &id, 1, Some(&text));
        let found = library.find(kind("StructureDefinition"), patient).expect("Patient");
        assert_eq!(found["type"], "Patient");
    }
}
