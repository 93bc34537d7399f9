//! The codes of a value set, ready for quick answers.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::found::Found;

/// The codes of a value set.
#[derive(Debug, Default)]
pub(crate) struct FlatSet {
    systems: Vec<Box<str>>,
    /// The systems of each code, as positions in `systems`.
    codes: FxHashMap<Box<str>, SmallVec<[usize; 1]>>,
    pub(in crate::terminology) rest: Rest,
}

/// What is said of a code that is not among the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::terminology) enum Rest {
    #[default]
    NotMember,
    /// The set is too large or has no end, case does not matter, or not all is known.
    WorkedOut,
    NoValueSet,
}

impl FlatSet {
    /// Of these codes, with what is said of others.
    pub(in crate::terminology) fn with(found: Vec<Found>, rest: Rest) -> Self {
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
    pub(in crate::terminology) fn listed(&self) -> Vec<(&str, &str)> {
        let mut all: Vec<(&str, &str)> = Vec::with_capacity(self.codes.len());
        for (code, places) in &self.codes {
            let systems = places.iter().filter_map(|place| self.systems.get(*place));
            all.extend(systems.map(|system| (&**system, &**code)));
        }
        all.sort_unstable();
        all
    }

    /// Whether a code of a system, or of any, is in the set; none when it is to be worked out.
    pub(in crate::terminology) fn has(&self, system: Option<&str>, code: &str) -> Option<bool> {
        let is_of = |place: &usize, system: &str| {
            self.systems.get(*place).is_some_and(|known| **known == *system)
        };
        let is_in = self.codes.get(code).is_some_and(|places| match system {
            Some(system) => places.iter().any(|place| is_of(place, system)),
            None => true,
        });
        (is_in || self.rest == Rest::NotMember).then_some(is_in)
    }
}
