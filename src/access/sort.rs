//! What sort of thing the resources of a type are: for rights, a record of a person is something else
//! than a hospital.

use crate::fhir::kind::ResourceKind;
use crate::index::part::KINDS;

/// What the resources of a type are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A patient herself.
    Patient,
    /// Organizations, staff, places and definitions: nobody's secret.
    Open,
    /// Of other resources: who sees all of these sees it.
    Part,
    /// What happens with the server: the auditor's.
    Audit,
    /// Answers, which are about nothing that is stored.
    Closed,
    /// About somebody, if about anybody.
    Record,
}

/// Organizations, staff, places and what is defined for all.
const OPEN: &[&str] = &[
    "ActivityDefinition",
    "CapabilityStatement",
    "ChargeItemDefinition",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "EffectEvidenceSynthesis",
    "Endpoint",
    "EventDefinition",
    "Evidence",
    "EvidenceVariable",
    "ExampleScenario",
    "GraphDefinition",
    "HealthcareService",
    "ImplementationGuide",
    "InsurancePlan",
    "Library",
    "Location",
    "Measure",
    "MedicationKnowledge",
    "MessageDefinition",
    "NamingSystem",
    "ObservationDefinition",
    "OperationDefinition",
    "Organization",
    "OrganizationAffiliation",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Questionnaire",
    "ResearchDefinition",
    "ResearchElementDefinition",
    "RiskEvidenceSynthesis",
    "SearchParameter",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "SubstanceSpecification",
    "TerminologyCapabilities",
    "TestScript",
    "ValueSet",
];

/// Seen by nobody.
const CLOSED: &[&str] = &["Parameters", "OperationOutcome"];

impl Sort {
    /// The sort of a type.
    pub fn of(kind: ResourceKind) -> Self {
        let name = kind.name();
        let is_in = |names: &[&str]| names.binary_search(&name).is_ok();
        match name {
            "Patient" => Self::Patient,
            "AuditEvent" => Self::Audit,
            "Provenance" | "Linkage" => Self::Part,
            _ if is_in(OPEN) => Self::Open,
            _ if CLOSED.contains(&name) => Self::Closed,
            _ => Self::Record,
        }
    }
}

/// What the administrator does not get even where it is about nobody: it holds other resources, or
/// points at them, and these may be anybody's.
pub fn holds_others(kind: ResourceKind) -> bool {
    const NAMES: [&str; 9] = [
        "Basic",
        "Binary",
        "Bundle",
        "Composition",
        "DocumentManifest",
        "DocumentReference",
        "List",
        "MessageHeader",
        "Subscription",
    ];
    NAMES.contains(&kind.name())
}

/// What is seen by its subject, its context or its entries alone, and not by who wrote it.
pub fn is_seen_by_parts(kind: ResourceKind) -> bool {
    kind.name() == "Bundle" || KINDS.contains(&kind.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_type_and_the_names_are_sorted() {
        assert!(OPEN.is_sorted());
        for name in OPEN.iter().chain(CLOSED) {
            assert!(ResourceKind::parse(name).is_some(), "{name}");
        }
        let sort = |name| Sort::of(ResourceKind::parse(name).expect("a type"));
        assert_eq!(sort("Observation"), Sort::Record);
        assert_eq!(sort("RelatedPerson"), Sort::Record);
        assert_eq!(sort("ValueSet"), Sort::Open);
        assert_eq!(sort("Provenance"), Sort::Part);
        assert_eq!(sort("Parameters"), Sort::Closed);
    }
}
