//! The codes of a value set, ready for quick answers.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::circle;
use super::collect::Gather;
use super::error::TerminologyError;
use super::presence::{Asked, Found, Search};
use super::resolve::Problem;
use super::scope::Scope;
use super::service::{CodeRef, Membership, Terminology, Unknown};

/// Codes of a value set that are kept; of larger sets every question is worked out.
const MOST: usize = 20_000;

/// The codes of a value set.
#[derive(Debug, Default)]
pub(crate) struct FlatSet {
    systems: Vec<Box<str>>,
    /// The systems of each code, as positions in `systems`.
    codes: FxHashMap<Box<str>, SmallVec<[usize; 1]>>,
    rest: Rest,
}

/// What is said of a code that is not among the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Rest {
    #[default]
    NotMember,
    /// The set is too large or has no end, case does not matter, or not all is known.
    WorkedOut,
    NoValueSet,
}

impl FlatSet {
    /// Works the codes of a value set out, as far as they can be listed.
    pub(crate) fn of(scope: &Scope<'_>, canonical: &str) -> Self {
        let missing = |rest| Self { rest, ..Self::default() };
        let Ok(value_set) = scope.value_set(canonical) else { return missing(Rest::NoValueSet) };
        if circle::check(scope, &value_set).is_err() {
            return missing(Rest::NoValueSet);
        }
        let mut gather = Gather::new(scope, "", false);
        gather.most = MOST;
        match gather.run(&value_set) {
            Ok(found) => {
                let is_open = !gather.fragments.is_empty()
                    || gather.systems.iter().any(|system| !system.about().is_case_sensitive);
                let rest = if is_open { Rest::WorkedOut } else { Rest::NotMember };
                Self::with(found, rest)
            }
            Err(TerminologyError::NoValueSet(_)) if value_set.expanded().entries.is_empty() => {
                missing(Rest::NoValueSet)
            }
            _ => missing(Rest::WorkedOut),
        }
    }

    fn with(found: Vec<Found>, rest: Rest) -> Self {
        let mut set = Self { rest, ..Self::default() };
        for Found { system, concept, .. } in found {
            let known = set.systems.iter().position(|known| *known == system);
            let place = known.unwrap_or_else(|| {
                set.systems.push(system);
                set.systems.len() - 1
            });
            set.codes.entry(concept.code.clone()).or_default().push(place);
        }
        set
    }

    /// What it weighs in memory, in codes.
    pub(crate) fn weight(&self) -> u32 {
        u32::try_from(self.codes.len()).unwrap_or(u32::MAX - 1) + 1
    }

    /// Every code with its systems, when these are all.
    pub(crate) fn whole(&self) -> Option<impl Iterator<Item = (Box<str>, Box<str>)>> {
        let of_code = |code: &str, places: &SmallVec<[usize; 1]>| {
            let mut systems: Vec<&Box<str>> =
                places.iter().filter_map(|place| self.systems.get(*place)).collect();
            systems.sort();
            systems.dedup();
            systems.into_iter().map(|system| (system.clone(), Box::from(code))).collect::<Vec<_>>()
        };
        let codes = self.codes.iter().flat_map(move |(code, places)| of_code(code, places));
        (self.rest == Rest::NotMember).then_some(codes)
    }

    /// The codes that are listed, with their systems, in order.
    pub(super) fn listed(&self) -> Vec<(&str, &str)> {
        let mut all: Vec<(&str, &str)> = Vec::with_capacity(self.codes.len());
        for (code, places) in &self.codes {
            let systems = places.iter().filter_map(|place| self.systems.get(*place));
            all.extend(systems.map(|system| (&**system, &**code)));
        }
        all.sort_unstable();
        all
    }

    /// Whether a code is in the set.
    pub(crate) fn membership(
        &self,
        terminology: &Terminology,
        canonical: &str,
        code: CodeRef<'_>,
    ) -> Membership {
        let is_of = |place: &usize, system: &str| {
            self.systems.get(*place).is_some_and(|known| **known == *system)
        };
        let is_in = self.codes.get(code.code).is_some_and(|places| match code.system {
            Some(system) => places.iter().any(|place| is_of(place, system)),
            None => true,
        });
        match self.rest {
            _ if is_in => Membership::Member,
            Rest::NotMember => Membership::NotMember,
            Rest::NoValueSet => Membership::Unknown(Unknown::ValueSet),
            Rest::WorkedOut => work_out(&Scope::new(terminology), canonical, code),
        }
    }
}

impl Terminology {
    /// A code, with its system, that one value set has and another one has not; none when there is
    /// none, or nothing can be said.
    pub fn beyond(&self, inner: &str, outer: &str) -> Option<(Box<str>, Box<str>)> {
        let (inner, set) = (self.flat_set(inner), self.flat_set(outer));
        let is_beyond = |(system, code): &(&str, &str)| {
            let code = CodeRef { system: Some(system), version: None, code, display: None };
            set.membership(self, outer, code) == Membership::NotMember
        };
        let found = inner.listed().into_iter().find(is_beyond);
        found.map(|(system, code)| (system.into(), code.into()))
    }
}

fn work_out(scope: &Scope<'_>, canonical: &str, code: CodeRef<'_>) -> Membership {
    let asked = Asked { system: code.system, version: None, code: code.code };
    let mut search = Search::new(scope, asked);
    let found = scope.value_set(canonical).and_then(|value_set| search.run(&value_set));
    let unresolved = search.unresolved.iter().find_map(|problem| match problem {
        Problem::Unknown { system, .. } => Some(system.clone()),
        _ => None,
    });
    let fragment = search.fragment.map(|source| source.about().url.clone());
    match (found, unresolved.or(fragment)) {
        (Ok(found), _) if !found.is_empty() => Membership::Member,
        (Ok(_), None) => Membership::NotMember,
        (_, Some(system)) => Membership::Unknown(Unknown::System(system)),
        (Err(_), None) => Membership::Unknown(Unknown::ValueSet),
    }
}
