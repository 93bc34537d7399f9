//! What was done and whose data was seen, put together.

use std::sync::Arc;

use crate::criteria::access::Doing;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::interaction::engine::Ctx;
use crate::store::audit::event::{Event, Recording};

use super::action::Action;
use super::trail::Part;

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The HTTP status.
    pub status: u16,
    /// The resource, where the request did not name it, and its version.
    pub id: Option<String>,
    pub version: Option<i64>,
}

impl Ctx<'_> {
    /// Notes what was done; nothing more where it stands in a commit.
    pub fn did(&self, action: Action, part: &Part, outcome: Outcome) {
        let Some(trail) = self.trail() else { return };
        if part.is_recorded() {
            return trail.note(None);
        }
        let mut patients = part.patients();
        let is_patient = action.kind == Some(ResourceKind::PATIENT);
        let id = outcome.id.unwrap_or(action.id);
        let herself = (is_patient && !id.is_empty()).then(|| id.clone());
        for patient in action.patients.into_iter().chain(herself) {
            if !patients.contains(&patient) {
                patients.push(patient);
            }
        }
        trail.note(Some(Event {
            at: time::now().micros(),
            what: action.what,
            status: outcome.status,
            agent: trail.agent(Some(self.access()), action.doing, action.kind),
            context: trail.context(),
            kind: action.kind,
            id,
            version: outcome.version.unwrap_or(action.version),
            patients,
            query: action.query,
        }));
    }

    /// What a commit is to record of who writes resources of these types.
    pub(in crate::interaction) fn recording(
        &self,
        kinds: impl Iterator<Item = ResourceKind>,
    ) -> Option<Recording> {
        let trail = self.trail()?;
        let mut agents: Vec<(ResourceKind, Arc<_>)> = Vec::new();
        for kind in kinds {
            if !agents.iter().any(|(known, _)| *known == kind) {
                let agent = trail.agent(Some(self.access()), Doing::Update, Some(kind));
                agents.push((kind, agent));
            }
        }
        let is_patch = self.part().is_some_and(|part| part.is_patch);
        Some(Recording { context: trail.context(), agents, is_patch })
    }
}
