//! `$subsumes`, <https://hl7.org/fhir/R4/codesystem-operation-subsumes.html>.

use serde_json::{Value, json};

use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::terminology::system::subsume::subsumption;

use super::code_request::{failed, missing, scope, split};
use super::lookup::no_code;
use crate::operation::call::Call;

/// Tells how two codes of a system stand to each other.
pub(in crate::operation) fn subsumes(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    instance: Option<&Value>,
) -> Result<Value, Failure> {
    let parameters = call.parameters();
    let scope = scope(ctx, parameters)?;
    let (coding_a, coding_b) = (parameters.value("codingA"), parameters.value("codingB"));
    let part = |coding: Option<&'_ Value>, key: &str| -> Option<String> {
        coding.and_then(|coding| coding.get(key)).and_then(Value::as_str).map(ToOwned::to_owned)
    };
    let given = |name| parameters.text(name).map(ToOwned::to_owned);
    let code_a = part(coding_a, "code").or_else(|| given("codeA"));
    let code_b = part(coding_b, "code").or_else(|| given("codeB"));
    let own = part(instance, "url");
    let (of_a, of_b) = (part(coding_a, "system"), part(coding_b, "system"));
    if let (Some(a), Some(b)) = (&of_a, &of_b)
        && a != b
    {
        return Err(Kind::Malformed.because(
            format!("Hai mã phải thuộc cùng một hệ thống, nhưng lại là '{a}' và '{b}'."),
            format!("Both codes must be of one system, but are of '{a}' and '{b}'."),
        ));
    }
    let (version_a, version_b) = (part(coding_a, "version"), part(coding_b, "version"));
    if let (Some(a), Some(b)) = (&version_a, &version_b)
        && a != b
    {
        return Err(Kind::Malformed.because(
            format!("Hai mã phải thuộc cùng một phiên bản, nhưng lại là '{a}' và '{b}'."),
            format!("Both codes must be of one version, but are of '{a}' and '{b}'."),
        ));
    }
    let system = of_a.or(of_b).or(own).or_else(|| given("system"));
    let (Some(a), Some(b), Some(system)) = (code_a, code_b, system) else {
        return Err(missing("'codeA' + 'codeB' + 'system', 'codingA' + 'codingB'"));
    };
    let (system, in_system) = split(&system);
    let version = version_a.or(version_b).or_else(|| given("version"));
    let version = version.or(in_system.map(ToOwned::to_owned));
    let version = scope.versions.wanted_version(system, version.as_deref());
    let stands = subsumption(&scope, system, version.as_deref(), (&a, &b)).map_err(failed)?;
    let outcome = stands.map_err(|code| no_code(system, code))?;
    Ok(json!({ "resourceType": "Parameters", "parameter": [
        { "name": "outcome", "valueCode": outcome.code() },
    ] }))
}
