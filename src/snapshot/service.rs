//! Definitions with their snapshots, made when they are asked for.

use std::sync::Arc;

use serde_json::Value;

use crate::definitions::registry::Registry;
use crate::fhir::kind::ResourceKind;

/// Makes snapshots and keeps them.
#[derive(Debug, Clone)]
pub struct Snapshots {
    registry: Arc<Registry>,
}

impl Snapshots {
    /// Makes it from these definitions.
    pub fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }

    /// The `StructureDefinition` a canonical names, with its snapshot.
    pub fn definition(&self, canonical: &str) -> Option<Arc<Value>> {
        let kind = ResourceKind::parse("StructureDefinition")?;
        self.registry.library.find(kind, canonical)
    }
}
