//! The rights of one request: what the grants of whoever asks reach, narrowed by the scopes of the
//! token. Both become criteria, which are part of every query (ADR 0020).

use crate::criteria::access::{Acting, Doing, Lack, Policy};
use crate::criteria::tree::{Criteria, Form, Indexed, Values};
use crate::criteria::value::token::{System, TokenValue};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::own;
use crate::index::patient::PatientNumber;

use super::grant::role::Role;
use super::reach::Reach;
use super::scope::{Level, Scope, letter};
use super::sort::{Sort, holds_others};

/// What somebody may do who sent a token.
#[derive(Debug)]
pub struct Rights {
    pub(super) grants: Vec<Reached>,
    pub(super) scopes: Vec<Granted>,
    /// The patient whom the token is about.
    pub(super) patient: Option<ResourceId>,
    /// Whether that patient is reached by a grant.
    pub(super) is_patient_reached: bool,
    /// Whether a system has the token for itself.
    pub(super) is_system: bool,
    /// Patients who deny nothing.
    pub(super) denies_nothing: Criteria,
    pub(super) chooses_ids: bool,
    /// Those whom Break-Glass has opened to whoever asks.
    pub(super) opened: Vec<PatientNumber>,
    pub(super) opened_ids: Vec<String>,
}

/// A grant that holds.
#[derive(Debug)]
pub struct Reached {
    pub(super) role: Role,
    pub(super) line: usize,
    pub(super) labels: Vec<String>,
    /// Ways in which staff and systems reach a patient.
    pub(super) ways: Vec<Criteria>,
    /// Patients who are the person herself, or whom she represents.
    pub(super) own: Vec<PatientNumber>,
    /// References to who whoever has it is, and for whom.
    pub(super) user: Vec<String>,
    pub(super) organization: Option<String>,
    pub(super) break_glass: bool,
}

/// A scope of the token.
#[derive(Debug)]
pub struct Granted {
    pub(super) scope: Scope,
    /// What its query asks of resources; none where it has none.
    pub(super) query: Option<Criteria>,
}

/// What a mother and a caregiver may write: nothing by which they would reach somebody else, or be
/// taken for staff.
const PERSONAL: [&str; 8] = [
    "Appointment",
    "AppointmentResponse",
    "Communication",
    "Consent",
    "DocumentReference",
    "Observation",
    "QuestionnaireResponse",
    "Task",
];

pub(super) fn is_reading(doing: Doing) -> bool {
    matches!(doing, Doing::Read | Doing::Search | Doing::Join)
}

/// Whether a role does something with resources of a type, which ones aside.
pub fn has(role: Role, doing: Doing, kind: ResourceKind) -> bool {
    match Sort::of(kind) {
        Sort::Audit => role == Role::Auditor && is_reading(doing),
        Sort::Closed => false,
        Sort::Open if is_reading(doing) => role != Role::Auditor,
        Sort::Open => role == Role::Administrator,
        Sort::Patient | Sort::Record => match role {
            Role::Mother | Role::Caregiver => is_reading(doing) || PERSONAL.contains(&kind.name()),
            Role::VillageMidwife | Role::CommuneStation | Role::Hospital | Role::Vendor => true,
            Role::Registration => {
                doing != Doing::Delete && ["Patient", "RelatedPerson"].contains(&kind.name())
            }
            Role::Administrator => Sort::of(kind) == Sort::Record && !holds_others(kind),
            Role::ProvincialCdc | Role::Ministry | Role::Auditor => false,
        },
    }
}

impl Rights {
    /// The grants whose role does something with resources of a type.
    pub(super) fn granting(
        &self,
        doing: Doing,
        kind: ResourceKind,
    ) -> impl Iterator<Item = &Reached> {
        self.grants.iter().filter(move |grant| has(grant.role, doing, kind))
    }

    /// What the grants say.
    fn by_grants(&self, doing: Doing, kind: ResourceKind) -> Criteria {
        let all: Vec<&Reached> = self.granting(doing, kind).collect();
        match Sort::of(kind) {
            Sort::Audit | Sort::Closed => Criteria::False,
            Sort::Open => labelled(kind, &all, |_| Criteria::True),
            Sort::Patient | Sort::Record => {
                let of_persons = labelled(kind, &all, |some| about(kind, self.patients(some)));
                let keepers = all.iter().filter(|grant| grant.role == Role::Administrator);
                let keepers: Vec<&Reached> = keepers.copied().collect();
                let of_nobody = labelled(kind, &keepers, |_| Criteria::OfNobody);
                let opened = self.opened_of(doing, kind);
                Criteria::one_of(vec![of_persons, of_nobody, opened])
            }
        }
    }

    /// The patients whom some grants reach.
    fn patients(&self, grants: &[&Reached]) -> Criteria {
        let ways = grants.iter().flat_map(|grant| grant.ways.iter().cloned());
        let staff = both(Criteria::one_of(ways.collect()), self.denies_nothing.clone());
        let own = grants.iter().flat_map(|grant| grant.own.iter().copied()).collect();
        Criteria::one_of(vec![staff, Reach::named(own), Reach::named(self.opened_to(grants))])
    }

    /// Those that all grants that hold reach.
    pub(super) fn everybody(&self) -> Criteria {
        self.patients(&self.grants.iter().collect::<Vec<_>>())
    }

    /// Whether a scope counts for whoever has the token.
    fn counts(&self, scope: &Scope) -> bool {
        match scope.level {
            Level::Patient => self.patient.is_some() && self.is_patient_reached,
            Level::User => !self.is_system,
            Level::System => self.is_system,
        }
    }

