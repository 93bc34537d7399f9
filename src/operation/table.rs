//! The operations of this server: what is not here is neither called nor claimed.

use std::pin::Pin;

use serde_json::{Value, json};

use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

use super::fhirpath::fhirpath;

/// Where an operation is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// `[base]/$name`
    System,
}

/// What will be the answer.
type Answering<'a> = Pin<Box<dyn Future<Output = Result<Value, Failure>> + 'a>>;

/// One line of the table. All are called by POST, with `Parameters`.
struct Operation {
    /// Without the `$`.
    name: &'static str,
    level: Level,
    run: for<'a> fn(&'a Ctx<'a>, &'a Value) -> Answering<'a>,
}

const OPERATIONS: [Operation; 1] = [Operation {
    name: "fhirpath",
    level: Level::System,
    run: |ctx, given| Box::pin(fhirpath(ctx, given)),
}];

/// Calls an operation at the base URL.
pub async fn call(ctx: &Ctx<'_>, name: &str, parameters: &Value) -> Result<Value, Failure> {
    let at_system = |operation: &&Operation| operation.level == Level::System;
    let operation = OPERATIONS.iter().filter(at_system).find(|operation| operation.name == name);
    let operation = operation.ok_or_else(|| {
        Kind::NotFound.because(
            format!("Không có operation '${name}' ở đây. Xem /metadata."),
            format!("There is no operation '${name}' here. See /metadata."),
        )
    })?;
    (operation.run)(ctx, parameters).await
}

/// The operations at the base URL, as the capability statement lists them.
pub fn declared(base: &str) -> Value {
    let declared = OPERATIONS.iter().map(|operation| {
        let name = operation.name;
        json!({ "name": name, "definition": format!("{base}/OperationDefinition/{name}") })
    });
    Value::Array(declared.collect())
}
