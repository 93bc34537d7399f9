//! The operations of this server: what is not here is neither called nor claimed.

use serde_json::{Value, json};

use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

use super::call::Call;
use super::expand::expand;
use super::fhirpath::fhirpath;
use super::lookup::lookup;
use super::subsumes::subsumes;
use super::validate_code;

/// Where an operation is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// `[base]/$name`
    System,
    /// `[base]/[type]/$name`
    Type(&'static str),
    /// `[base]/[type]/[id]/$name`
    Instance(&'static str),
}

/// What carries an operation out: with the call, and the resource it was called on.
type Run = fn(&Ctx<'_>, &Call<'_>, Option<&Value>) -> Result<Value, Failure>;

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

const OPERATIONS: [Operation; 7] = [
    Operation {
        name: "fhirpath",
        definition: "OperationDefinition/fhirpath",
        levels: &[Level::System],
        by_get: false,
        run: |ctx, call, _| fhirpath(ctx, call.body),
    },
    Operation {
        name: "expand",
        definition: "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
        levels: VALUE_SETS,
        by_get: true,
        run: expand,
    },
    Operation {
        name: "validate-code",
        definition: "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code",
        levels: VALUE_SETS,
        by_get: true,
        run: validate_code::of_value_set,
    },
    Operation {
        name: "validate-code",
        definition: "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code",
        levels: CODE_SYSTEMS,
        by_get: true,
        run: validate_code::of_code_system,
    },
    Operation {
        name: "batch-validate-code",
        definition: "OperationDefinition/batch-validate-code",
        levels: &[Level::Type("ValueSet"), Level::Type("CodeSystem")],
        by_get: false,
        run: validate_code::batch,
    },
    Operation {
        name: "lookup",
        definition: "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
        levels: CODE_SYSTEMS,
        by_get: true,
        run: lookup,
    },
    Operation {
        name: "subsumes",
        definition: "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
        levels: CODE_SYSTEMS,
        by_get: true,
        run: subsumes,
    },
];

/// Calls an operation.
pub async fn call(ctx: &Ctx<'_>, name: &str, call: &Call<'_>) -> Result<Value, Failure> {
    let is_here = |level: &Level| match (level, call.kind, call.id) {
        (Level::System, None, None) => true,
        (Level::Type(of), Some(kind), None) | (Level::Instance(of), Some(kind), Some(_)) => {
            kind.name() == *of
        }
        _ => false,
    };
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
    let instance = call.instance(ctx).await?;
    (operation.run)(ctx, call, instance.as_ref())
}

/// The operations at the base URL or of a type, as the capability statement lists them.
pub fn declared(base: &str, kind: Option<ResourceKind>) -> Vec<Value> {
    let is_of = |level: &Level| match (level, kind) {
        (Level::System, None) => true,
        (Level::Type(of) | Level::Instance(of), Some(kind)) => kind.name() == *of,
        _ => false,
    };
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