    /// What the scopes say.
    pub(super) fn by_scopes(&self, doing: Doing, kind: ResourceKind) -> Criteria {
        let mut any = Vec::new();
        for Granted { scope, query } in &self.scopes {
            if !scope.allows(doing, kind) || !self.counts(scope) {
                continue;
            }
            let query = query.clone().unwrap_or(Criteria::True);
            let of = match (scope.level, &self.patient) {
                (Level::Patient, Some(patient)) => {
                    about(kind, Criteria::Ids(vec![patient.clone()]))
                }
                (Level::Patient, None) => Criteria::False,
                (Level::User | Level::System, _) => Criteria::True,
            };
            match both(of, query) {
                Criteria::True => return Criteria::True,
                narrowed => any.push(narrowed),
            }
        }
        Criteria::one_of(any)
    }

    /// A scope that would do.
    fn wanted(&self, doing: Doing, kind: ResourceKind) -> String {
        let is_of_patient = |granted: &Granted| granted.scope.level == Level::Patient;
        let level = match () {
            () if self.is_system => Level::System,
            () if self.patient.is_some()
                && !self.scopes.is_empty()
                && self.scopes.iter().all(is_of_patient) =>
            {
                Level::Patient
            }
            () => Level::User,
        };
        format!("{level}/{kind}.{}", letter(doing))
    }
}

impl Policy for Rights {
    fn narrowing(&self, doing: Doing, kind: ResourceKind) -> Criteria {
        match self.by_scopes(doing, kind) {
            Criteria::False => Criteria::False,
            scopes => both(self.by_grants(doing, kind), scopes),
        }
    }

    fn lack(&self, doing: Doing, kind: ResourceKind) -> Option<Lack> {
        let mut allowing =
            self.scopes.iter().map(|one| &one.scope).filter(|scope| scope.allows(doing, kind));
        let is_blocked = |scope: &Scope| {
            scope.level == Level::Patient && self.patient.is_some() && !self.is_patient_reached
        };
        if !allowing.clone().any(|scope| self.counts(scope)) {
            return Some(match allowing.any(is_blocked) {
                true => Lack::Patient,
                false => Lack::Scope(self.wanted(doing, kind)),
            });
        }
        let is_open = self.opened_of(doing, kind) != Criteria::False;
        (!is_open && self.granting(doing, kind).next().is_none()).then_some(Lack::Role)
    }

    fn chooses_ids(&self) -> bool {
        self.chooses_ids
    }

    fn acting(&self, doing: Doing, kind: Option<ResourceKind>) -> Acting {
        self.acts(doing, kind)
    }

    fn audits(&self) -> bool {
        self.is_auditor()
    }

    fn represents(&self, patient: PatientNumber) -> bool {
        self.grants.iter().any(|grant| grant.own.contains(&patient))
    }

    fn administers(&self) -> bool {
        let is_administrator = self.grants.iter().any(|grant| grant.role == Role::Administrator);
        let kind = ResourceKind::parse("SearchParameter");
        is_administrator && kind.is_some_and(|kind| self.lack(Doing::Update, kind).is_none())
    }
}

/// Resources of a type about nobody but such patients.
pub(super) fn about(kind: ResourceKind, patients: Criteria) -> Criteria {
    match patients {
        Criteria::False => Criteria::False,
        herself if kind == ResourceKind::PATIENT => herself,
        others => Criteria::Every(Box::new(others)),
    }
}

/// What some grants reach, as far as the labels of the resource are opened: what has none by all of
/// them, what has some by those that open each of its labels.
pub(super) fn labelled(
    kind: ResourceKind,
    grants: &[&Reached],
    of: impl Fn(&[&Reached]) -> Criteria,
) -> Criteria {
    if grants.is_empty() {
        return Criteria::False;
    }
    let keys = own::keys(kind);
    let unlabelled = Criteria::Missing(
        Indexed { param: keys, also: None, form: Form::Token, target: None },
        true,
    );
    let mut sets: Vec<&[String]> = grants.iter().map(|grant| grant.labels.as_slice()).collect();
    sets.sort_unstable();
    sets.dedup();
    let mut ways = vec![unlabelled];
    for labels in sets.iter().filter(|labels| !labels.is_empty()) {
        let such = grants.iter().filter(|grant| grant.labels == **labels).copied();
        let opened = Criteria::Parameter(keys, Values::Tokens(opened(labels)));
        ways.push(match sets.len() {
            1 => opened,
            _ => both(of(&such.collect::<Vec<_>>()), opened),
        });
    }
    both(of(grants), Criteria::one_of(ways))
}

/// Every set of labels that some labels open, as rows have them.
fn opened(labels: &[String]) -> Vec<TokenValue> {
    let sets = 1_usize.checked_shl(u32::try_from(labels.len()).unwrap_or(u32::MAX)).unwrap_or(1);
    let chosen = |set: usize| {
        let is_in = |at: usize| set & (1 << at) != 0;
        let each = labels.iter().enumerate().filter(move |(at, _)| is_in(*at));
        own::of_labels(&mut each.map(|(_, label)| label.as_str()).collect())
    };
    let each = (1..sets).filter_map(chosen);
    each.map(|code| TokenValue::new(System::None, Some(&code))).collect()
}

/// Both of two, without what adds nothing.
pub(super) fn both(one: Criteria, other: Criteria) -> Criteria {
    match (one, other) {
        (Criteria::False, _) | (_, Criteria::False) => Criteria::False,
        (Criteria::True, only) | (only, Criteria::True) => only,
        (one, other) => Criteria::All(vec![one, other]),
    }
}
