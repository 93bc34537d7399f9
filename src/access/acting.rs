//! As whom somebody acts, what auditors see, and what Break-Glass opens.

use crate::criteria::access::{Acting, Doing};
use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;
use crate::index::patient::PatientNumber;
use crate::interaction::audit::trail::Who;

use super::control::Asker;
use super::grant::role::Role;
use super::policy::{Reached, Rights, about, has, is_reading};
use super::reach::Reach;
use super::seen::label::{Units, labelled};
use super::sort::Sort;

impl Rights {
    /// The grants by which something is done to resources of a type; where none is for it, all that hold.
    pub(super) fn acts(&self, doing: Doing, kind: Option<ResourceKind>) -> Acting {
        let of_kind = |grant: &&Reached| kind.is_none_or(|kind| has(grant.role, doing, kind));
        let mut grants: Vec<&Reached> = self.grants.iter().filter(of_kind).collect();
        if grants.is_empty() {
            grants = self.grants.iter().collect();
        }
        let users = grants.iter().flat_map(|grant| grant.user.iter().map(String::as_str));
        let organizations = grants.iter().filter_map(|grant| grant.organization.as_deref());
        Acting {
            user: words(users),
            role: words(grants.iter().map(|grant| grant.role.name())),
            organization: words(organizations),
        }
    }

    /// Whether an auditor asks, by a scope that narrows nothing.
    pub(super) fn is_auditor(&self) -> bool {
        let Some(kind) = ResourceKind::parse("AuditEvent") else { return false };
        let is_auditor = self.grants.iter().any(|grant| grant.role == Role::Auditor);
        let is_whole = |doing| self.by_scopes(doing, kind) == Criteria::True;
        is_auditor && (is_whole(Doing::Search) || is_whole(Doing::Read))
    }

    /// Why whoever asks does so: staff and systems treat, others ask for themselves or whom they
    /// represent.
    pub(super) fn purpose(&self) -> &'static str {
        let is_personal = |grant: &Reached| grant.role.is_personal();
        match !self.grants.is_empty() && self.grants.iter().all(is_personal) {
            true => "PATRQT",
            false => "TREAT",
        }
    }

    /// Who asks, by the token and its `jti` and purpose, as it is recorded.
    pub(super) fn who(&self, asker: Asker) -> Who {
        let purpose = asker.purposes.into_iter().next();
        Who {
            issuer: asker.issuer,
            subject: asker.subject,
            client: asker.client,
            token: asker.token.unwrap_or_default(),
            purpose: purpose.unwrap_or_else(|| self.purpose().to_owned()),
            reason: String::new(),
            opened: self.opened_ids.clone(),
        }
    }

    /// Whether whoever asks may break the glass.
    pub(super) fn breaks_glass(&self) -> bool {
        self.grants.iter().any(|grant| grant.break_glass)
    }

    /// The patients who are open to who has one of some grants.
    pub(super) fn opened_to(&self, grants: &[&Reached]) -> Vec<PatientNumber> {
        match grants.iter().any(|grant| grant.break_glass) {
            true => self.opened.clone(),
            false => Vec::new(),
        }
    }

    /// What may be read of those who are open, whatever the role reads of others. Labels stay closed but
    /// for grants that open them.
    pub(super) fn opened_of(&self, doing: Doing, kind: ResourceKind) -> Criteria {
        let is_record = matches!(Sort::of(kind), Sort::Patient | Sort::Record);
        if self.opened.is_empty() || !is_record || !is_reading(doing) {
            return Criteria::False;
        }
        let grants: Vec<&Reached> = self.grants.iter().filter(|grant| grant.break_glass).collect();
        labelled(&Units::of(&grants), &[], |_| about(kind, Reach::named(self.opened.clone())))
    }
}

/// Words, each once, parted by spaces.
fn words<'w>(all: impl Iterator<Item = &'w str>) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in all {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(" ")
}
