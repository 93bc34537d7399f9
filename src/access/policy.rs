//! The rights of one request: what the grants of whoever asks reach, narrowed by the scopes of the
//! token. Both become criteria, which are part of every query (ADR 0020).

use std::sync::OnceLock;

use crate::criteria::access::{Acting, Doing, Lack, Policy};
use crate::criteria::tree::Criteria;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::patient::PatientNumber;

use super::consent::said::Consents;
use super::grant::role::Role;
use super::scope::{Level, Scope, letter};
use super::seen::author::Authored;
use super::seen::label::{Units, labelled};
use super::seen::whole::of_patient;
use super::sort::{Sort, holds_others, is_seen_by_parts};

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
    /// What patients hide and open by their consents.
    pub(super) consents: Consents,
    pub(super) chooses_ids: bool,
    /// Issuer, subject and client.
    pub(super) holder: String,
    /// Who somebody is as an author.
    pub(super) authored: Authored,
    /// What is seen of each type, of which others may be parts.
    pub(super) parts: OnceLock<Groups>,
    /// Those whom Break-Glass has opened to whoever asks.
    pub(super) opened: Vec<PatientNumber>,
    pub(super) opened_ids: Vec<String>,
}

/// Types with what their resources must be.
pub(super) type Groups = Vec<(Vec<ResourceKind>, Criteria)>;

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
        Sort::Patient | Sort::Record | Sort::Part => match role {
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
    pub(super) fn by_grants(&self, doing: Doing, kind: ResourceKind) -> Criteria {
        let all: Vec<&Reached> = self.granting(doing, kind).collect();
        let (carers, keepers): (Vec<&Reached>, Vec<&Reached>) =
            all.iter().copied().partition(|grant| grant.role.has_records());
        let of_parts = || labelled(&Units::of(&carers), &[], |_| self.of_parts(kind));
        match Sort::of(kind) {
            Sort::Audit | Sort::Closed => Criteria::False,
            Sort::Open => labelled(&Units::of(&all), &[], |_| Criteria::True),
            Sort::Part => of_parts(),
            Sort::Patient | Sort::Record => {
                let mut ways = vec![self.of_carers(kind, &carers)];
                if is_seen_by_parts(kind) {
                    ways.push(of_parts());
                }
                ways.push(labelled(&Units::of(&keepers), &[], |_| Criteria::OfNobody));
                ways.push(self.opened_of(doing, kind));
                Criteria::one_of(ways)
            }
        }
    }

    /// What is about persons, or was written by whoever asks and is about nobody.
    pub(super) fn of_carers(&self, kind: ResourceKind, carers: &[&Reached]) -> Criteria {
        if kind.name() == "Bundle" {
            return self.of_entries(kind, carers);
        }
        let of_persons = self.of_persons(kind, carers);
        if is_seen_by_parts(kind) || kind == ResourceKind::PATIENT {
            return of_persons;
        }
        let own = self.authored.by(kind);
        let of_author = match own {
            Criteria::False => Criteria::False,
            own => labelled(&Units::of(carers), &[], |_| both(Criteria::OfNobody, own.clone())),
        };
        Criteria::one_of(vec![of_persons, of_author])
    }

    /// Whether a scope counts for whoever has the token.
    pub(super) fn counts(&self, scope: &Scope) -> bool {
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
                (Level::Patient, Some(patient)) => of_patient(kind, patient),
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

    fn is_of_system(&self) -> bool {
        self.is_system
    }

    fn holder(&self) -> &str {
        &self.holder
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

/// Both of two, without what adds nothing.
pub(super) fn both(one: Criteria, other: Criteria) -> Criteria {
    match (one, other) {
        (Criteria::False, _) | (_, Criteria::False) => Criteria::False,
        (Criteria::True, only) | (only, Criteria::True) => only,
        (one, other) => Criteria::All(vec![one, other]),
    }
}
