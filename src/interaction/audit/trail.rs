//! What is noted of one request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::criteria::access::{Access, Acting, Doing};
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::index::whom::patients;
use crate::store::audit::agent::{Agent, Known};
use crate::store::audit::event::{Context, Event, What};
use crate::store::row::Stored;

/// What is noted of one request.
#[derive(Debug, Default)]
pub struct Trail {
    /// The address that it came from.
    address: String,
    /// The id of the request.
    request: String,
    who: OnceLock<Who>,
    context: OnceLock<Arc<Context>>,
    state: Mutex<State>,
}

/// Who asks, by the token.
#[derive(Debug, Clone, Default)]
pub struct Who {
    pub issuer: String,
    pub subject: String,
    pub client: String,
    /// `jti`
    pub token: String,
    /// A code of v3-ActReason.
    pub purpose: String,
    /// Why Break-Glass was asked for.
    pub reason: String,
    /// Ids of the patients who are seen by Break-Glass.
    pub opened: Vec<String>,
}

#[derive(Debug, Default)]
struct State {
    events: Vec<Event>,
    /// Whether something of the request was noted, whether or not it is to be recorded still.
    is_noted: bool,
}

/// What is noted of a part of it: one interaction, one entry of a Bundle.
#[derive(Debug, Default)]
pub struct Part {
    patients: Mutex<Vec<String>>,
    /// Whether it stands in a commit.
    is_recorded: AtomicBool,
    /// Whether what it writes comes of a patch.
    pub is_patch: bool,
}

impl Trail {
    /// Begins with a request.
    pub fn new(address: String, request: String) -> Self {
        Self { address, request, ..Self::default() }
    }

    /// Says who asks, once that is known.
    pub fn identify(&self, who: Who) {
        // Nobody is identified twice.
        let _first = self.who.set(who);
    }

    /// What is the same for all that the request does.
    pub fn context(&self) -> Arc<Context> {
        let made = || {
            let who = self.who.get().cloned().unwrap_or_default();
            Arc::new(Context {
                token: who.token,
                purpose: who.purpose,
                reason: who.reason,
                opened: who.opened,
                ..self.origin()
            })
        };
        Arc::clone(self.context.get_or_init(made))
    }

    /// Who does something to resources of a type, and in which role.
    pub fn agent(
        &self,
        access: Option<&Access>,
        doing: Doing,
        kind: Option<ResourceKind>,
    ) -> Arc<Agent> {
        let acting = access.map(|access| access.acting(doing, kind)).unwrap_or_default();
        let nobody = Who::default();
        self.agent_of(self.who.get().unwrap_or(&nobody), acting)
    }

    /// Somebody in a role.
    pub fn agent_of(&self, who: &Who, acting: Acting) -> Arc<Agent> {
        let (issuer, subject, client) =
            (who.issuer.clone(), who.subject.clone(), who.client.clone());
        let Acting { user: fhir_user, role, organization } = acting;
        Arc::new(Agent::new(Known { issuer, subject, client, fhir_user, role, organization }))
    }

    /// Where it comes from, and its id.
    pub fn origin(&self) -> Context {
        let (address, request) = (self.address.clone(), self.request.clone());
        Context { address, request, ..Context::default() }
    }

    /// Notes that something was done; what is given is recorded before the answer.
    pub fn note(&self, event: Option<Event>) {
        let mut state = self.state();
        state.is_noted = true;
        state.events.extend(event);
    }

    /// Whether nothing was noted yet.
    pub fn is_empty(&self) -> bool {
        !self.state().is_noted
    }

    /// What is to be recorded.
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.state().events)
    }

    /// Forgets what an attempt noted that is done again.
    pub fn forget(&self) {
        *self.state() = State::default();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// A part that does something.
    pub fn of(what: What) -> Self {
        Self { is_patch: what == What::Patch, ..Self::default() }
    }

    /// Notes that somebody gets a version.
    pub fn saw(&self, indexer: &Indexer, stored: &Stored) {
        let found = patients(indexer, (stored.kind, stored.id.as_str()), &stored.body, None);
        if found.is_empty() {
            return;
        }
        let mut all = self.patients.lock().unwrap_or_else(PoisonError::into_inner);
        for patient in found {
            if !all.contains(&patient) {
                all.push(patient);
            }
        }
    }

    /// Notes that what it does stands in a commit.
    pub fn recorded(&self) {
        self.is_recorded.store(true, Ordering::Relaxed);
    }

    /// Whether what it does stands in a commit.
    pub fn is_recorded(&self) -> bool {
        self.is_recorded.load(Ordering::Relaxed)
    }

    /// Whose data it saw.
    pub fn patients(&self) -> Vec<String> {
        self.patients.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
