//! Which search parameters of a type have the values of another one: their rows serve both.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{ParamId, ParamType, SearchParameter, Within, union_parts};
use crate::fhir::kind::ResourceKind;

/// Finds the parameters of R4 whose values are those of two others of a type together.
pub(super) fn unite(parameters: &mut [SearchParameter]) {
    let both: Vec<Option<[ParamId; 2]>> =
        parameters.iter().map(|parameter| both(parameter, parameters)).collect();
    for (parameter, both) in parameters.iter_mut().zip(both) {
        parameter.both = both;
    }
}

/// Quantities and composites come in no order, and few ask for the texts of tokens: reading the
/// rows of two costs nothing. Rows of the others lie in the order of resources.
fn both(united: &SearchParameter, all: &[SearchParameter]) -> Option<[ParamId; 2]> {
    let is_fit =
        matches!(united.kind, ParamType::Token | ParamType::Quantity | ParamType::Composite);
    let expression = united.expression.as_deref().filter(|_| is_fit && united.is_of_r4)?;
    let whole = parts(expression);
    let is_like = |one: &&SearchParameter| {
        one.is_of_r4
            && one.kind == united.kind
            && (one.components.iter().map(|part| &part.expression))
                .eq(united.components.iter().map(|part| &part.expression))
    };
    let others = all.iter().filter(is_like);
    let others = others.filter_map(|one| Some((one.id, parts(one.expression.as_deref()?))));
    let others: Vec<_> = others.filter(|(_, own)| own.len() < whole.len()).collect();
    let mut first = others.iter().filter(|(_, own)| own.is_subset(&whole));
    first.find_map(|(first, own)| {
        let rest: BTreeSet<&str> = whole.difference(own).copied().collect();
        others.iter().find(|(_, own)| *own == rest).map(|(second, _)| [*first, *second])
    })
}

fn parts(expression: &str) -> BTreeSet<&str> {
    union_parts(expression).into_iter().collect()
}

/// Finds the parameters of a type whose values one of R4 has as well: those with the same
/// expression, and those that only add `.where(resolve() is Type)` to it. Rows of what was added
/// serve nobody else: it may be changed and deleted.
pub(super) fn nest(parameters: &mut [SearchParameter]) {
    let mut owners: FxHashMap<(ParamType, Box<str>), ParamId> = FxHashMap::default();
    for is_of_r4 in [true, false] {
        let simple = parameters.iter_mut();
        let simple = simple.filter(|one| one.components.is_empty() && one.has_own_rows());
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
    for parameter in parameters.iter_mut().filter(|parameter| parameter.has_own_rows()) {
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
    use crate::definitions::registry::Registry;

    #[test]
    fn narrower_parameters_are_found() {
        let patient = ResourceKind::PATIENT;
        let expression = "Encounter.subject.where(resolve() is Patient)";
        assert_eq!(target_of(expression), Some(("Encounter.subject", patient)));
        assert_eq!(target_of("Encounter.subject"), None);
        assert_eq!(target_of("a.where(resolve() is Nothing)"), None);
    }

    #[test]
    fn parameters_that_are_two_together_are_found() {
        let registry = Registry::r4().expect("R4");
        let mut found = Vec::new();
        for kind in ResourceKind::all() {
            let all = registry.search.of(kind);
            let code = |param| all.iter().find(|one| one.id == param).map(|one| &*one.code);
            found.extend(all.iter().filter_map(|one| {
                let [first, second] = one.both?;
                Some((&*one.code, code(first)?, code(second)?))
            }));
        }
        let expected = [
            ("combo-code", "code", "component-code"),
            ("combo-code-value-concept", "code-value-concept", "component-code-value-concept"),
            ("combo-code-value-quantity", "code-value-quantity", "component-code-value-quantity"),
            ("combo-data-absent-reason", "component-data-absent-reason", "data-absent-reason"),
            ("combo-value-concept", "component-value-concept", "value-concept"),
            ("combo-value-quantity", "component-value-quantity", "value-quantity"),
        ];
        assert_eq!(found, expected);
    }
}
