//! The packages of a server, taken one after the other.
//!
//! Definitions are kept packed; examples only when they are asked for. Of two definitions with the
//! same URL and version the first is kept.

use std::collections::BTreeMap;
use std::io::{self, Read};

use rustc_hash::FxHashMap;

use super::fault;
use super::file::{self, FileRole, Head};
use super::finding::Finding;
use super::manifest::Manifest;
use super::{archive, parameter};
use crate::definitions::library::Library;
use crate::definitions::library::layer::Layer;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

/// Packages that were read.
#[derive(Debug, Default)]
pub struct Packages {
    pub packages: Vec<Package>,
    /// Example instances, in the order of the files; none unless they are wanted.
    pub examples: Vec<Example>,
    pub(crate) layer: Layer,
    pub(crate) parameters: Vec<parameter::Offered>,
    wants_examples: bool,
    /// Where each URL with its version was first seen.
    urls: FxHashMap<(ResourceKind, Box<str>), Box<str>>,
}

/// One package.
#[derive(Debug, Default)]
pub struct Package {
    /// Where it came from: a file or a folder.
    pub source: Box<str>,
    pub manifest: Option<Manifest>,
    /// How many resources of each type are used.
    pub counts: BTreeMap<&'static str, usize>,
    /// The definitions that are used, in the order of the files.
    pub definitions: Vec<Definition>,
    /// How many example instances there are.
    pub examples: usize,
    pub findings: Vec<Finding>,
    ids: FxHashMap<(ResourceKind, ResourceId), Box<str>>,
}

/// A definition of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    pub file: Box<str>,
    pub kind: ResourceKind,
    pub url: Box<str>,
    pub version: Option<Box<str>>,
}

/// An example instance.
#[derive(Debug)]
pub struct Example {
    /// The position of its package.
    pub package: usize,
    pub file: Box<str>,
    pub kind: ResourceKind,
    pub id: ResourceId,
    packed: Vec<u8>,
}

impl Definition {
    /// The canonical with its version, which finds exactly this definition.
    pub fn canonical(&self) -> String {
        canonical(&self.url, self.version.as_deref())
    }
}

impl Example {
    /// The text of the resource.
    pub fn text(&self) -> io::Result<Vec<u8>> {
        zstd::decode_all(&*self.packed)
    }
}

impl Package {
    /// `name#version`, or where it came from.
    pub fn label(&self) -> String {
        match &self.manifest {
            Some(manifest) if !manifest.name.is_empty() => {
                format!("{}#{}", manifest.name, manifest.version)
            }
            _ => self.source.to_string(),
        }
    }
}

impl Packages {
    /// No packages yet; whether example instances are to be kept.
    pub fn new(wants_examples: bool) -> Self {
        Self { wants_examples, ..Self::default() }
    }

    /// Takes a package from an archive. It is an error when that cannot be read.
    pub fn take_archive(&mut self, source: &str, bytes: impl Read) -> io::Result<()> {
        let mut package = Package { source: source.into(), ..Package::default() };
        archive::read(bytes, archive::TOTAL_BYTES, |file| match file {
            // All names begin with a folder, which is called `package` but need not be.
            Ok(file) => {
                if let Some((_, path)) = file.name.trim_start_matches("./").split_once('/') {
                    self.take_file(&mut package, path, file.bytes);
                }
            }
            Err(finding) => package.findings.push(finding),
        })?;
        self.packages.push(package);
        Ok(())
    }

    /// Takes a package from the files of a folder, each with its path below it.
    pub fn take_folder(
        &mut self,
        source: &str,
        files: impl Iterator<Item = (String, io::Result<Vec<u8>>)>,
    ) {
        let mut package = Package { source: source.into(), ..Package::default() };
        for (number, (path, bytes)) in files.enumerate() {
            if number == archive::ENTRIES {
                let text = fault::too_many(archive::ENTRIES);
                package.findings.push(Finding::error("", text));
                break;
            }
            match bytes {
                Ok(bytes) => self.take_file(&mut package, &path, bytes),
                Err(error) => {
                    package.findings.push(Finding::error(&path, fault::not_readable(&error)));
                }
            }
        }
        self.packages.push(package);
    }

