//! Search parameters that packages add to those of R4,
//! <https://hl7.org/fhir/R4/searchparameter.html>.
//!
//! A parameter of R4 keeps its code: one of a package with the same code for the same type is
//! another name of it. Codes are the names of rows in databases, so only letters, digits, `_`, `-`
//! and `.` are taken.

use super::{ParameterDefinition, SearchParameter, SearchParameters};
use crate::fhir::kind::ResourceKind;

/// Why a parameter is not searched by, or not for one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The code is none.
    Code,
    /// It applies to no type of R4.
    NoType,
    NoExpression,
    /// The expression is none for this type.
    Expression(ResourceKind, String),
    /// A parameter with this URL has the code already, and finds something else.
    Taken(ResourceKind, Box<str>),
    /// Its number is the one of another parameter.
    Number(ResourceKind),
}

/// Says whether an expression is one for a type.
pub(in crate::definitions) type Compiles<'c> = &'c dyn Fn(ResourceKind, &str) -> Result<(), String>;

impl SearchParameters {
    /// What packages have added, in order.
    pub fn added(&self) -> &[ParameterDefinition] {
        &self.added
    }

    /// Adds a parameter to every type it applies to; [`Self::arrange`] has to follow.
    pub(in crate::definitions) fn add(
        &mut self,
        definition: ParameterDefinition,
        compiles: Compiles<'_>,
    ) -> Vec<Refusal> {
        let is_legal = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
        let code = &*definition.code;
        if code.is_empty() || code.len() > 64 || !code.chars().all(is_legal) {
            return vec![Refusal::Code];
        }
        if definition.expression.is_none() {
            return vec![Refusal::NoExpression];
        }
        let kinds = definition.kinds();
        if kinds.is_empty() {
            return vec![Refusal::NoType];
        }
        let mut refusals = Vec::new();
        let mut is_used = false;
        for kind in kinds {
            match self.add_for(kind, definition.for_kind(kind), compiles) {
                Ok(()) => is_used = true,
                Err(refusal) => refusals.push(refusal),
            }
        }
        if is_used {
            self.added.push(definition);
        }
        refusals
    }

    fn add_for(
        &mut self,
        kind: ResourceKind,
        parameter: SearchParameter,
        compiles: Compiles<'_>,
    ) -> Result<(), Refusal> {
        let known = self.by_kind.get(kind.index()).map(Vec::as_slice).unwrap_or_default();
        if let Some(same) = known.iter().find(|known| known.code == parameter.code) {
            let finds_the_same =
                same.kind == parameter.kind && plain(kind, same) == plain(kind, &parameter);
            let url = same.url.clone();
            if same.kind == parameter.kind && parameter.url != url {
                self.aliases.insert(parameter.url, url.clone());
            }
            return finds_the_same.then_some(()).ok_or(Refusal::Taken(kind, url));
        }
        if self.by_kind.iter().flatten().any(|known| known.id == parameter.id) {
            return Err(Refusal::Number(kind));
        }
        let expression = parameter.expression.as_deref().unwrap_or_default();
        compiles(kind, expression).map_err(|why| Refusal::Expression(kind, why))?;
        self.push(kind, parameter);
        Ok(())
    }
}

/// An expression without white space, outer parentheses and the name of the type it begins at.
fn plain(kind: ResourceKind, parameter: &SearchParameter) -> String {
    let text = parameter.expression.as_deref().unwrap_or_default();
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let text = inner.filter(|inner| !inner.contains(['(', ')'])).unwrap_or(&text);
    let roots = [kind.name(), "Resource", "DomainResource"].into_iter();
    let below = |root| text.strip_prefix(root).and_then(|rest| rest.strip_prefix('.'));
    roots.filter_map(below).next().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::registry::Registry;

    const URL: &str = "http://example.org/SearchParameter/a";

    #[track_caller]
    fn check(code: &str, base: &str, expression: Option<&str>, expected: &[Refusal]) -> Registry {
        let mut registry = Registry::r4().expect("R4");
        let definition = serde_json::json!({
            "url": URL, "code": code, "base": [base], "type": "token", "expression": expression,
        });
        let definition = serde_json::from_value(definition).expect("a parameter");
        let compiles = |_: ResourceKind, expression: &str| match expression {
            "bad" => Err("no".to_owned()),
            _ => Ok(()),
        };
        assert_eq!(registry.search.add(definition, &compiles), expected);
        registry.search.arrange();
        registry
    }

    #[test]
    fn new_parameters_are_searched_by() {
        let registry = check("booklet", "Patient", Some("Patient.extension.value"), &[]);
        let patient = ResourceKind::PATIENT;
        assert!(registry.search.find(patient, "booklet").is_some());
        assert_eq!(registry.search.by_url(URL).map(|found| &*found.code), Some("booklet"));
        let added = registry.search.added().iter().filter(|added| added.url.as_ref() == URL);
        assert_eq!(added.count(), 1);
    }

    #[test]
    fn a_code_of_r4_stays_what_it_is() {
        let patient = ResourceKind::PATIENT;
        let registry = check("gender", "Patient", Some("( Patient.gender )"), &[]);
        let found = registry.search.of_kind_by_url(patient, URL).expect("R4's own");
        assert_eq!(&*found.url, "http://hl7.org/fhir/SearchParameter/individual-gender");
        let taken = Refusal::Taken(patient, found.url.clone());
        check("gender", "Patient", Some("Patient.name"), &[taken]);
    }

    #[test]
    fn what_cannot_be_searched_by_is_refused() {
        let patient = ResourceKind::PATIENT;
        check("a'); DROP TABLE resource; --", "Patient", Some("Patient.id"), &[Refusal::Code]);
        check("a", "Patient", None, &[Refusal::NoExpression]);
        check("a", "Nothing", Some("Patient.id"), &[Refusal::NoType]);
        let refusal = Refusal::Expression(patient, "no".to_owned());
        check("a", "Patient", Some("bad"), &[refusal]);
    }
}
