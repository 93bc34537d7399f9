//! Who may do what to which resources. A right is criteria: whatever is so.

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

use crate::fhir::kind::ResourceKind;
use crate::index::patient::PatientNumber;

use super::tree::Criteria;

/// What somebody may do.
#[derive(Debug, Clone)]
pub struct Access {
    who: Cow<'static, str>,
    rights: Rights,
}

#[derive(Debug, Clone)]
enum Rights {
    Everything,
    /// These alone.
    Listed(Vec<Right>),
    /// Whatever is told when it is asked for.
    Told(Arc<dyn Policy>),
}

/// What may be done to the resources of a type that are so.
#[derive(Debug, Clone, PartialEq)]
pub struct Right {
    pub doing: Vec<Doing>,
    pub kind: ResourceKind,
    /// They are trusted: they may look at what whoever has the right may not see.
    pub criteria: Criteria,
}

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doing {
    /// It is read, any version of it.
    Read,
    /// It is found, or counted.
    Search,
    /// It is the reason why another one is found, or comes along with one. Who may search may.
    Join,
    /// Any of the three below.
    Write,
    Create,
    Update,
    Delete,
}

/// As whom somebody does something, as far as rights know: references and names of roles, parted by
/// spaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acting {
    pub user: String,
    pub role: String,
    pub organization: String,
}

/// Rights that are told when they are asked for: those of a token, made of grants and scopes.
pub trait Policy: Debug + Send + Sync {
    /// What a resource of a type must be for this to be done to it.
    fn narrowing(&self, doing: Doing, kind: ResourceKind) -> Criteria;

    /// Why this may be done to no resource of a type, whatever it is.
    fn lack(&self, doing: Doing, kind: ResourceKind) -> Option<Lack>;

    /// Whether resources may be stored under ids that are not the server's choice.
    fn chooses_ids(&self) -> bool;

    /// Whether the server itself may be asked to work: jobs, and their state.
    fn administers(&self) -> bool;

    /// Who it is, as tokens name them: the same as long as it is the same.
    fn holder(&self) -> &str;

    /// Whether a system asks for itself.
    fn is_of_system(&self) -> bool;

    /// As whom something is done to resources of a type, or to those of any.
    fn acting(&self, doing: Doing, kind: Option<ResourceKind>) -> Acting;

    /// Whether everything may be seen that was recorded of what people do.
    fn audits(&self) -> bool;

    /// Whether a patient is the person herself, or represented by her.
    fn represents(&self, patient: PatientNumber) -> bool;
}

/// Why something may not be done to any resource of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// No scope names it; this one would.
    Scope(String),
    /// No role has it.
    Role,
    /// The patient whom the token is about is reached by no grant.
    Patient,
}

/// Why the server itself looks at rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// What is written is held against the records around it.
    Rules,
    /// The sample families and the examples of packages are stored unless they are there.
    Examples,
    /// What other servers learned to define is learned here too.
    Definitions,
    /// Whom somebody reaches is found out.
    Rights,
    /// Those who did what was recorded are called by their names.
    Audit,
}

impl Doing {
    /// Whether a right to do something is one to do this.
    fn is_within(self, granted: Self) -> bool {
        granted == self
            || matches!(
                (granted, self),
                (Self::Search, Self::Join)
                    | (Self::Write, Self::Create | Self::Update | Self::Delete)
            )
    }
}

impl Access {
    /// Nothing is narrowed. Clients have it where access is not controlled.
    pub const fn everything() -> Self {
        Self { who: Cow::Borrowed("anybody"), rights: Rights::Everything }
    }

    /// Nothing may be done.
    pub const fn nothing() -> Self {
        Self { who: Cow::Borrowed("nobody"), rights: Rights::Listed(Vec::new()) }
    }

