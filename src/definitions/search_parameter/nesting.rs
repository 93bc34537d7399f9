//! Which search parameters of a type have the values of another one: their rows serve both.

use rustc_hash::FxHashMap;

use super::{ParamId, ParamType, SearchParameter, Within};
use crate::fhir::kind::ResourceKind;

/// Finds the parameters of a type whose values one of R4 has as well: those with the same
/// expression, and those that only add `.where(resolve() is Type)` to it. Rows of what was added
/// serve nobody else: it may be changed and deleted.
pub(super) fn nest(parameters: &mut [SearchParameter]) {
    let mut owners: FxHashMap<(ParamType, Box<str>), ParamId> = FxHashMap::default();
    for is_of_r4 in [true, false] {
        let simple = parameters.iter_mut().filter(|one| one.components.is_empty());
        for parameter in simple.filter(|one| one.is_of_r4 == is_of_r4) {
            let Some(expression) = parameter.expression.clone() else { continue };
            let key = (parameter.kind, expression);
            let owner = match is_of_r4 {
                true => *owners.entry(key).or_insert(parameter.id),
                false => owners.get(&key).copied().unwrap_or(parameter.id),
            };
            if owner != parameter.id {
                parameter.within = Some(Within { param: owner, target: None });
            }
        }
    }
    for parameter in parameters.iter_mut().filter(|parameter| parameter.within.is_none()) {
        let narrowed = parameter.expression.as_deref().and_then(target_of);
        let Some((whole, target)) = narrowed else { continue };
        if let Some(owner) = owners.get(&(parameter.kind, whole.into())) {
            parameter.within = Some(Within { param: *owner, target: Some(target) });
        }
    }
}

/// `(X, Patient)` of `X.where(resolve() is Patient)`.
fn target_of(expression: &str) -> Option<(&str, ResourceKind)> {
    let (whole, target) = expression.strip_suffix(')')?.split_once(".where(resolve() is ")?;
    Some((whole, ResourceKind::parse(target)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrower_parameters_are_found() {
        let patient = ResourceKind::PATIENT;
        let expression = "Encounter.subject.where(resolve() is Patient)";
        assert_eq!(target_of(expression), Some(("Encounter.subject", patient)));
        assert_eq!(target_of("Encounter.subject"), None);
        assert_eq!(target_of("a.where(resolve() is Nothing)"), None);
    }
}
