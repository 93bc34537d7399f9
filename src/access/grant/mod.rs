//! Grants: who has which role, where, since when and until when. [`mod@file`] reads those of `access_file`,
//! [`row`] those that were made by commands; [`role`] says what a role is.

pub mod fault;
pub mod file;
mod fit;
pub mod role;
pub mod row;
mod table;

use crate::fhir::id::ResourceId;

use role::Role;

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The line of the file where it begins; 0: it is a row.
    pub line: usize,
    pub holder: Holder,
    pub role: Role,
    /// Resources that the holder is: `Patient/…`, `RelatedPerson/…`, `Practitioner/…`.
    pub fhir_user: Vec<(FhirUser, ResourceId)>,
    pub organization: Option<ResourceId>,
    /// Codes of communes, with those of the units that they were made of.
    pub communes: Vec<String>,
    /// Words that a home address has one of, as `index::own::words` makes them; none: any address.
    pub hamlets: Vec<String>,
    /// Security labels that it opens.
    pub labels: Vec<String>,
    /// Microseconds since 1970.
    pub from: Option<i64>,
    /// From then on it does not hold.
    pub until: Option<i64>,
    /// Whether whoever has it may open a record in an emergency.
    pub break_glass: bool,
    pub choose_ids: bool,
}

/// Who has a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// An account of the built-in authorization server.
    User(String),
    /// `iss` and `sub` of a token.
    Subject { issuer: String, subject: String },
    /// `client_id` of a token that a system got for itself.
    Client(String),
}

/// The type of a resource that somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FhirUser {
    Patient,
    RelatedPerson,
    Practitioner,
}

impl Holder {
    /// Whether it is an account of this server.
    pub fn is_user(&self, account: &str) -> bool {
        matches!(self, Self::User(name) if name == account)
    }
}

impl Grant {
    /// Whether it holds at a time.
    pub fn holds(&self, now: i64) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    /// As whom a consent may name a holder who is staff or a system.
    pub fn staff(&self) -> impl Iterator<Item = String> {
        let person = self.ids(FhirUser::Practitioner).map(|id| format!("Practitioner/{id}"));
        let at = self.organization.iter().map(|id| format!("Organization/{id}"));
        person.chain(at)
    }

    /// References to the resources that the holder is.
    pub fn references(&self) -> Vec<String> {
        self.fhir_user.iter().map(|(kind, id)| format!("{}/{id}", kind.name())).collect()
    }

    /// The ids of the resources of a type that the holder is.
    pub fn ids(&self, of: FhirUser) -> impl Iterator<Item = &ResourceId> {
        self.fhir_user.iter().filter(move |(kind, _)| *kind == of).map(|(_, id)| id)
    }
}

impl FhirUser {
    /// The type's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patient => "Patient",
            Self::RelatedPerson => "RelatedPerson",
            Self::Practitioner => "Practitioner",
        }
    }
}
