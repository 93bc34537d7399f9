//! Operations of R4 and of the server itself.

use crate::operation::fhirpath::evaluate::fhirpath;
use crate::operation::observation::lastn::lastn;
use crate::operation::observation::stats::stats;
use crate::operation::questionnaire::extract::extract;
use crate::operation::questionnaire::populate::populate;
use crate::operation::record::access_log::access_log;
use crate::operation::record::everything::everything;
use crate::operation::record::identity::matching;
use crate::operation::reindex::reindex;
use crate::operation::resource::document::document;
use crate::operation::resource::graphql::graphql;
use crate::operation::resource::meta;
use crate::operation::snapshot::snapshot;
use crate::operation::terminology::batch_validate_code;
use crate::operation::terminology::closure::closure;
use crate::operation::terminology::expand::expand;
use crate::operation::terminology::lookup::lookup;
use crate::operation::terminology::subsumes::subsumes;
use crate::operation::terminology::translate;
use crate::operation::terminology::validate_code;
use crate::operation::validate::validate;

use super::{Level, Operation, Run};

const VALUE_SETS: &[Level] = &[Level::Type("ValueSet"), Level::Instance("ValueSet")];
const CODE_SYSTEMS: &[Level] = &[Level::Type("CodeSystem"), Level::Instance("CodeSystem")];

pub(super) const GENERAL: &[Operation] = &[
    Operation {
        name: "fhirpath",
        definition: "OperationDefinition/fhirpath",
        levels: &[Level::System],
        by_get: false,
        run: Run::Reading(|ctx, call| Box::pin(fhirpath(ctx, call))),
    },
    Operation {
        name: "populate",
        definition: "http://hl7.org/fhir/uv/sdc/OperationDefinition/Questionnaire-populate",
        levels: &[Level::Type("Questionnaire"), Level::Instance("Questionnaire")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(populate(ctx, call))),
    },
    Operation {
        name: "extract",
        definition: "http://hl7.org/fhir/uv/sdc/OperationDefinition/QuestionnaireResponse-extract",
        levels: &[Level::Type("QuestionnaireResponse"), Level::Instance("QuestionnaireResponse")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(extract(ctx, call))),
    },
    Operation {
        name: "document",
        definition: "http://hl7.org/fhir/OperationDefinition/Composition-document",
        levels: &[Level::Type("Composition"), Level::Instance("Composition")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(document(ctx, call))),
    },
    Operation {
        name: "graphql",
        definition: "http://hl7.org/fhir/OperationDefinition/Resource-graphql",
        levels: &[Level::System, Level::EveryInstance],
        by_get: true,
        run: Run::Plainly(|ctx, call| Box::pin(graphql(ctx, call))),
    },
    Operation {
        name: "meta",
        definition: "http://hl7.org/fhir/OperationDefinition/Resource-meta",
        levels: &[Level::System, Level::EveryType, Level::EveryInstance],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(meta::meta(ctx, call))),
    },
    Operation {
        name: "meta-add",
        definition: "http://hl7.org/fhir/OperationDefinition/Resource-meta-add",
        levels: &[Level::EveryInstance],
        by_get: false,
        run: Run::Reading(|ctx, call| Box::pin(meta::meta_add(ctx, call))),
    },
    Operation {
        name: "meta-delete",
        definition: "http://hl7.org/fhir/OperationDefinition/Resource-meta-delete",
        levels: &[Level::EveryInstance],
        by_get: false,
        run: Run::Reading(|ctx, call| Box::pin(meta::meta_delete(ctx, call))),
    },
    Operation {
        name: "translate",
        definition: "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate",
        levels: &[Level::Type("ConceptMap"), Level::Instance("ConceptMap")],
        by_get: true,
        run: Run::At(translate::run),
    },
    Operation {
        name: "validate",
        definition: "http://hl7.org/fhir/OperationDefinition/Resource-validate",
        levels: &[Level::System, Level::EveryType, Level::EveryInstance],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(validate(ctx, call))),
    },
    Operation {
        name: "snapshot",
        definition: "http://hl7.org/fhir/OperationDefinition/StructureDefinition-snapshot",
        levels: &[Level::Type("StructureDefinition"), Level::Instance("StructureDefinition")],
        by_get: true,
        run: Run::At(snapshot),
    },
    Operation {
        name: "expand",
        definition: "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
        levels: VALUE_SETS,
        by_get: true,
        run: Run::At(expand),
    },
    Operation {
        name: "validate-code",
        definition: "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code",
        levels: VALUE_SETS,
        by_get: true,
        run: Run::At(validate_code::of_value_set),
    },
    Operation {
        name: "validate-code",
        definition: "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code",
        levels: CODE_SYSTEMS,
        by_get: true,
        run: Run::At(validate_code::of_code_system),
    },
    Operation {
        name: "batch-validate-code",
        definition: "OperationDefinition/batch-validate-code",
        levels: &[Level::Type("ValueSet"), Level::Type("CodeSystem")],
        by_get: false,
        run: Run::At(batch_validate_code::run),
    },
    Operation {
        name: "lookup",
        definition: "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
        levels: CODE_SYSTEMS,
        by_get: true,
        run: Run::At(lookup),
    },
    Operation {
        name: "subsumes",
        definition: "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
        levels: CODE_SYSTEMS,
        by_get: true,
        run: Run::At(subsumes),
    },
    Operation {
        name: "closure",
        definition: "http://hl7.org/fhir/OperationDefinition/ConceptMap-closure",
        levels: &[Level::System],
        by_get: false,
        run: Run::Reading(|ctx, call| Box::pin(closure(ctx, call))),
    },
    Operation {
        name: "reindex",
        definition: "OperationDefinition/reindex",
        levels: &[Level::System, Level::Instance("SearchParameter")],
        by_get: false,
        run: Run::Beginning(|ctx, call| Box::pin(reindex(ctx, call))),
    },
    Operation {
        name: "everything",
        definition: "http://hl7.org/fhir/OperationDefinition/Patient-everything",
        levels: &[Level::Instance("Patient")],
        by_get: true,
        run: Run::Finding(|ctx, call| Box::pin(everything(ctx, call))),
    },
    Operation {
        name: "everything",
        definition: "http://hl7.org/fhir/OperationDefinition/Encounter-everything",
        levels: &[Level::Instance("Encounter")],
        by_get: true,
        run: Run::Finding(|ctx, call| Box::pin(everything(ctx, call))),
    },
    Operation {
        name: "access-log",
        definition: "OperationDefinition/access-log",
        levels: &[Level::Instance("Patient")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(access_log(ctx, call))),
    },
    Operation {
        name: "lastn",
        definition: "http://hl7.org/fhir/OperationDefinition/Observation-lastn",
        levels: &[Level::Type("Observation")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(lastn(ctx, call))),
    },
    Operation {
        name: "stats",
        definition: "http://hl7.org/fhir/OperationDefinition/Observation-stats",
        levels: &[Level::Type("Observation")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(stats(ctx, call))),
    },
    Operation {
        name: "match",
        definition: "http://hl7.org/fhir/OperationDefinition/Patient-match",
        levels: &[Level::Type("Patient")],
        by_get: false,
        run: Run::Reading(|ctx, call| Box::pin(matching(ctx, call))),
    },
];
