//! Definitions with their snapshots, made when they are asked for.

use std::sync::Arc;

use moka::sync::Cache;
use serde_json::Value;

use super::binding::NarrowedBinding;
use super::fault::SnapshotFault;
use super::generator;
use super::limit::MOST_NEEDED;
use super::others::{Others, Trail};
use super::tree::element::elements;
use crate::definitions::library::basis::Basis;
use crate::definitions::registry::Registry;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;

/// Snapshots that are kept, in elements: about 60 MiB at most, some 300 profiles.
const KEPT_ELEMENTS: u64 = 10_000;

/// Makes snapshots and keeps them.
#[derive(Debug, Clone)]
pub struct Snapshots {
    registry: Arc<Registry>,
    kept: Cache<Box<str>, (Arc<Basis>, Kept)>,
}

/// A definition with its snapshot, and what is wrong with its differential.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub definition: Arc<Value>,
    pub issues: Arc<[Issue]>,
    /// Required bindings whose value set the differential replaces: whether the new one has only
    /// codes of the old one, terminology can tell.
    pub bindings: Arc<[NarrowedBinding]>,
}

#[derive(Debug, Clone)]
enum Kept {
    Made(Snapshot),
    Failed(SnapshotFault),
}

impl Snapshots {
    /// Makes it from these definitions.
    pub fn new(registry: Arc<Registry>) -> Self {
        let weigh = |_: &_, (_, kept): &(Arc<Basis>, Kept)| match kept {
            Kept::Made(made) => {
                let size = elements(&made.definition, "snapshot").len();
                u32::try_from(size).unwrap_or(u32::MAX)
            }
            Kept::Failed(_) => 1,
        };
        let kept = Cache::builder().max_capacity(KEPT_ELEMENTS).weigher(weigh).build();
        Self { registry, kept }
    }

    /// Whether there is a definition with this canonical.
    pub fn knows(&self, canonical: &str) -> bool {
        self.as_stored(canonical).is_some()
    }

    /// The `StructureDefinition` a canonical names, with its snapshot. None when it is not known
    /// or no snapshot can be made of it; [`Self::snapshot`] says why.
    pub fn definition(&self, canonical: &str) -> Option<Arc<Value>> {
        self.made(canonical, None).ok()
    }

    /// The same with what is wrong with its differential, or why there is no snapshot at all.
    pub fn snapshot(&self, canonical: &str) -> Result<Snapshot, Issue> {
        self.kept(canonical, None).map_err(|fault| fault.issue())
    }

    /// Makes the snapshot of a definition that need not be known by a canonical.
    pub fn generate(&self, definition: &Value) -> Result<Snapshot, Issue> {
        self.make(definition, &Trail::of(definition, None)).map_err(|fault| fault.issue())
    }

    /// The snapshot that comes with a constraint, held against the base as a differential is; none
    /// when it has none, or no base that is known.
    pub fn given(&self, definition: &Value) -> Option<Snapshot> {
        let list = elements(definition, "snapshot");
        if list.is_empty() {
            return None;
        }
        let trail = Trail::of(definition, None);
        let (issues, bindings) = generator::against_base(self, definition, list, &trail)?;
        let definition = Arc::new(definition.clone());
        Some(Snapshot { definition, issues: issues.into(), bindings: bindings.into() })
    }

    fn kept(&self, canonical: &str, above: Option<&Trail<'_>>) -> Result<Snapshot, SnapshotFault> {
        let library = &self.registry.library;
        let kept = match self.kept.get(canonical) {
            Some((basis, kept)) if library.holds(&basis) => kept,
            _ => {
                let (made, basis) = library.watch(|| self.make_known(canonical, above));
                let kept = made.map_or_else(Kept::Failed, Kept::Made);
                // These depend on where one comes from.
                if !matches!(kept, Kept::Failed(SnapshotFault::Cycle(_) | SnapshotFault::TooDeep)) {
                    self.kept.insert(canonical.into(), (basis, kept.clone()));
                }
                kept
            }
        };
        match kept {
            Kept::Made(made) => Ok(made),
            Kept::Failed(fault) => Err(fault),
        }
    }

    fn make_known(
        &self,
        canonical: &str,
        above: Option<&Trail<'_>>,
    ) -> Result<Snapshot, SnapshotFault> {
        let stored = self.as_stored(canonical);
        let stored = stored.ok_or_else(|| SnapshotFault::UnknownType(canonical.into()))?;
        let trail = Trail::of(&stored, above);
        if above.is_some_and(|above| above.contains(&trail)) {
            return Err(SnapshotFault::Cycle(trail.url.into()));
        }
        if trail.length() > MOST_NEEDED {
            return Err(SnapshotFault::TooDeep);
        }
        match self.make(&stored, &trail) {
            // Packages come without all that they build on; their own snapshots are better than none.
            Err(fault @ SnapshotFault::UnknownBase(_))
                if !elements(&stored, "snapshot").is_empty() =>
            {
                let issues = [fault.issue().warning()].into();
                Ok(Snapshot { definition: stored, issues, bindings: Arc::default() })
            }
            made => made,
        }
    }

    fn make(&self, definition: &Value, trail: &Trail<'_>) -> Result<Snapshot, SnapshotFault> {
        let made = generator::generate(self, definition, trail)?;
        Ok(Snapshot {
            definition: Arc::new(made.definition),
            issues: made.issues.into(),
            bindings: made.bindings.into(),
        })
    }
}

impl Others for Snapshots {
    fn made(
        &self,
        canonical: &str,
        above: Option<&Trail<'_>>,
    ) -> Result<Arc<Value>, SnapshotFault> {
        self.kept(canonical, above).map(|made| made.definition)
    }

    fn as_stored(&self, canonical: &str) -> Option<Arc<Value>> {
        self.registry.library.find(ResourceKind::STRUCTURE_DEFINITION, canonical)
    }
}
