//! Filters that code systems give a meaning of their own:
//! <https://hl7.org/fhir/R4/snomedct.html#filters> and <https://hl7.org/fhir/R4/loinc.html>.

use super::filter::{Filter, Operator};

pub(crate) const SNOMED: &str = "http://snomed.info/sct";
pub(crate) const LOINC: &str = "http://loinc.org";

/// The property of a concept of SNOMED CT that names the reference sets it is in.
pub(super) const MEMBER_OF: &str = "memberOf";

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

#[cfg(test)]
mod tests {
    use super::*;

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
