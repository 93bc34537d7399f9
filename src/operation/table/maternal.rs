//! Operations of the booklet: of mother and child.

use crate::operation::booklet::due::due;
use crate::operation::booklet::gestation::gestation;
use crate::operation::booklet::growth::growth;
use crate::operation::booklet::growth_of_measurements::growth_of_measurements;
use crate::operation::booklet::risk::risk;
use crate::operation::document::birth_notice::birth_notice;
use crate::operation::document::booklet::booklet;
use crate::operation::document::summary::summary;
use crate::operation::immunization::sent::of_sent;
use crate::operation::immunization::stored::of_stored;

use super::{Level, Operation, Run};

pub(super) const MATERNAL: &[Operation] = &[
    Operation {
        name: "gestation",
        definition: "OperationDefinition/mch-gestation",
        levels: &[Level::Instance("Patient")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(gestation(ctx, call))),
    },
    Operation {
        name: "growth",
        definition: "OperationDefinition/mch-growth",
        levels: &[Level::Instance("Patient")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(growth(ctx, call))),
    },
    Operation {
        name: "growth",
        definition: "OperationDefinition/mch-growth-of-measurements",
        levels: &[Level::System],
        by_get: false,
        run: Run::At(growth_of_measurements),
    },
    Operation {
        name: "due",
        definition: "OperationDefinition/mch-due",
        levels: &[Level::System, Level::Instance("Patient"), Level::Instance("Organization")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(due(ctx, call))),
    },
    Operation {
        name: "risk",
        definition: "OperationDefinition/mch-risk",
        levels: &[Level::Instance("Patient")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(risk(ctx, call))),
    },
    Operation {
        name: "booklet",
        definition: "OperationDefinition/mch-booklet",
        levels: &[Level::Instance("Patient")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(booklet(ctx, call))),
    },
    Operation {
        name: "birth-notice",
        definition: "OperationDefinition/mch-birth-notice",
        levels: &[Level::Instance("Patient")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(birth_notice(ctx, call))),
    },
    Operation {
        name: "summary",
        definition: "http://hl7.org/fhir/uv/ips/OperationDefinition/summary",
        levels: &[Level::Instance("Patient")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(summary(ctx, call))),
    },
    Operation {
        name: "immds-forecast",
        definition: "OperationDefinition/mch-immds-forecast",
        levels: &[Level::System],
        by_get: false,
        run: Run::At(of_sent),
    },
    Operation {
        name: "immds-forecast",
        definition: "OperationDefinition/mch-immds-forecast-of-patient",
        levels: &[Level::Instance("Patient")],
        by_get: true,
        run: Run::Reading(|ctx, call| Box::pin(of_stored(ctx, call))),
    },
];
