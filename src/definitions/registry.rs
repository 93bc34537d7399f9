//! Everything the server knows of R4, made once at start.
//!
//! Shapes, search parameters, compartments and operations are read at once. Value sets are
//! unpacked when the first one is asked for, or by [`Registry::warm`] in the background.

use std::sync::OnceLock;

use super::code_set::CodeSet;
use super::compartment::{CompartmentDefinition, Compartments};
use super::guide;
use super::library::Library;
use super::npm::packages::Packages;
use super::operation::Operations;
use super::package::{self, DefinitionError};
use super::search_parameter::{ParameterDefinition, SearchParameters};
use super::shape::Shapes;
use super::shape::builder;
use super::shape::structure::Structure;
use super::terminology::Terminology;
use crate::fhir::kind::ResourceKind;

/// The definitions the server works with.
#[derive(Debug)]
pub struct Registry {
    pub shapes: Shapes,
    /// R4's search parameters alone.
    pub core: SearchParameters,
    /// These, those of the guide and of packages: what the server brings.
    pub search: SearchParameters,
    pub compartments: Compartments,
    pub operations: Operations,
    pub library: Library,
    terminology: OnceLock<Terminology>,
}

impl Registry {
    /// Reads the embedded definitions of R4 4.0.1, and the search parameters of the guide.
    pub fn r4() -> Result<Self, DefinitionError> {
        let structures = package::unpack(package::STRUCTURES)?;
        let structures: Vec<Structure<'_>> = package::read(&structures, "StructureDefinition")?;
        let requests = package::unpack(package::REQUESTS)?;
        let parameters: Vec<ParameterDefinition> = package::read(&requests, "SearchParameter")?;
        let compartments: Vec<CompartmentDefinition> =
            package::read(&requests, "CompartmentDefinition")?;
        let core = SearchParameters::new(&parameters);
        let mut search = core.clone();
        for definition in package::read(&guide::definitions()?, "SearchParameter")? {
            search.add(definition, &|_, _| Ok(()));
        }
        search.arrange();
        Ok(Self {
            shapes: builder::build(&structures)?,
            core,
            search,
            compartments: Compartments::new(&compartments),
            operations: Operations::new(package::read(&requests, "OperationDefinition")?),
            library: Library::default(),
            terminology: OnceLock::new(),
        })
    }

    /// The same definitions, and those of packages. What is wrong with their search parameters is
    /// added to their findings; `compiles` says whether an expression is one for a type.
    pub fn with_packages(
        packages: &mut Packages,
        compiles: impl Fn(&Shapes, ResourceKind, &str) -> Result<(), String>,
    ) -> Result<Self, DefinitionError> {
        let mut registry = Self::r4()?;
        let shapes = &registry.shapes;
        let compiles = |kind, expression: &str| compiles(shapes, kind, expression);
        packages.add_parameters(&mut registry.search, &compiles);
        registry.library = Library::of(std::mem::take(&mut packages.layer));
        Ok(registry)
    }

    /// Unpacks what is read late now, so that no request waits for it.
    pub fn warm(&self) {
        self.library.warm();
        self.terminology();
    }

    /// The codes of a value set, by its URL without version; none when it has no expansion.
    pub fn value_set(&self, url: &str) -> Option<&CodeSet> {
        self.terminology().value_set(url)
    }

