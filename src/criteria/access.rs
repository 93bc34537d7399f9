//! Who may do what to which resources. A right is criteria: whatever is so.

use std::borrow::Cow;

use crate::fhir::kind::ResourceKind;

use super::tree::Criteria;

/// What somebody may do.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    who: Cow<'static, str>,
    /// None: everything.
    rights: Option<Vec<Right>>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// It is read, any version of it.
    Read,
    /// It is found, counted, or the reason why another one is.
    Search,
    Write,
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
}

impl Access {
    /// Nothing is narrowed. Clients have it until access control comes.
    pub const fn everything() -> Self {
        Self { who: Cow::Borrowed("anybody"), rights: None }
    }

    /// What the server may do for a reason of its own: everything.
    pub fn of_server(reason: Reason) -> &'static Self {
        static RULES: Access = Access { who: Cow::Borrowed("rules"), rights: None };
        static EXAMPLES: Access = Access { who: Cow::Borrowed("examples"), rights: None };
        static DEFINITIONS: Access = Access { who: Cow::Borrowed("definitions"), rights: None };
        match reason {
            Reason::Rules => &RULES,
            Reason::Examples => &EXAMPLES,
            Reason::Definitions => &DEFINITIONS,
        }
    }

    /// These rights, and no others. Whoever it is is said without naming a person.
    pub fn only(who: impl Into<Cow<'static, str>>, rights: Vec<Right>) -> Self {
        Self { who: who.into(), rights: Some(rights) }
    }

    /// Whether nothing is narrowed.
    pub fn is_everything(&self) -> bool {
        self.rights.is_none()
    }

    /// Who has it, for the log.
    pub fn who(&self) -> &str {
        &self.who
    }

    /// What a resource of a type must be for this to be done to it. None: anything, and nothing of
    /// what it refers to or what refers to it is hidden either.
    pub fn narrowing(&self, doing: Doing, kind: ResourceKind) -> Option<Criteria> {
        let rights = self.rights.as_ref()?.iter();
        let granting = rights.filter(|right| right.kind == kind && right.doing.contains(&doing));
        let mut criteria: Vec<Criteria> = granting.map(|right| right.criteria.clone()).collect();
        Some(match (criteria.len(), criteria.pop()) {
            (1, Some(only)) => only,
            (_, None) => Criteria::False,
            (_, Some(last)) => Criteria::Any(criteria.into_iter().chain([last]).collect()),
        })
    }
}
