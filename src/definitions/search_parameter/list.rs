//! Which search parameters there should be, and which a database has: R4's own, and those that were
//! added by the guide, packages and clients.
//!
//! R4's parameters are in the code; of those that were added a database keeps the definitions, so
//! that rows and definition always belong together, on every server.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::{ParamId, ParamType, ParameterDefinition, SearchParameter, SearchParameters};
use crate::fhir::kind::ResourceKind;

/// A parameter of a type that should be searched by.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub kind: ResourceKind,
    pub parameter: SearchParameter,
    pub definition: Arc<ParameterDefinition>,
}

/// A parameter of a type that a database has rows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub number: ParamId,
    pub kind: ResourceKind,
    pub code: Box<str>,
    /// Whether every resource has its rows.
    pub is_complete: bool,
    /// None: R4's.
    pub definition: Option<Arc<ParameterDefinition>>,
}

/// What a stored `SearchParameter` says besides.
#[derive(Deserialize)]
struct Status {
    status: Box<str>,
}

impl ParameterDefinition {
    /// Reads a resource; none when nobody is to search by it, as its status says, or when it cannot
    /// be searched by at all.
    pub fn read(resource: &str) -> Option<Self> {
        let Status { status } = serde_json::from_str(resource).ok()?;
        (*status == *"active").then(|| serde_json::from_str(resource).ok()).flatten()
    }

    /// Its name in a query.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The type of its values.
    pub fn kind(&self) -> ParamType {
        self.kind
    }

    /// The same with the types of a composite's parts; none when one of them is not known.
    fn with_parts(&self, core: &SearchParameters, others: &[&Self]) -> Option<Self> {
        let mut whole = self.clone();
        for part in whole.component.iter_mut().filter(|part| part.kind.is_none()) {
            let url = part.definition.split('|').next().unwrap_or_default();
            let added = others.iter().find(|other| *other.url == *url).map(|other| other.kind);
            part.kind = Some(added.or_else(|| core.by_url(url).map(|own| own.kind))?);
        }
        Some(whole)
    }
}

/// What should be searched by besides R4's parameters: what clients stored, in order, then what the
/// server brings. Of two with the same code for a type the first counts, and R4's own before all;
/// `compiles` says whether an expression is one for a type.
pub fn wanted(
    core: &SearchParameters,
    stored: &[ParameterDefinition],
    brought: &[ParameterDefinition],
    compiles: &dyn Fn(ResourceKind, &str) -> bool,
) -> Vec<Wanted> {
    let all: Vec<&ParameterDefinition> = stored.iter().chain(brought).collect();
    // What the server brings keeps its codes, unless a client stored the same parameter.
    let is_of_another = |definition: &ParameterDefinition, kind: ResourceKind| {
        brought.iter().any(|own| {
            own.code == definition.code && own.url != definition.url && own.kinds().contains(&kind)
        })
    };
    let is_stored = |at: usize| at < stored.len();
    let mut taken: FxHashSet<(ResourceKind, &str)> = FxHashSet::default();
    let mut found = Vec::new();
    for (at, definition) in all.iter().enumerate() {
        let Some(expression) = definition.expression.as_deref() else { continue };
        let Some(whole) = definition.with_parts(core, &all) else { continue };
        let whole = Arc::new(whole);
        for kind in definition.kinds() {
            let parameter = whole.for_kind(kind);
            let is_free = core.find(kind, &definition.code).is_none()
                && !taken.contains(&(kind, &definition.code))
                && !(is_stored(at) && is_of_another(definition, kind));
            let expression = parameter.expression.as_deref().unwrap_or(expression);
            if is_free && compiles(kind, expression) {
                taken.insert((kind, &definition.code));
                found.push(Wanted { kind, parameter, definition: Arc::clone(&whole) });
            }
        }
    }
    found
}

impl SearchParameter {
    /// Whether another definition gives the same rows.
    pub fn gives_the_rows_of(&self, other: &Self) -> bool {
        (self.kind, &self.expression, &self.components)
            == (other.kind, &other.expression, &other.components)
    }
}