    /// The definitions of R4, those of the packages, and others.
    pub fn library(self, others: &[(ResourceKind, String)]) -> Library {
        let mut layer = self.layer;
        for (kind, text) in others {
            layer.insert(*kind, text);
        }
        Library::of(layer)
    }

    /// Says what can be said once all packages are there: dependencies that are missing, and
    /// definitions that stand for those of R4.
    pub fn finish(&mut self) {
        let names: Vec<(String, String)> = self
            .packages
            .iter()
            .filter_map(|package| package.manifest.as_ref())
            .map(|manifest| (manifest.name.to_string(), manifest.version.to_string()))
            .collect();
        let names: Vec<_> = names.iter().map(|(name, version)| (&**name, &**version)).collect();
        for package in &mut self.packages {
            let Some(manifest) = &package.manifest else {
                package.findings.push(Finding::warning("package.json", fault::no_manifest()));
                continue;
            };
            package.findings.extend(manifest.findings());
            for (name, version) in manifest.missing(&names) {
                let text = fault::missing_dependency(name, version);
                package.findings.push(Finding::warning("package.json", text));
            }
        }
    }

    fn take_file(&mut self, package: &mut Package, path: &str, bytes: Vec<u8>) {
        let place = FileRole::of(path);
        if place == FileRole::Elsewhere {
            return;
        }
        if place == FileRole::Example && !self.wants_examples {
            package.examples += 1;
            return;
        }
        let taken = file::text(path, bytes).and_then(|text| match place {
            FileRole::Manifest => {
                let manifest = serde_json::from_str(&text)
                    .map_err(|error| Finding::error(path, fault::not_json(&error)))?;
                package.manifest = Some(manifest);
                Ok(())
            }
            _ => self.take_resource(package, (path, place), text),
        });
        if let Err(finding) = taken {
            package.findings.push(finding);
        }
    }

    fn take_resource(
        &mut self,
        package: &mut Package,
        (path, place): (&str, FileRole),
        text: String,
    ) -> Result<(), Finding> {
        let head = file::head(path, &text)?;
        let is_definition =
            Library::keeps(head.kind) || head.kind == ResourceKind::SEARCH_PARAMETER;
        if place == FileRole::Content && is_definition {
            if let Some(id) = &head.id {
                let first =
                    package.ids.entry((head.kind, id.clone())).or_insert_with(|| path.into());
                if **first != *path {
                    let text = fault::same_id(head.kind.name(), id.as_str(), first);
                    package.findings.push(Finding::warning(path, text));
                }
            }
            return self.take_definition(package, path, head, text);
        }
        let is_named = place == FileRole::Content && head.url.is_some();
        if is_named {
            *package.counts.entry("not used").or_default() += 1;
            return Ok(());
        }
        package.examples += 1;
        let packed = zstd::encode_all(text.as_bytes(), 1);
        if let (Some(id), true, Ok(packed)) = (head.id, self.wants_examples, packed) {
            let (package, file) = (self.packages.len(), path.into());
            self.examples.push(Example { package, file, kind: head.kind, id, packed });
        }
        Ok(())
    }

    fn take_definition(
        &mut self,
        package: &mut Package,
        path: &str,
        head: Head,
        text: String,
    ) -> Result<(), Finding> {
        let Head { kind, url: Some(url), version, .. } = head else {
            return Err(Finding::error(path, fault::no_url()));
        };
        let canonical = canonical(&url, version.as_deref());
        let place = format!("{}, {path}", package.label());
        let first = self.urls.entry((kind, canonical.as_str().into()));
        let first = first.or_insert_with(|| place.as_str().into());
        if **first != *place {
            return Err(Finding::warning(path, fault::same_url(&canonical, first)));
        }
        if kind == ResourceKind::SEARCH_PARAMETER {
            let number = self.packages.len();
            self.parameters.push(parameter::Offered::read(number, path, &text)?);
        } else {
            self.layer.insert_named(kind, (url.clone(), version.clone()), &text);
        }
        *package.counts.entry(kind.name()).or_default() += 1;
        package.definitions.push(Definition { file: path.into(), kind, url, version });
        Ok(())
    }
}

