//! Value sets that others name.

use std::sync::Arc;

use super::definition::ValueSet;
use crate::terminology::error::TerminologyError;
use crate::terminology::scope::Scope;

/// A value set that another one names; `#id` is one that it contains.
pub(crate) fn import(
    scope: &Scope<'_>,
    value_set: &ValueSet,
    canonical: &str,
) -> Result<Arc<ValueSet>, TerminologyError> {
    match canonical.strip_prefix('#') {
        Some(id) => {
            let contained = value_set.contained.iter().find(|(other, _)| **other == *id);
            let contained = contained.map(|(_, value_set)| Arc::clone(value_set));
            contained.ok_or_else(|| TerminologyError::NoValueSet(canonical.into()))
        }
        None => scope.value_set(canonical),
    }
}
