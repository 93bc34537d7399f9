//! One check of one response: what it is held against, and what has been found on the way.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::enable::Search;
use crate::fhir::member::text;
use crate::validation::walk::Walk;

/// A questionnaire, and its items by their link ids.
pub(super) struct Questionnaire<'q> {
    pub(super) resource: &'q Value,
    pub(super) items: FxHashMap<&'q str, &'q Value>,
}

/// One check of one response.
pub(super) struct Check<'w, 'a, 'q> {
    pub(super) walk: &'w mut Walk<'a>,
    pub(super) questionnaire: &'q Questionnaire<'q>,
    /// Whether answers may still be missing.
    pub(super) is_unfinished: bool,
    pub(super) search: Search,
}

impl<'w, 'a, 'q> Check<'w, 'a, 'q> {
    pub(super) fn new(walk: &'w mut Walk<'a>, questionnaire: &'q Questionnaire<'q>) -> Self {
        let status = text(walk.resource, "status").unwrap_or_default();
        let is_unfinished = matches!(status, "in-progress" | "stopped" | "entered-in-error");
        Self { walk, questionnaire, is_unfinished, search: Search::default() }
    }
}
