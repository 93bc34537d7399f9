//! Whether codes are in value sets. Small sets are listed once and kept, of others each question is
//! worked out.

use std::sync::Arc;

use super::error::TerminologyError;
use super::scope::Scope;
use super::service::{CodeRef, Membership, Terminology, Unknown};
use super::value_set::circle;
use super::value_set::collect::Gather;
use super::value_set::flat_set::{FlatSet, Rest};
use super::value_set::found::Problem;
use super::value_set::presence::{Search, SoughtCode};
use crate::budget;

/// Codes of a value set that are kept; of larger sets every question is worked out.
const MOST: usize = 20_000;

impl Terminology {
    /// Whether a code is in the value set that a canonical URL names.
    pub fn membership(&self, value_set: &str, code: CodeRef<'_>) -> Membership {
        self.in_set(&self.flat_set(value_set), value_set, code)
    }

    /// The same, when the codes of the value set are at hand.
    fn in_set(&self, set: &FlatSet, value_set: &str, code: CodeRef<'_>) -> Membership {
        match set.has(code.system, code.code) {
            Some(true) => Membership::Member,
            Some(false) => Membership::NotMember,
            None if set.rest == Rest::NoValueSet => Membership::Unknown(Unknown::ValueSet),
            None => work_out(&Scope::new(self), value_set, code),
        }
    }

    /// The codes of a value set for quick answers.
    pub(crate) fn flat_set(&self, value_set: &str) -> Arc<FlatSet> {
        let library = &self.registry.library;
        match self.sets.get(value_set) {
            Some((basis, set)) if library.holds(&basis) => set,
            _ => {
                let make = || Arc::new(listed(&Scope::new(self), value_set));
                let (set, basis) = library.watch(make);
                // What a budget ended early is not kept for others.
                if !budget::is_spent() {
                    self.sets.insert(value_set.into(), (basis, Arc::clone(&set)));
                }
                set
            }
        }
    }

    /// A code, with its system, that one value set has and another one has not; none when there is
    /// none, or nothing can be said.
    pub fn beyond(&self, inner: &str, outer: &str) -> Option<(Box<str>, Box<str>)> {
        let (inner, set) = (self.flat_set(inner), self.flat_set(outer));
        let is_beyond = |(system, code): &(&str, &str)| {
            let code = CodeRef { system: Some(system), version: None, code, display: None };
            self.in_set(&set, outer, code) == Membership::NotMember
        };
        let found = inner.listed().into_iter().find(is_beyond);
        found.map(|(system, code)| (system.into(), code.into()))
    }
}

/// Works the codes of a value set out, as far as they can be listed.
fn listed(scope: &Scope<'_>, canonical: &str) -> FlatSet {
    let missing = |rest| FlatSet::with(Vec::new(), rest);
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
            FlatSet::with(found, rest)
        }
        Err(TerminologyError::NoValueSet(_)) if value_set.expanded().entries.is_empty() => {
            missing(Rest::NoValueSet)
        }
        _ => missing(Rest::WorkedOut),
    }
}

fn work_out(scope: &Scope<'_>, canonical: &str, code: CodeRef<'_>) -> Membership {
    let asked = SoughtCode { system: code.system, version: None, code: code.code };
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