    fn terminology(&self) -> &Terminology {
        let unpack = || {
            Terminology::embedded().unwrap_or_else(|error| {
                tracing::error!(?error, "the embedded value sets cannot be read");
                Terminology::default()
            })
        };
        self.terminology.get_or_init(unpack)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::definitions::search_parameter::ParamType;
    use crate::definitions::shape::{Content, Element, Primitive, Shape, Strength};

    fn kind(name: &str) -> ResourceKind {
        ResourceKind::parse(name).expect(name)
    }

    #[track_caller]
    fn shape<'a>(registry: &'a Registry, path: &str) -> &'a Shape {
        registry.shapes.named(path).expect(path)
    }

    #[track_caller]
    fn element<'a>(registry: &'a Registry, path: &str) -> &'a Element {
        let (parent, key) = path.rsplit_once('.').expect("a path");
        shape(registry, parent).element(key).expect(path)
    }

    #[test]
    fn every_resource_type_and_data_type_has_a_shape() {
        let registry = Registry::r4().expect("R4");
        for kind in ResourceKind::all() {
            let name = kind.name();
            let shape = registry.shapes.of(kind).expect(name);
            assert_eq!(&*shape.path, name);
            assert_eq!(
                shape.element("id").map(|id| id.content),
                Some(Content::Primitive(Primitive::Id))
            );
        }
        for name in ["HumanName", "Extension", "Quantity", "Age", "Dosage", "ElementDefinition"] {
            shape(&registry, name);
        }
        assert!(registry.shapes.iter().all(|shape| !shape.elements.is_empty()));
    }

    #[test]
    fn elements_say_what_is_below_them() {
        let registry = Registry::r4().expect("R4");
        let content = |path: &str| element(&registry, path).content;
        assert_eq!(content("HumanName.id"), Content::Primitive(Primitive::String));
        assert_eq!(content("Extension.url"), Content::Primitive(Primitive::Uri));
        assert_eq!(content("Narrative.div"), Content::Primitive(Primitive::Xhtml));
        for path in ["Patient.contained", "Bundle.entry.resource", "Parameters.parameter.resource"]
        {
            assert_eq!(content(path), Content::Resource, "{path}");
        }
        let points_at = |path: &str| match content(path) {
            Content::Complex(id) => registry.shapes.shape(id).expect(path).path.to_string(),
            other => panic!("{path}: {other:?}"),
        };
        assert_eq!(points_at("Observation.component.referenceRange"), "Observation.referenceRange");
        assert_eq!(points_at("Parameters.parameter.part"), "Parameters.parameter");
        assert_eq!(points_at("Timing.repeat"), "Timing.repeat");
        assert_eq!(points_at("Observation.valueQuantity"), "Quantity");
        assert_eq!(points_at("Patient.meta"), "Meta");
    }

    #[test]
    fn elements_carry_cardinality_choice_targets_and_binding() {
        let registry = Registry::r4().expect("R4");
        let quantity = element(&registry, "Observation.valueQuantity");
        let date = element(&registry, "Observation.valueDateTime");
        let effective = element(&registry, "Observation.effectiveDateTime");
        assert_eq!((&*quantity.name, &*quantity.type_code), ("value", "Quantity"));
        assert!(quantity.choice.is_some() && quantity.choice == date.choice);
        assert_ne!(effective.choice, date.choice);
        assert!(quantity.is_summary && !quantity.repeats);
        let given = element(&registry, "HumanName.given");
        assert!(given.repeats && given.max.is_none() && given.min == 0);
        let status = element(&registry, "Observation.status");
        assert_eq!((status.min, status.max, status.is_modifier), (1, Some(1), true));
        let binding = status.binding.as_ref().expect("a binding");
        assert_eq!(binding.strength, Strength::Required);
        assert_eq!(binding.url(), "http://hl7.org/fhir/ValueSet/observation-status");
        let targets = &element(&registry, "Observation.encounter").targets;
        assert_eq!(**targets, [kind("Encounter")]);
        assert!(element(&registry, "Observation.focus").targets.is_empty());
        let rule = element(&registry, "Questionnaire.item.enableWhen.answerBoolean");
        assert_eq!((rule.min, &*rule.name), (1, "answer"));
    }

    #[test]
    fn every_search_parameter_is_found_by_type_and_code() {
        let registry = Registry::r4().expect("R4");
        let search = &registry.search;
        let name = search.find(kind("Person"), "name").expect("a parameter");
        assert_eq!(
            (name.kind, name.expression.as_deref()),
            (ParamType::String, Some("Person.name"))
        );
        let common = ["_id", "_lastUpdated", "_profile", "_security", "_source", "_tag"];
        for kind in ResourceKind::all() {
            let parameters = search.of(kind);
            assert!(parameters.is_sorted_by(|a, b| a.code < b.code), "{kind}");
            assert!(common.iter().all(|code| search.find(kind, code).is_some()), "{kind}");
        }
        assert!(search.find(kind("Patient"), "_text").is_some());
        assert!(search.find(kind("Binary"), "_text").is_none());
        assert!(search.find(kind("Patient"), "nope").is_none());
        let composite = search.find(kind("Observation"), "code-value-quantity").expect("there");
        assert_eq!(composite.components.len(), 2);
        for component in &composite.components {
            let part = search.of_kind_by_url(kind("Observation"), &component.definition);
            assert!(part.is_some(), "{}", component.definition);
            assert!(search.by_url(&component.definition).is_some());
        }
    }

    #[test]
    fn no_two_search_parameters_share_a_number() {
        let registry = Registry::r4().expect("R4");
        let mut seen = HashMap::new();
        for kind in ResourceKind::all() {
            for parameter in registry.search.of(kind) {
                let name = format!("{kind}.{}", parameter.code);
                if let Some(other) = seen.insert(parameter.id, name.clone()) {
                    panic!("{other} and {name} have the same number");
                }
            }
        }
        assert!(seen.len() > 2000, "{}", seen.len());
    }

    #[test]
    fn compartments_and_operations_are_known() {
        let registry = Registry::r4().expect("R4");
        assert_eq!(registry.compartments.iter().count(), 5);
        let patient = registry.compartments.of(kind("Patient")).expect("a compartment");
        let links: Vec<_> = patient.links(kind("Observation")).iter().map(|code| &**code).collect();
        assert_eq!(links, ["subject", "performer"]);
        assert!(patient.links(kind("Location")).is_empty());
        for compartment in registry.compartments.iter() {
            for kind in ResourceKind::all() {
                for code in compartment.links(kind) {
                    assert!(registry.search.find(kind, code).is_some(), "{kind}.{code}");
                }
            }
        }
        let everything = registry.operations.of(kind("Patient"), "everything").expect("there");
        assert!(everything.on_type && everything.instance && !everything.system);
        assert!(registry.operations.of(kind("Observation"), "validate").is_some());
        assert_eq!(registry.operations.iter().count(), 46);
    }

    #[test]
    fn value_sets_are_read_when_asked_for() {
        let registry = Registry::r4().expect("R4");
        let gender = registry
            .value_set("http://hl7.org/fhir/ValueSet/administrative-gender")
            .expect("a value set");
        assert!(gender.is_complete() && gender.contains_code("female"));
        assert!(gender.contains("http://hl7.org/fhir/administrative-gender", "female"));
        assert!(registry.value_set("http://example.org/none").is_none());
        let open = registry.value_set("http://hl7.org/fhir/ValueSet/mimetypes");
        assert!(open.is_none_or(|set| !set.is_complete()));
    }
}
