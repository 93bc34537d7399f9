//! Criteria as they are for somebody who may not see everything.
//!
//! What is hidden is as though it were not there: a resource of the type that is searched, one that
//! a chain leads to, one that refers back, a patient who is matched. The rights stand beside the
//! innermost criteria, inside every `not` around them: a chain that finds nothing because all is
//! hidden says the same as one that finds nothing.

use crate::fhir::kind::ResourceKind;

use super::access::{Access, Doing};
use super::tree::{Criteria, Patients};

impl Criteria {
    /// These criteria on resources of a type, for somebody who searches.
    pub fn narrowed(&self, kind: ResourceKind, access: &Access) -> Self {
        self.narrowed_for(Doing::Search, kind, access)
    }

    fn narrowed_for(&self, doing: Doing, kind: ResourceKind, access: &Access) -> Self {
        match access.narrowing(doing, kind) {
            None => self.clone(),
            Some(rights) => Self::All(vec![self.narrowed_within(access), rights]),
        }
    }

    /// The same, with only what it says of other resources narrowed.
    fn narrowed_within(&self, access: &Access) -> Self {
        let each = |all: &Vec<Self>| all.iter().map(|one| one.narrowed_within(access)).collect();
        match self {
            Self::All(all) => Self::All(each(all)),
            Self::Any(any) => Self::Any(each(any)),
            Self::Not(criteria) => Self::Not(Box::new(criteria.narrowed_within(access))),
            Self::Chain { param, kind, criteria } => Self::Chain {
                param: *param,
                kind: *kind,
                criteria: Box::new(criteria.narrowed_for(Doing::Join, *kind, access)),
            },
            Self::Has { kind, param, criteria } => Self::Has {
                kind: *kind,
                param: *param,
                criteria: Box::new(criteria.narrowed_for(Doing::Join, *kind, access)),
            },
            Self::Compartment { which, patients: Patients::Matching(criteria) } => {
                let narrowed = criteria.narrowed_for(Doing::Join, ResourceKind::PATIENT, access);
                let patients = Patients::Matching(Box::new(narrowed));
                Self::Compartment { which: *which, patients }
            }
            Self::Every(criteria) => {
                let narrowed = criteria.narrowed_for(Doing::Join, ResourceKind::PATIENT, access);
                Self::Every(Box::new(narrowed))
            }
            Self::Parts { param, groups } => {
                let each = |(kinds, part): &(Vec<ResourceKind>, Self)| {
                    let of = |kind: &ResourceKind| {
                        (vec![*kind], part.narrowed_for(Doing::Join, *kind, access))
                    };
                    kinds.iter().map(of).collect::<Vec<_>>()
                };
                Self::Parts { param: *param, groups: groups.iter().flat_map(each).collect() }
            }
            // They ask about nobody else.
            Self::True
            | Self::False
            | Self::Type(_)
            | Self::Ids(_)
            | Self::LastUpdated(_)
            | Self::Parameter(..)
            | Self::Missing(..)
            | Self::Compartment { patients: Patients::Named(_), .. }
            | Self::OfNobody
            | Self::Labels { .. }
            | Self::FullText(_) => self.clone(),
        }
    }
}
