//! Whether value sets include themselves, by whatever way.

use super::definition::ValueSet;
use super::import::import;
use crate::terminology::error::TerminologyError;
use crate::terminology::scope::Scope;

/// Value sets that may include one another in a row.
const DEEPEST: usize = 64;

/// Refuses a value set that includes itself, or in which too many include one another.
pub(crate) fn check(scope: &Scope<'_>, value_set: &ValueSet) -> Result<(), TerminologyError> {
    Walk { scope, path: Vec::new(), done: Vec::new() }.enter(value_set)
}

struct Walk<'s, 't> {
    scope: &'s Scope<'t>,
    path: Vec<Box<str>>,
    done: Vec<Box<str>>,
}

impl Walk<'_, '_> {
    fn enter(&mut self, value_set: &ValueSet) -> Result<(), TerminologyError> {
        let name = value_set.canonical();
        if self.done.contains(&name) && !name.is_empty() {
            return Ok(());
        }
        let is_circle = self.path.contains(&name) && !name.is_empty();
        if is_circle || self.path.len() == DEEPEST {
            return Err(TerminologyError::Circular(name));
        }
        self.path.push(name.clone());
        for include in value_set.include.iter().chain(&value_set.exclude) {
            for canonical in &include.value_sets {
                self.scope.spend(1)?;
                // One that is not known is told of where it is needed.
                if let Ok(other) = import(self.scope, value_set, canonical) {
                    self.enter(&other)?;
                }
            }
        }
        self.path.pop();
        self.done.push(name);
        Ok(())
    }
}
