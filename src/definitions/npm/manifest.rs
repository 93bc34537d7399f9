//! `package.json`, <https://confluence.hl7.org/display/FHIR/NPM+Package+Specification>.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fault;
use super::finding::Finding;

/// The release of FHIR that this server speaks, without its patch number.
const RELEASE: &str = "4.0";

/// The packages whose content is part of the server.
const BUILT_IN: [&str; 3] = ["hl7.fhir.r4.core", "hl7.fhir.r4.expansions", "hl7.fhir.core"];

/// What is read of a `package.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Manifest {
    pub name: Box<str>,
    pub version: Box<str>,
    pub canonical: Option<Box<str>>,
    pub fhir_versions: Vec<Box<str>>,
    /// What `fhirVersions` was called before.
    #[serde(rename = "fhir-version-list")]
    pub older_fhir_versions: Vec<Box<str>>,
    pub dependencies: BTreeMap<Box<str>, Box<str>>,
}

impl Manifest {
    /// Warns of another release of FHIR, and of a name or a version that is missing.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let missing = [("name", &self.name), ("version", &self.version)];
        for (key, _) in missing.into_iter().filter(|(_, value)| value.is_empty()) {
            findings.push(Finding::warning("package.json", fault::no_entry(key)));
        }
        let versions = match self.fhir_versions.is_empty() {
            true => &self.older_fhir_versions,
            false => &self.fhir_versions,
        };
        let fits = |version: &str| version == RELEASE || version.starts_with("4.0.");
        if !versions.is_empty() && !versions.iter().any(|version| fits(version)) {
            let text = fault::other_release(&versions.join(", "));
            findings.push(Finding::warning("package.json", text));
        }
        findings
    }

    /// The dependencies that are not among the packages at hand, as `(name, wanted version)`.
    pub(super) fn missing<'m>(
        &'m self,
        at_hand: &'m [(&'m str, &'m str)],
    ) -> impl Iterator<Item = (&'m str, &'m str)> {
        let wanted = self.dependencies.iter().map(|(name, version)| (&**name, &**version));
        wanted.filter(move |(name, version)| {
            let is_there = |other: &(&str, &str)| other.0 == *name && fits(version, other.1);
            !BUILT_IN.contains(name) && !at_hand.iter().any(is_there)
        })
    }
}

/// Whether a version is one that was asked for: `1.2.x`, `1.2.0` (any patch), `current`, `latest`.
fn fits(wanted: &str, version: &str) -> bool {
    let mut theirs = version.split('.');
    let mut ours = wanted.split('.').take(2);
    matches!(wanted, "current" | "latest" | "dev" | "*" | "")
        || ours.all(|part| matches!(part, "x" | "*") || Some(part) == theirs.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let manifest: Manifest = serde_json::from_str(text).expect("a manifest");
        let found = manifest.findings();
        let found: Vec<_> = found.iter().map(|finding| &*finding.text.en).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn other_releases_of_fhir_are_told() {
        check(r#"{"name":"a","version":"1","fhirVersions":["4.0.1"]}"#, &[]);
        check(r#"{"name":"a","version":"1","fhirVersions":["5.0.0","4.0.1"]}"#, &[]);
        check(r#"{"name":"a","version":"1","fhirVersions":["4.3.0"]}"#, &["FHIR 4.3.0"]);
        check(r#"{"name":"a","version":"1","fhir-version-list":["5.0.0"]}"#, &["FHIR 5.0.0"]);
        check("{}", &["“name”", "“version”"]);
    }

    #[test]
    fn missing_dependencies_are_found() {
        let text =
            r#"{"dependencies":{"hl7.fhir.r4.core":"4.0.1","a":"1.2.0","b":"1.x","c":"1.0"}}"#;
        let manifest: Manifest = serde_json::from_str(text).expect("a manifest");
        let at_hand = [("a", "1.2.7"), ("b", "1.9.0"), ("c", "2.0.0")];
        let missing: Vec<_> = manifest.missing(&at_hand).collect();
        assert_eq!(missing, [("c", "1.0")]);
    }
}
