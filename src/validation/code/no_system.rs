//! Systems of codes that are known to be something else, <https://hl7.org/fhir/R4/datatypes.html#Coding>.

use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::validation::message::code as message;
use crate::validation::walk::Walk;

/// Types whose URLs are mistaken for code systems.
const NO_SYSTEMS: [&str; 4] = ["ValueSet", "Questionnaire", "StructureDefinition", "Measure"];

impl Walk<'_> {
    /// What is wrong with a system that is known to be none.
    pub(in crate::validation) fn no_system(&self, url: &str) -> Option<Issue> {
        let library = &self.registry.library;
        let is_it =
            |name: &&str| ResourceKind::parse(name).is_some_and(|kind| library.has(kind, url));
        NO_SYSTEMS.into_iter().find(is_it).map(|name| message::no_code_system(url, name))
    }
}
