//! Resource types, <https://hl7.org/fhir/R4/resourcelist.html>.

use std::fmt;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// One of the 146 concrete resource types of R4.
///
/// Invariant: an index into [`NAMES`]. The number is stored in databases: the list is that of
/// R4 4.0.1 in alphabetical order and never changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceKind(u8);

/// The names of all concrete resource types, sorted.
#[rustfmt::skip]
const NAMES: [&str; 146] = [
    "Account", "ActivityDefinition", "AdverseEvent", "AllergyIntolerance", "Appointment",
    "AppointmentResponse", "AuditEvent", "Basic", "Binary", "BiologicallyDerivedProduct",
    "BodyStructure", "Bundle", "CapabilityStatement", "CarePlan", "CareTeam", "CatalogEntry",
    "ChargeItem", "ChargeItemDefinition", "Claim", "ClaimResponse", "ClinicalImpression",
    "CodeSystem", "Communication", "CommunicationRequest", "CompartmentDefinition", "Composition",
    "ConceptMap", "Condition", "Consent", "Contract", "Coverage", "CoverageEligibilityRequest",
    "CoverageEligibilityResponse", "DetectedIssue", "Device", "DeviceDefinition", "DeviceMetric",
    "DeviceRequest", "DeviceUseStatement", "DiagnosticReport", "DocumentManifest",
    "DocumentReference", "EffectEvidenceSynthesis", "Encounter", "Endpoint", "EnrollmentRequest",
    "EnrollmentResponse", "EpisodeOfCare", "EventDefinition", "Evidence", "EvidenceVariable",
    "ExampleScenario", "ExplanationOfBenefit", "FamilyMemberHistory", "Flag", "Goal",
    "GraphDefinition", "Group", "GuidanceResponse", "HealthcareService", "ImagingStudy",
    "Immunization", "ImmunizationEvaluation", "ImmunizationRecommendation", "ImplementationGuide",
    "InsurancePlan", "Invoice", "Library", "Linkage", "List", "Location", "Measure",
    "MeasureReport", "Media", "Medication", "MedicationAdministration", "MedicationDispense",
    "MedicationKnowledge", "MedicationRequest", "MedicationStatement", "MedicinalProduct",
    "MedicinalProductAuthorization", "MedicinalProductContraindication",
    "MedicinalProductIndication", "MedicinalProductIngredient", "MedicinalProductInteraction",
    "MedicinalProductManufactured", "MedicinalProductPackaged", "MedicinalProductPharmaceutical",
    "MedicinalProductUndesirableEffect", "MessageDefinition", "MessageHeader", "MolecularSequence",
    "NamingSystem", "NutritionOrder", "Observation", "ObservationDefinition",
    "OperationDefinition", "OperationOutcome", "Organization", "OrganizationAffiliation",
    "Parameters", "Patient", "PaymentNotice", "PaymentReconciliation", "Person", "PlanDefinition",
    "Practitioner", "PractitionerRole", "Procedure", "Provenance", "Questionnaire",
    "QuestionnaireResponse", "RelatedPerson", "RequestGroup", "ResearchDefinition",
    "ResearchElementDefinition", "ResearchStudy", "ResearchSubject", "RiskAssessment",
    "RiskEvidenceSynthesis", "Schedule", "SearchParameter", "ServiceRequest", "Slot", "Specimen",
    "SpecimenDefinition", "StructureDefinition", "StructureMap", "Subscription", "Substance",
    "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein",
    "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification",
    "SupplyDelivery", "SupplyRequest", "Task", "TerminologyCapabilities", "TestReport",
    "TestScript", "ValueSet", "VerificationResult", "VisionPrescription",
];

/// The kinds that the code names, found when it is compiled.
macro_rules! named {
    ($($constant:ident = $name:literal),* $(,)?) => {
        impl ResourceKind {
            $(#[doc = concat!("`", $name, "`.")] pub const $constant: Self = Self(place($name));)*
        }
    };
}

named! {
    BINARY = "Binary",
    BUNDLE = "Bundle",
    CODE_SYSTEM = "CodeSystem",
    CONCEPT_MAP = "ConceptMap",
    GROUP = "Group",
    IMPLEMENTATION_GUIDE = "ImplementationGuide",
    LIST = "List",
    NAMING_SYSTEM = "NamingSystem",
    OBSERVATION = "Observation",
    PARAMETERS = "Parameters",
    PATIENT = "Patient",
    PROVENANCE = "Provenance",
    SEARCH_PARAMETER = "SearchParameter",
    STRUCTURE_DEFINITION = "StructureDefinition",
    VALUE_SET = "ValueSet",
    QUESTIONNAIRE = "Questionnaire",
    QUESTIONNAIRE_RESPONSE = "QuestionnaireResponse",
}

/// Where a name stands in the list; what is not in it does not compile.
const fn place(name: &str) -> u8 {
    let (mut list, mut at) = (NAMES.as_slice(), 0);
    while let [first, rest @ ..] = list {
        if is_same(name.as_bytes(), first.as_bytes()) {
            return at;
        }
        (list, at) = (rest, at + 1);
    }
    unreachable!()
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    match (a, b) {
        ([], []) => true,
        ([x, a @ ..], [y, b @ ..]) => *x == *y && is_same(a, b),
        _ => false,
    }
}

impl ResourceKind {
    /// Finds a type by its exact name.
    pub fn parse(name: &str) -> Option<Self> {
        // Validation asks this of every reference and of every focus of an expression.
        static BY_NAME: LazyLock<FxHashMap<&str, ResourceKind>> =
            LazyLock::new(|| ResourceKind::all().map(|kind| (kind.name(), kind)).collect());
        BY_NAME.get(name).copied()
    }

    /// Every type, in alphabetical order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).take(NAMES.len()).map(Self)
    }

    /// The type with this number, as kept in a database.
    pub fn from_number(number: i64) -> Option<Self> {
        let index = u8::try_from(number).ok()?;
        (usize::from(index) < NAMES.len()).then_some(Self(index))
    }

    /// The number kept in databases.
    pub fn number(self) -> i64 {
        i64::from(self.0)
    }

    /// Position in tables that have an entry for each type.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Whether it has what `DomainResource` defines: texts, contained resources, extensions.
    pub fn is_domain_resource(self) -> bool {
        !matches!(self, Self::BINARY | Self::BUNDLE | Self::PARAMETERS)
    }

    /// The type's name.
    pub fn name(self) -> &'static str {
        NAMES.get(self.index()).copied().unwrap_or_default()
    }
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_finds_its_number() {
        assert!(NAMES.is_sorted());
        for kind in ResourceKind::all() {
            assert_eq!(ResourceKind::parse(kind.name()), Some(kind));
            assert_eq!(ResourceKind::from_number(kind.number()), Some(kind));
        }
        assert_eq!(ResourceKind::all().count(), NAMES.len());
    }

    #[test]
    fn other_names_are_not_types() {
        for name in ["", "patient", "Resource", "DomainResource", "HumanName"] {
            assert!(ResourceKind::parse(name).is_none(), "{name}");
        }
        assert!(ResourceKind::from_number(146).is_none());
        assert!(ResourceKind::from_number(-1).is_none());
    }
}
