//! What grants reach of persons, less what these hide and with what they open by their consents.

use crate::criteria::tree::{Belonging, Criteria, Patients};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

use super::super::consent::said::{Apart, As, Said};
use super::super::policy::{Reached, Rights, about, both};
use super::super::reach::Reach;
use super::label::{Units, Way, labelled, subsets};

/// What consents say to somebody of a type: as staff, and as a person.
pub(in crate::access) type Told = [Said; 2];

impl Rights {
    pub(in crate::access) fn said(&self, kind: ResourceKind) -> Told {
        [As::Staff, As::Person].map(|who| self.consents.said(who, Some(kind)))
    }

    /// What is about persons.
    pub(in crate::access) fn of_persons(
        &self,
        kind: ResourceKind,
        grants: &[&Reached],
    ) -> Criteria {
        let of = |who: As| {
            let is_own = who == As::Person;
            let own = grants.iter().copied().filter(|grant| grant.role.is_personal() == is_own);
            own.collect::<Vec<_>>()
        };
        let (staff, own) = (of(As::Staff), of(As::Person));
        let apart = |who: As, grants: &[&Reached]| match grants.is_empty() {
            true => Vec::new(),
            false => self.consents.apart(who, kind),
        };
        let (of_staff, of_own) = (apart(As::Staff, &staff), apart(As::Person, &own));
        let mut ways =
            vec![self.of_some(kind, grants, &[(As::Staff, &of_staff), (As::Person, &of_own)])];
        // What one consent hides from somebody as staff, a mother still sees as herself.
        let are_both = !staff.is_empty() && !own.is_empty();
        let is_apart = !of_staff.is_empty() || !of_own.is_empty();
        if are_both && is_apart {
            ways.push(self.of_some(kind, &staff, &[(As::Staff, &of_staff)]));
            ways.push(self.of_some(kind, &own, &[(As::Person, &of_own)]));
        }
        Criteria::one_of(ways)
    }

    /// What is about persons, through some grants, with what consents say of single resources.
    fn of_some(
        &self,
        kind: ResourceKind,
        grants: &[&Reached],
        apart: &[(As, &Vec<Apart>)],
    ) -> Criteria {
        let told = self.said(kind);
        let labels = Said::labels(&told);
        let units = Units::of(grants);
        let mut ways =
            vec![labelled(&units, &labels, |ways| about(kind, self.patients(ways, &told)))];
        let each = || apart.iter().flat_map(|(who, all)| all.iter().map(move |one| (*who, one)));
        for (who, one) in each() {
            ways.extend(self.opened_apart(kind, &units, (who, one), &told));
        }
        each()
            .fold(Criteria::one_of(ways), |so, (_, one)| both(so, self.not_hidden_apart(kind, one)))
    }

    /// Resources that a consent does not hide one by one, or all but some.
    fn not_hidden_apart(&self, kind: ResourceKind, apart: &Apart) -> Criteria {
        let hidden = apart.of(&apart.denied, apart.denies_others);
        let hers = match kind == ResourceKind::PATIENT {
            true => self.consents.has(&[&apart.hash]),
            false => Criteria::Compartment {
                which: Belonging::About,
                patients: Patients::Matching(Box::new(self.consents.has(&[&apart.hash]))),
            },
        };
        match both(hidden, hers) {
            Criteria::False => Criteria::True,
            hidden => Criteria::Not(Box::new(hidden)),
        }
    }

