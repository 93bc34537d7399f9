//! What every validation works with, made once.

use std::sync::Arc;

use super::profile::cache::Profiles;
use crate::definitions::registry::Registry;
use crate::definitions::shape::{ShapeId, Shapes};
use crate::terminology::service::Terminology;

/// The definitions, compiled and not.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) registry: Arc<Registry>,
    pub(super) known: Known,
    pub(super) terminology: Terminology,
    pub(super) profiles: Profiles,
}

/// The data types that have rules of their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) element: Option<ShapeId>,
    pub(super) extension: Option<ShapeId>,
    pub(super) reference: Option<ShapeId>,
    pub(super) coding: Option<ShapeId>,
    pub(super) codeable_concept: Option<ShapeId>,
}

impl Known {
    /// Finds them once.
    pub(super) fn new(shapes: &Shapes) -> Self {
        Self {
            element: shapes.id("Element"),
            extension: shapes.id("Extension"),
            reference: shapes.id("Reference"),
            coding: shapes.id("Coding"),
            codeable_concept: shapes.id("CodeableConcept"),
        }
    }
}