    /// What the server may do for a reason of its own: everything.
    pub fn of_server(reason: Reason) -> &'static Self {
        const fn access(who: &'static str) -> Access {
            Access { who: Cow::Borrowed(who), rights: Rights::Everything }
        }
        static RULES: Access = access("rules");
        static EXAMPLES: Access = access("examples");
        static DEFINITIONS: Access = access("definitions");
        static RIGHTS: Access = access("rights");
        static AUDIT: Access = access("audit");
        match reason {
            Reason::Rules => &RULES,
            Reason::Examples => &EXAMPLES,
            Reason::Definitions => &DEFINITIONS,
            Reason::Rights => &RIGHTS,
            Reason::Audit => &AUDIT,
        }
    }

    /// These rights, and no others. Whoever it is is said without naming a person.
    pub fn only(who: impl Into<Cow<'static, str>>, rights: Vec<Right>) -> Self {
        Self { who: who.into(), rights: Rights::Listed(rights) }
    }

    /// What a policy tells. Whoever it is is said without naming a person.
    pub fn by(who: impl Into<Cow<'static, str>>, policy: Arc<dyn Policy>) -> Self {
        Self { who: who.into(), rights: Rights::Told(policy) }
    }

    /// Who has it, for the log.
    pub fn who(&self) -> &str {
        &self.who
    }

    /// Who has it, as tokens name them: for comparison, never for a log.
    pub fn holder(&self) -> Option<&str> {
        match &self.rights {
            Rights::Told(policy) => Some(policy.holder()),
            Rights::Everything | Rights::Listed(_) => None,
        }
    }

    /// Whether a system has it for itself.
    pub fn is_of_system(&self) -> bool {
        matches!(&self.rights, Rights::Told(policy) if policy.is_of_system())
    }

    /// Whether nothing is hidden from whoever has it.
    pub fn is_everything(&self) -> bool {
        matches!(self.rights, Rights::Everything)
    }

    /// Whether nobody who has it may learn that there is something that they may not see.
    pub fn keeps_silent(&self) -> bool {
        matches!(self.rights, Rights::Told(_))
    }

    /// What a resource of a type must be for this to be done to it. None: anything, and nothing of
    /// what it refers to or what refers to it is hidden either.
    pub fn narrowing(&self, doing: Doing, kind: ResourceKind) -> Option<Criteria> {
        let rights = match &self.rights {
            Rights::Everything => return None,
            Rights::Told(policy) => return Some(policy.narrowing(doing, kind)),
            Rights::Listed(rights) => rights.iter(),
        };
        let is_granted = |right: &&Right| {
            right.kind == kind && right.doing.iter().any(|granted| doing.is_within(*granted))
        };
        let granting = rights.filter(is_granted);
        Some(Criteria::one_of(granting.map(|right| right.criteria.clone()).collect()))
    }

    /// Why this may be done to no resource of a type.
    pub fn lack(&self, doing: Doing, kind: ResourceKind) -> Option<Lack> {
        match &self.rights {
            Rights::Told(policy) => policy.lack(doing, kind),
            Rights::Everything | Rights::Listed(_) => None,
        }
    }

    /// Whether resources may be stored under ids that are not the server's choice.
    pub fn chooses_ids(&self) -> bool {
        match &self.rights {
            Rights::Told(policy) => policy.chooses_ids(),
            Rights::Everything | Rights::Listed(_) => true,
        }
    }

    /// Whether the server itself may be asked to work: jobs, and their state.
    pub fn administers(&self) -> bool {
        match &self.rights {
            Rights::Told(policy) => policy.administers(),
            Rights::Everything => true,
            Rights::Listed(_) => false,
        }
    }

    /// As whom something is done to resources of a type, or to those of any.
    pub fn acting(&self, doing: Doing, kind: Option<ResourceKind>) -> Acting {
        match &self.rights {
            Rights::Told(policy) => policy.acting(doing, kind),
            Rights::Everything | Rights::Listed(_) => Acting::default(),
        }
    }

    /// Whether everything may be seen that was recorded of what people do.
    pub fn audits(&self) -> bool {
        match &self.rights {
            Rights::Told(policy) => policy.audits(),
            Rights::Everything => true,
            Rights::Listed(_) => false,
        }
    }

    /// Whether a patient is the person herself, or represented by her.
    pub fn represents(&self, patient: PatientNumber) -> bool {
        match &self.rights {
            Rights::Told(policy) => policy.represents(patient),
            Rights::Everything => true,
            Rights::Listed(_) => false,
        }
    }
}