fn canonical(url: &str, version: Option<&str>) -> String {
    version.map_or_else(|| url.to_owned(), |version| format!("{url}|{version}"))
}

#[cfg(test)]
mod tests {
    use super::super::archive::tests::packed;
    use super::*;

    fn value_set(url: &str) -> String {
        format!(r#"{{"resourceType":"ValueSet","id":"a","url":"{url}","version":"1"}}"#)
    }

    #[track_caller]
    fn said(package: &Package, file: &str, expected: &str) {
        let mut findings = package.findings.iter().filter(|finding| &*finding.file == file);
        let is_there = findings.any(|finding| finding.text.en.contains(expected));
        assert!(is_there, "{file}: {expected}: {:#?}", package.findings);
    }

    #[test]
    fn an_archive_gives_definitions_and_says_what_is_wrong() {
        let url = "http://example.org/ValueSet/a";
        let set = value_set(url);
        let manifest = r#"{"name":"x.y","version":"1.0.0","fhirVersions":["5.0.0"],
            "dependencies":{"hl7.fhir.r4.core":"4.0.1","z":"1.0.0"}}"#;
        let archive = packed(&[
            ("package/ValueSet-a.json", &set),
            ("package/package.json", manifest),
            ("package/.index.json", "{"),
            ("package/ValueSet-b.json", &set),
            ("package/ValueSet-c.json", "{\"resourceType\":"),
            ("package/ValueSet-d.json", "{\"resourceType\":\"ValueSet\"}"),
            ("package/Patient-p.json", "{\"resourceType\":\"Patient\",\"id\":\"p\"}"),
            ("package/example/Patient-q.json", "{\"resourceType\":\"Patient\",\"id\":\"q\"}"),
            ("package/other/a.json", "{"),
        ]);
        let mut packages = Packages::new(true);
        packages.take_archive("x.tgz", &*archive).expect("an archive");
        packages.finish();
        let [package] = &*packages.packages else { panic!("one package") };
        assert_eq!(package.label(), "x.y#1.0.0");
        assert_eq!(package.definitions.len(), 1);
        assert_eq!(package.definitions[0].canonical(), format!("{url}|1"));
        let examples: Vec<_> =
            packages.examples.iter().map(|example| example.id.as_str()).collect();
        assert_eq!(examples, ["p", "q"]);
        said(package, "ValueSet-b.json", "ValueSet-a.json already");
        said(package, "ValueSet-b.json", "ValueSet/a is the id");
        said(package, "ValueSet-c.json", "broken");
        said(package, "ValueSet-d.json", "no url");
        said(package, "package.json", "FHIR 5.0.0");
        said(package, "package.json", "z#1.0.0 is not loaded");
        assert_eq!(package.findings.len(), 6, "{:#?}", package.findings);
        let library = Library::of(std::mem::take(&mut packages.layer));
        let kind = ResourceKind::VALUE_SET;
        assert!(library.find(kind, url).is_some());
    }

    #[test]
    fn a_folder_is_a_package_too() {
        let files = [
            ("a.json", Ok(value_set("http://example.org/a").into_bytes())),
            ("b.json", Err(io::Error::other("no"))),
        ];
        let mut packages = Packages::new(false);
        packages.take_folder("x", files.into_iter().map(|(path, bytes)| (path.to_owned(), bytes)));
        packages.finish();
        let [package] = &*packages.packages else { panic!("one package") };
        assert_eq!((package.label().as_str(), package.definitions.len()), ("x", 1));
        said(package, "b.json", "cannot be read: no");
        said(package, "package.json", "There is no package.json");
    }
}