impl Known {
    /// The parameter under its number; none when R4 has no such one.
    pub fn parameter(&self, core: &SearchParameters) -> Option<SearchParameter> {
        let found = match &self.definition {
            Some(definition) => definition.for_kind(self.kind),
            None => core.find(self.kind, &self.code)?.clone(),
        };
        Some(SearchParameter { id: self.number, within: None, ..found })
    }
}

impl SearchParameters {
    /// R4's parameters under the numbers that a database has for them, and those that were added
    /// there. What the server brings under another name of R4's stays known by it.
    pub fn known(core: &Self, brought: &Self, known: &[Known]) -> Self {
        let mut search = core.clone();
        search.aliases.clone_from(&brought.aliases);
        for one in known {
            let Some(parameter) = one.parameter(core) else { continue };
            let of_kind = search.by_kind.get_mut(one.kind.index());
            let same = of_kind.and_then(|all| all.iter_mut().find(|own| own.code == one.code));
            match same {
                _ if !one.is_complete => search.growing.push((one.kind, parameter)),
                Some(own) => own.id = one.number,
                None => search.push(one.kind, parameter),
            }
        }
        search.arrange();
        search
    }

    /// The number of R4's parameter whose rows serve one of a type.
    pub fn serves(&self, kind: ResourceKind, parameter: &SearchParameter) -> Option<ParamId> {
        if parameter.is_of_r4 {
            return self.find(kind, &parameter.code)?.within.map(|within| within.param);
        }
        let mut all = self.of(kind).to_vec();
        all.retain(|own| own.is_of_r4 && own.code != parameter.code);
        all.push(parameter.clone());
        all.iter_mut().for_each(|one| one.within = None);
        super::nesting::nest(&mut all);
        all.last()?.within.map(|within| within.param)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::registry::Registry;

    fn definition(code: &str, expression: &str) -> ParameterDefinition {
        let text = serde_json::json!({
            "resourceType": "SearchParameter", "url": format!("http://x.org/{code}"),
            "status": "active", "code": code, "base": ["Patient"], "type": "token",
            "expression": expression,
        });
        ParameterDefinition::read(&text.to_string()).expect("a parameter")
    }

    fn patient() -> ResourceKind {
        ResourceKind::PATIENT
    }

    #[test]
    fn codes_of_r4_and_taken_ones_are_not_wanted() {
        let core = Registry::r4().expect("R4").core;
        let stored = [definition("gender", "Patient.name"), definition("mine", "Patient.active")];
        let brought = [definition("mine", "Patient.gender"), definition("bad", "bad")];
        let found = wanted(&core, &stored, &brought, &|_, expression| expression != "bad");
        let codes: Vec<_> = found.iter().map(|one| &*one.parameter.code).collect();
        assert_eq!(codes, ["mine"]);
        assert_eq!(found[0].parameter.expression.as_deref(), Some("Patient.active"));
    }

    #[test]
    fn what_is_not_complete_answers_nothing() {
        let core = Registry::r4().expect("R4").core;
        let known = |number, code: &str, is_complete, definition: Option<_>| Known {
            number: ParamId::from_number(number),
            kind: patient(),
            code: code.into(),
            is_complete,
            definition: definition.map(Arc::new),
        };
        let mine = || Some(definition("mine", "Patient.active"));
        let list = [
            known(1, "mine", true, mine()),
            known(2, "mine", false, mine()),
            known(3, "gender", true, None),
            known(4, "name", false, None),
        ];
        let search = SearchParameters::known(&core, &core, &list);
        let number = |code| search.find(patient(), code).expect(code).id.number();
        assert_eq!((number("mine"), number("gender")), (1, 3));
        assert_eq!(number("name"), ParamId::of(patient(), "name").number());
        let growing: Vec<_> = search.growing(patient()).map(|one| one.id.number()).collect();
        assert_eq!(growing, [2, 4]);
        assert!(
            search
                .serves(patient(), &definition("x", "Patient.active").for_kind(patient()))
                .is_some()
        );
    }

    #[test]
    fn drafts_are_not_searched_by() {
        let text = r#"{"status":"draft","url":"u","code":"c","base":["Patient"],"type":"token"}"#;
        assert_eq!(ParameterDefinition::read(text), None);
        assert!(ParameterDefinition::read(&text.replace("draft", "active")).is_some());
    }
}