    /// Resources that a consent opens one by one, or all but some: with others of the same patients as
    /// they are reached, and with labels where it is about nobody else.
    fn opened_apart(
        &self,
        kind: ResourceKind,
        units: &Units<'_>,
        (who, apart): (As, &Apart),
        told: &Told,
    ) -> Vec<Criteria> {
        let ids: Vec<ResourceId> = apart.permitted.iter().map(|(id, _)| id.clone()).collect();
        let is_meant = apart.of(&ids, apart.permits_others.is_some());
        if is_meant == Criteria::False {
            return Vec::new();
        }
        let has = self.consents.has(&[&apart.hash]);
        let [staff, own] = told;
        let hidden = self.consents.hidden(if who == As::Staff { staff } else { own });
        let has = match hidden {
            Criteria::False => has,
            hidden => both(has, Criteria::Not(Box::new(hidden))),
        };
        let mut all = Vec::new();
        let plain = units.plain();
        let reached = Criteria::one_of(vec![self.patients(&plain, told), has.clone()]);
        let unlabelled = Criteria::Labels { none: true, sets: Vec::new() };
        all.push(both(both(is_meant, about(kind, reached)), unlabelled));
        let mut by_labels: Vec<(&[String], Vec<ResourceId>)> = Vec::new();
        for (id, labels) in &apart.permitted {
            match by_labels.iter_mut().find(|(other, _)| *other == labels.as_slice()) {
                Some((_, ids)) => ids.push(id.clone()),
                None => by_labels.push((labels, vec![id.clone()])),
            }
        }
        let ids = by_labels.into_iter().map(|(labels, ids)| (labels, Criteria::Ids(ids)));
        let others = apart.permits_others.as_ref().map(|labels| {
            (labels.as_slice(), Criteria::Not(Box::new(Criteria::Ids(apart.named.clone()))))
        });
        for (labels, is_meant) in ids.chain(others) {
            let sets = subsets(units, labels);
            if !sets.is_empty() {
                let so = both(is_meant, about(kind, has.clone()));
                all.push(both(so, Criteria::Labels { none: false, sets }));
            }
        }
        all
    }

    /// The patients whom grants reach in one of some ways, unless they hide it.
    pub(in crate::access) fn patients(&self, ways: &[Way<'_>], [staff, own]: &Told) -> Criteria {
        let consents = &self.consents;
        let of = |said: &Said, reached: &dyn Fn(&[&Reached]) -> Option<Criteria>| {
            let each = ways.iter().map(|way| {
                let Some(reached) = reached(&way.grants) else { return Criteria::False };
                let reached = Criteria::one_of(vec![reached, consents.opened(said)]);
                let opened = way.lacking.iter().map(|label| consents.opened_with(said, label));
                opened.fold(reached, both)
            });
            let each = Criteria::one_of(each.collect());
            match consents.hidden(said) {
                Criteria::False => each,
                hidden => both(each, Criteria::Not(Box::new(hidden))),
            }
        };
        let staff = of(staff, &|grants| {
            let grants = grants.iter().filter(|grant| !grant.role.is_personal());
            let mut grants = grants.peekable();
            grants.peek()?;
            Some(Criteria::one_of(grants.flat_map(|grant| grant.ways.iter().cloned()).collect()))
        });
        let own = of(own, &|grants| {
            let grants = grants.iter().filter(|grant| grant.role.is_personal());
            let mut grants = grants.peekable();
            grants.peek()?;
            Some(Reach::named(grants.flat_map(|grant| grant.own.iter().copied()).collect()))
        });
        // Who broke the glass reaches her in spite of what she hides.
        let grants: Vec<&Reached> = ways.iter().flat_map(|way| way.grants.clone()).collect();
        Criteria::one_of(vec![staff, own, Reach::named(self.opened_to(&grants))])
    }

    /// Those that all grants that hold reach, or who opened something; what they hide is not there, but
    /// that they are reached is no secret.
    pub(in crate::access) fn everybody(&self) -> Criteria {
        let opened = |who| self.consents.opened(&self.consents.said(who, None));
        let mut all = Vec::new();
        for grant in self.grants.iter().filter(|grant| grant.role.has_records()) {
            all.extend(grant.ways.iter().cloned());
            all.push(Reach::named(grant.own.clone()));
            all.push(Reach::named(self.opened_to(&[grant])));
            all.push(opened(if grant.role.is_personal() { As::Person } else { As::Staff }));
        }
        Criteria::one_of(all)
    }
}

impl Apart {
    /// Some of the resources that it names, and perhaps all that it does not name.
    fn of(&self, some: &[ResourceId], others: bool) -> Criteria {
        let some = match some.is_empty() {
            true => Criteria::False,
            false => Criteria::Ids(some.to_vec()),
        };
        match others {
            false => some,
            true => {
                let others = Criteria::Not(Box::new(Criteria::Ids(self.named.clone())));
                Criteria::one_of(vec![some, others])
            }
        }
    }
}
