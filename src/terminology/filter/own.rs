//! Filters that code systems give a meaning of their own:
//! <https://hl7.org/fhir/R4/snomedct.html#filters> and <https://hl7.org/fhir/R4/loinc.html>.

use super::{Filter, Operator};
use crate::terminology::ecl::compose::Constraint;
use crate::terminology::publisher::loinc::SYSTEM as LOINC;
use crate::terminology::publisher::rf2::{MEMBER_OF, SYSTEM as SNOMED};

/// What a filter means to its system; none when it leaves nothing out.
pub(crate) fn meant(system: Option<&str>, filter: Filter) -> Option<Filter> {
    use Operator::{DescendentOf, Equal, In, NotIn};
    match (system, &*filter.property, filter.operator) {
        // The value is a reference set, not a list of codes.
        (Some(SNOMED), "concept", In | NotIn) => {
            Some(Filter { property: MEMBER_OF.into(), ..filter })
        }
        // Only concepts are known, no expressions that are put together of them.
        (Some(SNOMED), "expressions", Equal) => None,
        (Some(LOINC), "ancestor", Equal) => {
            Some(Filter { property: "concept".into(), operator: DescendentOf, ..filter })
        }
        _ => Some(filter),
    }
}

/// The expressions among the filters of SNOMED CT, `constraint = [expression]`: those that a filter
/// can say become one, the others are to be value sets. One that is not understood stays, and is
/// refused as a property that there is not.
pub(crate) fn expressions(
    system: Option<&str>,
    filters: Vec<Filter>,
) -> (Vec<Filter>, Vec<Constraint>) {
    let mut kept = Vec::with_capacity(filters.len());
    let mut others = Vec::new();
    for filter in filters {
        let is_expression = system == Some(SNOMED)
            && &*filter.property == "constraint"
            && filter.operator == Operator::Equal;
        match is_expression.then(|| Constraint::parse(&filter.value)).flatten() {
            None => kept.push(filter),
            Some(Constraint::All) => {}
            Some(constraint) => match constraint.filter() {
                Some(filter) => kept.extend(meant(system, filter)),
                None => others.push(constraint),
            },
        }
    }
    (kept, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_filters_or_value_sets() {
        let filter = |value: &str| Filter {
            property: "constraint".into(),
            operator: Operator::Equal,
            value: value.into(),
        };
        let given = ["<<1", "^2", "<<1 OR <<2", "<<1 : 2 = 3", "*"].map(filter).to_vec();
        let (filters, others) = expressions(Some(SNOMED), given.clone());
        let filters: Vec<String> = filters.iter().map(ToString::to_string).collect();
        assert_eq!(filters, ["concept is-a 1", "memberOf in 2", "constraint = <<1 : 2 = 3"]);
        assert_eq!(others.len(), 1);
        let (filters, others) = expressions(Some("http://example.org/s"), given);
        assert!(filters.len() == 5 && others.is_empty());
    }

    #[track_caller]
    fn check(system: &str, property: &str, operator: Operator, expected: Option<&str>) {
        let filter = Filter { property: property.into(), operator, value: "v".into() };
        let found = meant(Some(system), filter).map(|filter| filter.to_string());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn filters_mean_what_their_system_says() {
        check(SNOMED, "concept", Operator::In, Some("memberOf in v"));
        check(SNOMED, "concept", Operator::IsA, Some("concept is-a v"));
        check(SNOMED, "expressions", Operator::Equal, None);
        check(LOINC, "ancestor", Operator::Equal, Some("concept descendent-of v"));
        check("http://example.org/s", "concept", Operator::In, Some("concept in v"));
        check("http://example.org/s", "ancestor", Operator::Equal, Some("ancestor = v"));
    }
}
