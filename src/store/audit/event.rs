//! What is to be recorded.

use std::sync::Arc;

use crate::fhir::kind::ResourceKind;

use super::agent::Agent;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    Read,
    VRead,
    HistoryInstance,
    HistoryType,
    HistorySystem,
    SearchType,
    SearchSystem,
    Create,
    Update,
    Patch,
    Delete,
    /// A batch or transaction as a whole: one that was refused.
    Bundle,
    Operation,
    /// A page for people.
    Page,
    /// Something else that was refused.
    Other,
    /// Somebody had a record opened in an emergency.
    BreakGlass,
    /// Somebody signed in at this server, or tried to.
    SignIn,
    SignOut,
    /// Accounts or clients were changed by an administrator.
    Accounts,
}

/// The numbers kept in databases: the place in this list. It only ever grows.
const ALL: [What; 19] = [
    What::Read,
    What::VRead,
    What::HistoryInstance,
    What::HistoryType,
    What::HistorySystem,
    What::SearchType,
    What::SearchSystem,
    What::Create,
    What::Update,
    What::Patch,
    What::Delete,
    What::Bundle,
    What::Operation,
    What::Page,
    What::Other,
    What::BreakGlass,
    What::SignIn,
    What::SignOut,
    What::Accounts,
];

/// The purpose of what is done under Break-Glass.
pub const EMERGENCY: &str = "BTG";

/// What is the same for all that one request does.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The address that it came from.
    pub address: String,
    /// The id of the request.
    pub request: String,
    /// `jti` of the token.
    pub token: String,
    /// A code of v3-ActReason.
    pub purpose: String,
    /// Why Break-Glass was asked for.
    pub reason: String,
    /// Ids of the patients who are seen by Break-Glass.
    pub opened: Vec<String>,
}

/// Something that was done, or refused.
#[derive(Debug, Clone)]
pub struct Event {
    /// Microseconds since 1970.
    pub at: i64,
    pub what: What,
    /// The HTTP status.
    pub status: u16,
    pub agent: Arc<Agent>,
    pub context: Arc<Context>,
    pub kind: Option<ResourceKind>,
    /// Empty where there is none.
    pub id: String,
    /// 0 where there is none.
    pub version: i64,
    /// Whose data it is about.
    pub patients: Vec<String>,
    /// What was asked: a query, or what stands behind the base URL.
    pub query: String,
}

/// A record is opened to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub issuer: String,
    pub subject: String,
    /// The id of the patient.
    pub patient: String,
    /// Microseconds since 1970.
    pub until: i64,
}

/// What is recorded of a commit, beside what it does: it is known when it is done.
#[derive(Debug, Clone)]
pub struct Recording {
    pub context: Arc<Context>,
    /// Who writes resources of a type; the first one writes any other.
    pub agents: Vec<(ResourceKind, Arc<Agent>)>,
    /// Whether updates are patches.
    pub is_patch: bool,
}

impl What {
    /// The number kept in databases.
    pub fn number(self) -> i64 {
        let place = ALL.iter().position(|one| *one == self);
        place.and_then(|place| i64::try_from(place).ok()).unwrap_or_default()
    }

    /// What has this number.
    pub fn from_number(number: i64) -> Option<Self> {
        ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// Everything that is recorded.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter()
    }
}

impl Event {
    /// Why it was done to the record of a patient.
    pub(super) fn purpose(&self, patient: &str) -> &str {
        match self.context.opened.iter().any(|opened| opened == patient) {
            true => EMERGENCY,
            false => &self.context.purpose,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back() {
        for what in What::all() {
            assert_eq!(What::from_number(what.number()), Some(what));
        }
        assert_eq!(What::BreakGlass.number(), 15);
        assert_eq!(What::from_number(99), None);
    }
}
