//! The operations of this server: what is not here is neither called nor claimed.

use std::pin::Pin;

use serde_json::{Value, json};

use crate::criteria::access::Doing;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

use super::call::Call;
use super::fhirpath::evaluate::fhirpath;
use super::reindex::reindex;
use super::snapshot::snapshot;
use super::terminology::batch_validate_code;
use super::terminology::closure::closure;
use super::terminology::expand::expand;
use super::terminology::lookup::lookup;
use super::terminology::subsumes::subsumes;
use super::terminology::translate;
use super::terminology::validate_code;
use super::validate::validate;

/// Where an operation is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// `[base]/$name`
    System,
    /// `[base]/[type]/$name`
    Type(&'static str),
    /// `[base]/[type]/[id]/$name`
    Instance(&'static str),
    /// `[base]/[type]/$name`, whatever the type is.
    EveryType,
    /// `[base]/[type]/[id]/$name`, whatever the type is.
    EveryInstance,
}

/// What will be the answer.
pub(super) type Answering<'a, T = Value> = Pin<Box<dyn Future<Output = Result<T, Failure>> + 'a>>;

/// What became of a call.
#[derive(Debug)]
pub enum Called {
    Made(Value),
    /// Work in the background has this number.
    Begun(i64),
}

/// What carries an operation out.
enum Run {
    /// With a body that could be read, and the resource it was called on.
    At(fn(&Ctx<'_>, &Call<'_>, Option<&Value>) -> Result<Value, Failure>),
    /// It reads what it needs itself.
    Reading(for<'a> fn(&'a Ctx<'a>, &'a Call<'a>) -> Answering<'a>),
    /// It begins work in the background, and gives the number of that.
    Beginning(for<'a> fn(&'a Ctx<'a>, &'a Call<'a>) -> Answering<'a, i64>),
}

/// One line of the table.
struct Operation {
    /// Without the `$`.
    name: &'static str,
    /// Its canonical URL; what starts with no scheme is below the base URL.
    definition: &'static str,
    levels: &'static [Level],
    /// Whether it can be called by GET too: it changes nothing and takes values only.
    by_get: bool,
    run: Run,
}

const VALUE_SETS: &[Level] = &[Level::Type("ValueSet"), Level::Instance("ValueSet")];
const CODE_SYSTEMS: &[Level] = &[Level::Type("CodeSystem"), Level::Instance("CodeSystem")];
const OPERATIONS: &[Operation] = &[
    Operation {
        name: "fhirpath",
        definition: "OperationDefinition/fhirpath",
        levels: &[Level::System],
        by_get: false,
        run: Run::Reading(|ctx, call| Box::pin(fhirpath(ctx, call))),
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
];

impl Operation {
    /// Refuses whoever may not call it. What is called on a type needs a scope for it; what is kept for
    /// all, or works on all rows, is the administrator's.
    fn may(&self, ctx: &Ctx<'_>, call: &Call<'_>) -> Result<(), Failure> {
        if matches!(self.run, Run::Beginning(_)) || self.name == "closure" {
            return ctx.administers();
        }
        let Some(kind) = call.kind else { return Ok(()) };
        match call.id {
            Some(_) => ctx.may(Doing::Read, kind),
            None => ctx.may_one(&[Doing::Read, Doing::Search, Doing::Create, Doing::Update], kind),
        }
    }
}

impl Level {
    /// Whether it is where a call is made: of a type, of one of its resources.
    fn is(self, kind: Option<ResourceKind>, has_id: bool) -> bool {
        let is_of = |of: &str| kind.is_some_and(|kind| kind.name() == of);
        match self {
            Self::System => kind.is_none(),
            Self::Type(of) => is_of(of) && !has_id,
            Self::Instance(of) => is_of(of) && has_id,
            Self::EveryType => kind.is_some() && !has_id,
            Self::EveryInstance => kind.is_some() && has_id,
        }
    }
}

/// Calls an operation.
pub async fn call(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Called, Failure> {
    let name = call.name;
    let is_here = |level: &Level| level.is(call.kind, call.id.is_some());
    let here = |operation: &&Operation| operation.levels.iter().any(is_here);
    let operation = OPERATIONS.iter().filter(here).find(|operation| operation.name == name);
    let operation = operation.ok_or_else(|| {
        Kind::NotFound.because(
            format!("Không có operation '${name}' ở đây. Xem /metadata."),
            format!("There is no operation '${name}' here. See /metadata."),
        )
    })?;
    if call.is_get && !operation.by_get {
        return Err(Kind::MethodNotAllowed.because(
            format!("Operation '${name}' chỉ gọi được bằng POST."),
            format!("The operation '${name}' is called by POST only."),
        ));
    }
    operation.may(ctx, call)?;
    match operation.run {
        Run::At(run) => {
            if let Some(posted) = &call.posted {
                posted.accept()?;
            }
            run(ctx, call, call.instance(ctx).await?.as_ref()).map(Called::Made)
        }
        Run::Reading(run) => run(ctx, call).await.map(Called::Made),
        Run::Beginning(run) => run(ctx, call).await.map(Called::Begun),
    }
}

/// The operations at the base URL or of a type, as the capability statement lists them.
pub fn declared(base: &str, kind: Option<ResourceKind>) -> Vec<Value> {
    let is_of = |level: &Level| level.is(kind, false) || level.is(kind, true);
    let operations = OPERATIONS.iter().filter(|operation| operation.levels.iter().any(is_of));
    let declare = |operation: &Operation| {
        let definition = match operation.definition.contains("://") {
            true => operation.definition.to_owned(),
            false => format!("{base}/{}", operation.definition),
        };
        json!({ "name": operation.name, "definition": definition })
    };
    operations.map(declare).collect()
}
