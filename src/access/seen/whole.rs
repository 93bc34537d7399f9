//! What stands for other resources, and is seen by who sees all of them.

use crate::criteria::access::Doing;
use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::token::{System, TokenValue};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::own;

use super::super::consent::said::Said;
use super::super::policy::{Granted, Groups, Reached, Rights, about, both};
use super::super::sort::{Sort, is_seen_by_parts};
use super::label::{Units, labelled};
use super::persons::Told;

impl Rights {
    /// What is seen with each resource that it stands for.
    pub(in crate::access) fn of_parts(&self, kind: ResourceKind) -> Criteria {
        let groups = self.parts.get_or_init(|| {
            let others = ResourceKind::all().filter(|one| Sort::of(*one) != Sort::Part);
            let seen = others.map(|one| {
                let carers: Vec<&Reached> = self.granting(Doing::Join, one).collect();
                let so = match Sort::of(one) {
                    Sort::Patient | Sort::Record => {
                        let with_records = carers.into_iter().filter(|one| one.role.has_records());
                        let of_persons = self.of_persons(one, &with_records.collect::<Vec<_>>());
                        Criteria::one_of(vec![of_persons, self.opened_of(Doing::Join, one)])
                    }
                    _ => self.by_grants(Doing::Join, one),
                };
                (one, both(so, self.by_scopes(Doing::Join, one)))
            });
            grouped(seen)
        });
        let groups = groups.clone();
        if groups.is_empty() {
            return Criteria::False;
        }
        Criteria::Parts { param: own::parts(kind), groups }
    }

    /// Bundles each of whose entries is seen: what is about persons as its type is, and beside it what is
    /// everybody's.
    pub(in crate::access) fn of_entries(
        &self,
        bundle: ResourceKind,
        carers: &[&Reached],
    ) -> Criteria {
        let (mut unseen, mut groups): (Vec<String>, Vec<(Told, Vec<ResourceKind>)>) =
            (Vec::new(), Vec::new());
        let mut open = Vec::new();
        for kind in ResourceKind::all() {
            let is_open = Sort::of(kind) == Sort::Open;
            if !is_open {
                unseen.push(own::of_nobody(kind));
            }
            if !self.sees_whole(kind) {
                unseen.push(kind.name().to_owned());
            } else if is_open {
                open.push(kind);
            } else {
                let said = self.said(kind);
                match groups.iter_mut().find(|(other, _)| *other == said) {
                    Some((_, kinds)) => kinds.push(kind),
                    None => groups.push((said, vec![kind])),
                }
            }
        }
        let holds = |names: Vec<String>| {
            let tokens = names.iter().map(|name| TokenValue::new(System::None, Some(name)));
            Criteria::Parameter(own::holds(bundle), Values::Tokens(tokens.collect()))
        };
        let named =
            |kinds: &[ResourceKind]| kinds.iter().map(|kind| kind.name().to_owned()).collect();
        let mut all = vec![Criteria::Not(Box::new(holds(unseen)))];
        let mut persons: Vec<ResourceKind> = Vec::new();
        for (said, kinds) in &groups {
            let labels = Said::labels(said);
            let so = labelled(&Units::of(carers), &labels, |ways| {
                about(bundle, self.patients(ways, said))
            });
            let without = Criteria::Not(Box::new(holds(named(kinds))));
            all.push(Criteria::Any(vec![without, so]));
            persons.extend(kinds);
        }
        let of_persons = holds(named(&persons));
        let of_open = labelled(&Units::of(carers), &[], |_| Criteria::OfNobody);
        let is_of_open = both(of_open, holds(named(&open)));
        all.push(Criteria::one_of(vec![of_persons, is_of_open]));
        Criteria::All(all)
    }

    /// Whether nothing but persons and labels narrows what is seen of a type.
    fn sees_whole(&self, kind: ResourceKind) -> bool {
        let is_whole = |one: &Granted| {
            one.query.is_none() && one.scope.allows(Doing::Join, kind) && self.counts(&one.scope)
        };
        self.granting(Doing::Join, kind).next().is_some()
            && self.scopes.iter().any(is_whole)
            && !self.consents.names(kind)
    }
}

/// Types that have the same criteria, together; those of which nothing is meant are left out.
fn grouped(all: impl Iterator<Item = (ResourceKind, Criteria)>) -> Groups {
    let mut groups = Groups::new();
    for (kind, criteria) in all.filter(|(_, criteria)| *criteria != Criteria::False) {
        let is_same = |other: &Criteria| *other == criteria && is_of_no_type(other);
        match groups.iter_mut().find(|(_, other)| is_same(other)) {
            Some((kinds, _)) => kinds.push(kind),
            None => groups.push((vec![kind], criteria)),
        }
    }
    groups
}

/// What is about one patient alone, itself or by what it stands for.
pub(in crate::access) fn of_patient(kind: ResourceKind, patient: &ResourceId) -> Criteria {
    let herself = || Criteria::Ids(vec![patient.clone()]);
    let itself = || about(kind, herself());
    if kind == ResourceKind::PATIENT || !is_seen_by_parts(kind) {
        return itself();
    }
    let others = ResourceKind::all().filter(|one| *one != ResourceKind::PATIENT);
    let groups = vec![
        (vec![ResourceKind::PATIENT], herself()),
        (others.collect(), Criteria::Every(Box::new(herself()))),
    ];
    let parts = Criteria::Parts { param: own::parts(kind), groups };
    if Sort::of(kind) == Sort::Part { parts } else { Criteria::Any(vec![itself(), parts]) }
}

/// Whether criteria mean the same whatever the type of what they are about.
fn is_of_no_type(criteria: &Criteria) -> bool {
    match criteria {
        Criteria::All(parts) | Criteria::Any(parts) => parts.iter().all(is_of_no_type),
        Criteria::Not(part) => is_of_no_type(part),
        Criteria::True
        | Criteria::False
        | Criteria::Every(_)
        | Criteria::OfNobody
        | Criteria::Labels { .. } => true,
        _ => false,
    }
}
