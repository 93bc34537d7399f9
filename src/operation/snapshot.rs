//! `$snapshot`, <https://hl7.org/fhir/R4/structuredefinition-operation-snapshot.html>: a structure
//! definition with the snapshot that its differential makes.
//!
//! A differential that contradicts what it is based on is refused with every fault: a snapshot of
//! it would say something else. A snapshot that comes with the definition is made anew.

use std::sync::Arc;

use serde_json::Value;

use crate::fhir::issue::Issue;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::snapshot::service::Snapshot;
use crate::validation::narrowed;

use super::call::Call;

/// Makes the snapshot of the definition that was sent, named by its URL, or stored.
pub(super) fn snapshot(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    instance: Option<&Value>,
) -> Result<Value, Failure> {
    let snapshots = &ctx.engine.snapshots;
    let parameters = call.parameters();
    let posted = Some(call.body()).filter(|body| is_definition(body));
    let given = instance.or(posted).or_else(|| parameters.resource("definition"));
    let made = match (given, parameters.text("url")) {
        (Some(definition), _) if is_definition(definition) => snapshots.generate(definition),
        (Some(_), _) => return Err(not_a_definition()),
        (None, Some(url)) if ctx.engine.snapshots.knows(url) => snapshots.snapshot(url),
        (None, Some(url)) => return Err(unknown(url)),
        (None, None) => return Err(nothing_given()),
    };
    let made = made.map_err(|issue| refused(vec![issue]))?;
    let mut faults = narrowed::findings(&made, &ctx.engine.terminology);
    faults.retain(|issue| issue.severity.refuses());
    let Snapshot { definition, .. } = made;
    match faults.is_empty() {
        true => Ok(Arc::unwrap_or_clone(definition)),
        false => Err(refused(faults)),
    }
}

fn is_definition(resource: &Value) -> bool {
    resource.get("resourceType").and_then(Value::as_str) == Some("StructureDefinition")
}

fn refused(issues: Vec<Issue>) -> Failure {
    Kind::Unprocessable.with(issues)
}

fn not_a_definition() -> Failure {
    Kind::Malformed.because(
        "Tham số 'definition' phải là một StructureDefinition.",
        "The parameter 'definition' must be a StructureDefinition.",
    )
}

fn unknown(url: &str) -> Failure {
    Kind::NotFound.because(
        format!("Máy chủ không biết StructureDefinition '{url}'."),
        format!("The StructureDefinition '{url}' is not known."),
    )
}

fn nothing_given() -> Failure {
    Kind::Malformed.because(
        "Hãy gửi Parameters với 'definition' (một StructureDefinition) hoặc 'url'.",
        "Send Parameters with 'definition' (a StructureDefinition) or 'url'.",
    )
}
