//! The operations of this server: what is not here is neither called nor claimed.

use std::pin::Pin;

use serde_json::{Value, json};

use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::Method;

use super::call::Call;
use super::fhirpath::fhirpath;
use super::validate::validate;

/// Where an operation is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// `[base]/$name`
    System,
    /// `[base]/[type]/$name`
    Type,
    /// `[base]/[type]/[id]/$name`
    Instance,
}

/// Of which resource types.
#[derive(Debug, Clone, Copy)]
enum Types {
    None,
    Every,
}

/// What will be the answer.
type Answering<'a> = Pin<Box<dyn Future<Output = Result<Value, Failure>> + 'a>>;

/// One line of the table. All are called by POST.
struct Operation {
    /// Without the `$`.
    name: &'static str,
    levels: &'static [Level],
    types: Types,
    /// Whether GET calls it, too.
    get: bool,
    /// The canonical of its definition; none when it is this server's own.
    definition: Option<&'static str>,
    run: for<'a> fn(&'a Ctx<'a>, &'a Call) -> Answering<'a>,
}

const OPERATIONS: [Operation; 2] = [
    Operation {
        name: "fhirpath",
        levels: &[Level::System],
        types: Types::None,
        get: false,
        definition: None,
        run: |ctx, call| {
            Box::pin(async move { call.resource().and_then(|given| fhirpath(ctx, given)) })
        },
    },
    Operation {
        name: "validate",
        levels: &[Level::System, Level::Type, Level::Instance],
        types: Types::Every,
        get: true,
        definition: Some("http://hl7.org/fhir/OperationDefinition/Resource-validate"),
        run: |ctx, call| Box::pin(validate(ctx, call)),
    },
];

impl Operation {
    fn is_at(&self, level: Level, kind: Option<ResourceKind>) -> bool {
        let of_type = match self.types {
            Types::None => kind.is_none(),
            Types::Every => true,
        };
        of_type && self.levels.contains(&level)
    }

    fn declared(&self, base: &str) -> Value {
        let own = || format!("{base}/OperationDefinition/{}", self.name);
        let definition = self.definition.map_or_else(own, str::to_owned);
        json!({ "name": self.name, "definition": definition })
    }
}

/// Calls an operation.
pub async fn call(ctx: &Ctx<'_>, call: &Call) -> Result<Value, Failure> {
    let name = &call.name;
    let level = match (call.kind, &call.id) {
        (None, _) => Level::System,
        (Some(_), None) => Level::Type,
        (Some(_), Some(_)) => Level::Instance,
    };
    let here = |operation: &&Operation| operation.is_at(level, call.kind);
    let operation = OPERATIONS.iter().filter(here).find(|operation| operation.name == *name);
    let operation = operation.ok_or_else(|| {
        Kind::NotFound.because(
            format!("Không có operation '${name}' ở đây. Xem /metadata."),
            format!("There is no operation '${name}' here. See /metadata."),
        )
    })?;
    if call.method == Method::Get && !operation.get {
        return Err(Kind::MethodNotAllowed
            .because(format!("Hãy gọi '${name}' bằng POST."), format!("Call '${name}' by POST.")));
    }
    (operation.run)(ctx, call).await
}

/// The operations at the base URL, as the capability statement lists them; with a type, those of it.
pub fn declared(base: &str, kind: Option<ResourceKind>) -> Vec<Value> {
    let levels: &[Level] =
        if kind.is_some() { &[Level::Type, Level::Instance] } else { &[Level::System] };
    let is_here = |operation: &&Operation| levels.iter().any(|level| operation.is_at(*level, kind));
    OPERATIONS.iter().filter(is_here).map(|operation| operation.declared(base)).collect()
}
