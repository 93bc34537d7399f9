//! Compiled profiles by canonical, kept until a definition changes that they are made of.

use std::sync::{Arc, OnceLock};

use moka::sync::Cache;
use rustc_hash::FxBuildHasher;
use serde_json::Value;

use super::compile::base::Base;
use super::compile::nodes;
use super::global::Globals;
use super::tree::node::Profile;
use crate::budget;
use crate::definitions::library::basis::Basis;
use crate::definitions::registry::Registry;
use crate::fhir::kind::ResourceKind;
use crate::snapshot::service::Snapshots;

/// Profiles that are kept.
const MOST: u64 = 2_000;

/// Steps of making one.
const COMPILED: usize = 100_000;

/// Where types of R4 are defined.
const TYPE_URL: &str = "http://hl7.org/fhir/StructureDefinition/";

/// The version of R4, without the number of its technical corrections.
const TYPE_VERSION: &str = "4.0";

/// A profile as compiled, if it is one, and the definitions that were looked at for it.
type Compiled = (Arc<Basis>, Option<Arc<Profile>>);

/// Makes and keeps compiled profiles.
#[derive(Debug)]
pub(in crate::validation) struct Profiles {
    pub(super) registry: Arc<Registry>,
    snapshots: Snapshots,
    kept: Cache<Arc<str>, Compiled, FxBuildHasher>,
    base: OnceLock<Base>,
    globals: Globals,
}

impl Profiles {
    pub(in crate::validation) fn new(registry: Arc<Registry>, snapshots: Snapshots) -> Self {
        let kept = Cache::builder().max_capacity(MOST).build_with_hasher(FxBuildHasher);
        Self { registry, snapshots, kept, base: OnceLock::new(), globals: Globals::default() }
    }

    /// The constraints that R4 states for its types.
    pub(in crate::validation) fn base(&self) -> &Base {
        self.base.get_or_init(|| Base::read(&self.registry.shapes))
    }

    /// The type of R4 that a canonical names; in a version of another release it names none.
    pub(in crate::validation) fn type_name<'c>(&self, canonical: &'c str) -> Option<&'c str> {
        let (url, version) = canonical.split_once('|').unwrap_or((canonical, TYPE_VERSION));
        let is_r4 = version == TYPE_VERSION
            || version.strip_prefix(TYPE_VERSION).is_some_and(|rest| rest.starts_with('.'));
        let name = url.strip_prefix(TYPE_URL).filter(|_| is_r4)?;
        let is_type = self.registry.shapes.named(name).is_some() && !name.contains('.');
        (is_type || matches!(name, "Resource" | "DomainResource")).then_some(name)
    }

    /// The compiled profile that a canonical names; none for a type of R4.
    pub(in crate::validation) fn profile(&self, canonical: &str) -> Option<Arc<Profile>> {
        let library = &self.registry.library;
        if let Some((basis, found)) = self.kept.get(canonical)
            && library.holds(&basis)
        {
            return found;
        }
        // Nothing is kept of what was not made.
        budget::spend(COMPILED).ok()?;
        let (made, basis) = library.watch(|| {
            let definition = self.definition(canonical);
            let definition = definition.or_else(|| self.of_partial_version(canonical));
            definition.and_then(|found| nodes::compile(self, &found)).map(Arc::new)
        });
        self.kept.insert(canonical.into(), (basis, made.clone()));
        made
    }

    /// The profiles that known implementation guides make those of a whole type.
    pub(in crate::validation) fn globals(&self, kind: ResourceKind) -> Vec<Box<str>> {
        self.globals.of(&self.registry.library, kind)
    }

    /// What makes snapshots of definitions.
    pub(in crate::validation) fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    /// A definition with its snapshot.
    pub(super) fn definition(&self, canonical: &str) -> Option<Arc<Value>> {
        self.snapshots.definition(canonical)
    }

    /// The latest of the versions that begin with the parts given: `|0.2` finds `0.2.1`.
    fn of_partial_version(&self, canonical: &str) -> Option<Arc<Value>> {
        let (url, version) = canonical.split_once('|')?;
        let names = self.registry.library.names(ResourceKind::STRUCTURE_DEFINITION);
        let versions = names.iter().filter(|name| *name.url == *url);
        let versions = versions.filter_map(|name| name.version.as_deref());
        let fitting = versions
            .filter(|found| found.strip_prefix(version).is_some_and(|rest| rest.starts_with('.')));
        let numbers = |version: &&str| -> Vec<u64> {
            version.split(['.', '-']).map(|part| part.parse().unwrap_or_default()).collect()
        };
        let latest = fitting.max_by_key(numbers)?;
        self.definition(&format!("{url}|{latest}"))
    }

    /// The type that a profile is for, without compiling it.
    pub(in crate::validation) fn constrained_type(&self, canonical: &str) -> Option<Box<str>> {
        if let Some(name) = self.type_name(canonical) {
            return Some(name.into());
        }
        let found = self.registry.library.find(ResourceKind::STRUCTURE_DEFINITION, canonical)?;
        Some(found.get("type")?.as_str()?.into())
    }
}
